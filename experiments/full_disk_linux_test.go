package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk: a run that fills its disk says so in a line, and goes on to the right numbers once there is room.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	disk := filepath.Join(folder, "disk")
	if err := os.Mkdir(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=800k"); err != nil {
		t.Skipf("a small disk cannot be made here (mounting a tmpfs: %v)", err)
	}
	t.Cleanup(func() { unix.Unmount(disk, unix.MNT_DETACH) })
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(disk, "run")
	more := map[string]string{"EOSS_STEPS": "150"}
	completed(t, keeping(whole, more))
	log, err := attempted(t, keeping(dir, more))
	if err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(err.Error(), "EOSS_RESUME="+dir) {
		t.Fatalf("%v\n%s", err, log)
	}
	wantOneLine(t, err, dir)
	if newestStep(dir) < 30 {
		t.Errorf("no checkpoint from before the disk was full")
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=20m"); err != nil {
		t.Fatal(err)
	}
	completed(t, map[string]string{resumeVariable: dir})
	wantSame(t, dir, whole)
}
