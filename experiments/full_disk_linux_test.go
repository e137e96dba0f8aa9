package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk is an empty file system of that size.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk cannot be made here (mounting a tmpfs: %v)", err)
	}
	t.Cleanup(func() { unix.Unmount(disk, unix.MNT_DETACH) })
	return disk
}

// TestFullDisk: a run that fills its disk says so in a line, and goes on to the right numbers once there is room.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	disk := smallDisk(t, "800k")
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

// TestFullDiskOfRows: so does one whose rows fill the disk, or its curves.
func TestFullDiskOfRows(t *testing.T) {
	for name, more := range map[string]map[string]string{
		"rows":   {"EOSS_MEASURE": "step_sharpness@1,param_distance@1"},
		"curves": {"EOSS_MEASURE": "spectral_density@10"},
	} {
		disk := smallDisk(t, "68k")
		dir := filepath.Join(disk, "run")
		more["EOSS_CHECKPOINT"] = "0"
		_, err := attempted(t, keeping(dir, more))
		wantOneLine(t, err, dir, "no space left on device; make room and go on with EOSS_RESUME="+dir)
		if err != nil && (strings.Count(err.Error(), "no space left") != 1 || ExitStatus(err) != ExitFailure) {
			t.Errorf("%s: status %d, %v", name, ExitStatus(err), err)
		}
		noError(t, unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=20m"))
		completed(t, map[string]string{resumeVariable: dir})
	}
}

// TestFullDiskBeforeTheRun: a new run, or a fork, that finds no room for its first files leaves no folder behind, so that its name is free.
func TestFullDiskBeforeTheRun(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "parent")
	completed(t, keeping(parent, nil))
	disk := smallDisk(t, "8k")
	filler, dir := filepath.Join(disk, "filler"), filepath.Join(disk, "run")
	noError(t, os.WriteFile(filler, make([]byte, 8<<10), 0o666))
	for name, values := range map[string]map[string]string{
		"new":  keeping(dir, nil),
		"fork": {fromVariable: parent + "@30", "EOSS_OUT": dir},
	} {
		_, err := attempted(t, values)
		wantOneLine(t, err, dir, "no space left on device; make room, or name another EOSS_OUT")
		if _, err := os.Stat(dir); !isMissing(err) {
			t.Errorf("%s: the folder is left (%v)", name, err)
		}
	}
	noError(t, unix.Mount("tmpfs", disk, "tmpfs", unix.MS_REMOUNT, "size=20m"))
	completed(t, keeping(dir, nil))
}
