//go:build unix

package experiments

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// contents are the files of a run directory but for its lock; a folder in the place of a file is "folder".
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == record.LockFile {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	noError(t, err)
	return files
}

// refusedUntouched resumes a run that must be refused in one line, with nothing changed.
func refusedUntouched(t *testing.T, dir string, parts ...string) {
	t.Helper()
	before := contents(t, dir)
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, append(parts, "EOSS_RESUME="+dir)...)
	if after := contents(t, dir); !maps.Equal(before, after) {
		t.Errorf("a refused run was changed: %d files, %d before", len(after), len(before))
	}
}

// startAgain does what a refusal says: the run is trained again from step 0, and what it had is elsewhere.
func startAgain(t *testing.T, dir string) {
	t.Helper()
	away := t.TempDir()
	for _, name := range []string{"checkpoints", record.MetricsFile} {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(away, name)); err != nil && !isMissing(err) {
			t.Fatal(err)
		}
	}
	if log := completed(t, map[string]string{resumeVariable: dir}); !strings.Contains(log, "starts at step 0") {
		t.Errorf("the run said %s", log)
	}
}

// TestUnreadable: a file that cannot be read for the moment is no damage. The run is refused and keeps all of it.
func TestUnreadable(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	more := map[string]string{"EOSS_STEPS": "120"}
	completed(t, keeping(whole, more))
	interruptedAt(t, keeping(dir, more), 60)
	newest := checkpoint.Dir(dir, newestStep(dir))
	for _, path := range []string{filepath.Join(newest, "state.safetensors"), filepath.Join(newest, "SHA256SUMS"),
		filepath.Join(dir, record.MetricsFile), filepath.Join(dir, verdictFile)} {
		aside := path + ".aside"
		noError(t, errors.Join(os.Rename(path, aside), os.Mkdir(path, 0o777))) // root may read whatever the mode says, but no folder
		refusedUntouched(t, dir, path, "make that readable")
		noError(t, errors.Join(os.Remove(path), os.Rename(aside, path)))
	}
	completed(t, map[string]string{resumeVariable: dir})
	wantSame(t, dir, whole)
}

// TestNoSoundCheckpoint: a run all of whose checkpoints are damaged, or gone, keeps its rows; what the refusal says mends it.
func TestNoSoundCheckpoint(t *testing.T) {
	folder := t.TempDir()
	whole, original := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	more := map[string]string{"EOSS_STEPS": "120"}
	completed(t, keeping(whole, more))
	interruptedAt(t, keeping(original, more), 60)
	steps, err := checkpoint.Steps(original)
	noError(t, err)
	damaged, gone := filepath.Join(folder, "damaged"), filepath.Join(folder, "gone")
	noError(t, errors.Join(os.CopyFS(damaged, os.DirFS(original)), os.CopyFS(gone, os.DirFS(original))))
	for _, step := range steps {
		noError(t, os.Truncate(filepath.Join(checkpoint.Dir(damaged, step), "parameters.safetensors"), 9))
	}
	noError(t, os.RemoveAll(filepath.Join(gone, "checkpoints")))
	refusedUntouched(t, damaged, "no sound checkpoint", checkpoint.Dir(damaged, steps[len(steps)-1]), "parameters.safetensors", "move checkpoints and metrics.jsonl out")
	refusedUntouched(t, gone, "checkpoints are gone", "move checkpoints and metrics.jsonl out")
	for _, dir := range []string{damaged, gone} {
		startAgain(t, dir)
		wantSame(t, dir, whole)
	}
}

// TestLostRows: a finished run whose last rows were lost since measures them again.
func TestLostRows(t *testing.T) {
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
	short := map[string]string{"EOSS_STEPS": "60"}
	completed(t, keeping(whole, short))
	completed(t, keeping(dir, short))
	path := filepath.Join(dir, record.MetricsFile)
	for _, torn := range []bool{true, false} {
		text, err := os.ReadFile(path)
		noError(t, err)
		kept := bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
		if torn {
			kept = len(text) - 9
		}
		noError(t, os.Truncate(path, int64(kept)))
		completed(t, map[string]string{resumeVariable: dir})
		wantSame(t, dir, whole)
	}
}
