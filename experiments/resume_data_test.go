//go:build unix

package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
)

// ownRun is an interrupted run on a file of one's own, with the variables of the run and the file's arrays.
func ownRun(t *testing.T) (dir, path string, values map[string]string, arrays map[string]any) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	x, _ := ownFeatures()
	var y [24]int64
	for i := range y {
		y[i] = int64(i % 3)
	}
	arrays = map[string]any{"x.npy": x, "y.npy": y, "x_test.npy": x, "y_test.npy": y}
	path = ownData(t, "own.npz", arrays)
	values = keeping(dir, map[string]string{"EOSS_DATASET": path, "EOSS_N": "24", "EOSS_STEPS": "90"})
	interruptedAt(t, values, 30)
	return dir, path, values, arrays
}

// ownRunThenOther is an interrupted run, of whose file an array has changed since.
func ownRunThenOther(t *testing.T, name string) (dir, path string) {
	t.Helper()
	dir, path, _, arrays := ownRun(t)
	x, _ := ownFeatures()
	x[3][2]++
	arrays[name] = x
	noError(t, os.Rename(ownData(t, "other.npz", arrays), path))
	return dir, path
}

// TestResumeOnOtherData: a file of one's own in which the samples have changed, those of the test too, is refused by its variable.
func TestResumeOnOtherData(t *testing.T) {
	for name, which := range map[string]string{"x.npy": "training", "x_test.npy": "test"} {
		dir, path := ownRunThenOther(t, name)
		refusedUntouched(t, dir, "EOSS_DATASET="+path, which+" samples", "EOSS_FROM")
	}
}

// TestResumeWithoutTestChecksum: a run of before test samples had a checksum goes on.
func TestResumeWithoutTestChecksum(t *testing.T) {
	dir, _, values, _ := ownRun(t)
	config := filepath.Join(dir, record.ConfigFile)
	c, err := record.ReadOriginalConfig(config)
	noError(t, err)
	if c.TestChecksum == "" || c.TestChecksum == c.DataChecksum {
		t.Errorf("the checksums are %q and %q", c.DataChecksum, c.TestChecksum)
	}
	c.TestChecksum = ""
	noError(t, record.WriteConfig(config, c))
	completed(t, map[string]string{resumeVariable: dir})
	whole := filepath.Join(t.TempDir(), "whole")
	values["EOSS_OUT"] = whole
	completed(t, values)
	wantSame(t, dir, whole)
}

// TestMovedData: a file of one's own may lie elsewhere when the run goes on; what it holds must be the same.
func TestMovedData(t *testing.T) {
	dir, path, values, arrays := ownRun(t)
	moved := filepath.Join(t.TempDir(), "moved.npz")
	noError(t, os.Rename(path, moved))
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, "EOSS_DATASET="+path, "EOSS_DATASET")
	for _, other := range []string{"synthetic", "cifar10"} {
		_, err = attempted(t, map[string]string{resumeVariable: dir, "EOSS_DATASET": other})
		wantOneLine(t, err, "EOSS_DATASET="+other, "EOSS_FROM="+dir+"@STEP")
	}
	x, _ := ownFeatures()
	x[3][2]++
	arrays["x.npy"] = x
	changed := ownData(t, "changed.npz", arrays)
	_, err = attempted(t, map[string]string{resumeVariable: dir, "EOSS_DATASET": changed})
	wantOneLine(t, err, "EOSS_RESUME="+dir, "EOSS_DATASET="+changed+": name what it used")
	completed(t, map[string]string{resumeVariable: dir, "EOSS_DATASET": moved})
	whole := filepath.Join(t.TempDir(), "whole")
	values["EOSS_OUT"], values["EOSS_DATASET"] = whole, moved
	completed(t, values)
	wantSame(t, dir, whole)
	completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "100"}) // it remembers the place
}

// TestForkOnOtherData: a fork has its parent's samples, those of the test too, unless the user says that others are meant. It resumes on them.
func TestForkOnOtherData(t *testing.T) {
	for name, which := range map[string]string{"x.npy": "training", "x_test.npy": "test"} {
		dir, path := ownRunThenOther(t, name)
		out := filepath.Join(t.TempDir(), "fork")
		fork := map[string]string{fromVariable: dir + "@30", "EOSS_OUT": out, "EOSS_LR": "0.02"}
		_, err := attempted(t, fork)
		wantOneLine(t, err, fromVariable+"="+dir+"@30: its "+which+" samples are not those of EOSS_DATASET="+path+" now", "set EOSS_DATASET="+path)
		if _, err := os.Stat(out); !isMissing(err) {
			t.Errorf("a run directory was made (%v)", err)
		}
		fork["EOSS_DATASET"] = path
		if log := completed(t, fork); !strings.Contains(log, dir+": had other "+which+" samples than these of EOSS_DATASET="+path) {
			t.Error(log)
		}
		completed(t, map[string]string{resumeVariable: out, "EOSS_STEPS": "100"})
		noError(t, os.Remove(path))
		delete(fork, "EOSS_DATASET")
		_, err = attempted(t, fork)
		wantOneLine(t, err, "EOSS_DATASET="+path+": does not exist", "the value is that of the run "+dir)
	}
}
