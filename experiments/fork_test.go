//go:build unix

package experiments

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// TestFork: an unchanged fork repeats the run; a changed one starts from its parameters and sees its batches.
func TestFork(t *testing.T) {
	folder := t.TempDir()
	parent, same, other := filepath.Join(folder, "parent"), filepath.Join(folder, "same"), filepath.Join(folder, "other")
	completed(t, keeping(parent, nil))
	completed(t, map[string]string{fromVariable: parent + "@300", "EOSS_OUT": same})
	_, rows := rowsOf(t, parent), rowsOf(t, same)
	late := slices.DeleteFunc(rowsOf(t, parent), func(r record.Row) bool { return r.Step < 300 })
	if !reflect.DeepEqual(late, rows) {
		t.Error("an unchanged fork has other rows than its parent from there on")
	}
	early, _, err := record.ReadRows(filepath.Join(same, record.ParentFile))
	if err != nil || len(early)+len(rows) != len(rowsOf(t, parent)) || early[len(early)-1].Step >= 300 {
		t.Errorf("parent.jsonl has %d rows (%v)", len(early), err)
	}
	log := completed(t, map[string]string{fromVariable: same + "@450", "EOSS_OUT": other, "EOSS_LR": "0.02", "EOSS_STEPS": "470", "EOSS_PRECISION": "float64"})
	if !strings.Contains(log, "at step 450") {
		t.Error(log)
	}
	config, err := record.ReadOriginalConfig(filepath.Join(other, record.ConfigFile))
	if err != nil || config.Parent == nil || config.Parent.Run != same || config.Parent.Step != 450 || config.Parent.First != 300 || config.Parent.Changed["EOSS_LR"] != "0.01" {
		t.Errorf("config.json has the parent %+v (%v)", config.Parent, err)
	}
	early, _, err = record.ReadRows(filepath.Join(other, record.ParentFile))
	if err != nil || early[0].Step != 0 || early[len(early)-1].Step != 448 {
		t.Errorf("the history of a fork's fork goes from %d to %d (%v)", early[0].Step, early[len(early)-1].Step, err)
	}
	// 448: λmax, every 7 steps. The loss of the same batch at the same parameters.
	a, b := record.SelectSeries(rowsOf(t, parent), "step_loss"), record.SelectSeries(rowsOf(t, other), "step_loss")
	i := slices.Index(a.Steps, 450)
	if d := a.Values[i]/b.Values[0] - 1; b.Steps[0] != 450 || d > 1e-5 || d < -1e-5 { // float32 and float64
		t.Errorf("the first batch's loss is %v, the parent's %v", b.Values[0], a.Values[i])
	}
}

// TestForkResumes: a fork stopped before its own first checkpoint goes on without its parent.
func TestForkResumes(t *testing.T) {
	folder := t.TempDir()
	parent, whole, dir := filepath.Join(folder, "parent"), filepath.Join(folder, "whole"), filepath.Join(folder, "fork")
	completed(t, keeping(parent, nil))
	more := map[string]string{fromVariable: parent + "@210", "EOSS_LR": "0.012", "EOSS_CHECKPOINT": "100", "EOSS_OUT": whole}
	completed(t, more)
	more["EOSS_OUT"] = dir
	interruptedAt(t, more, 300)
	os.RemoveAll(parent)
	for _, step := range []int{300, newestStep(dir)} {
		os.Truncate(filepath.Join(checkpoint.Dir(dir, step), "state.safetensors"), 9)
	}
	log := completed(t, map[string]string{resumeVariable: dir})
	if !strings.Contains(log, "step 300 is skipped") || !strings.Contains(log, "goes on at step 210") {
		t.Error(log)
	}
	wantSame(t, dir, whole)
}

func TestForkRefusals(t *testing.T) {
	folder := t.TempDir()
	dir := filepath.Join(folder, "run")
	completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "75"}))
	for _, test := range []struct {
		from string
		more string
		want string
	}{
		{dir + "@40", "", "no checkpoint of step 40; there are 30, 60, 75"},
		{dir, "", "must be DIR@STEP, such as runs/a@4000; there are 30, 60, 75"},
		{dir + "@x", "", "must be DIR@STEP"},
		{dir + "@60", "EOSS_SEED=4", "EOSS_SEED_ORDER"},
		{dir + "@60", "EOSS_INIT_SCALE=4", "has no effect"},
		{dir + "@60", "EOSS_STEPS=60", "more than 60"},
		{dir + "@75", "", "more than 75"},
		{dir + "@60", "EOSS_WIDTHS=5", "do not fit the network"},
		{dir + "@60", "EOSS_BACTH=5", "did you mean EOSS_BATCH"},
		{filepath.Join(folder, "none") + "@60", "", "config.json is missing"},
	} {
		out := filepath.Join(folder, "fork")
		values := map[string]string{fromVariable: test.from, "EOSS_OUT": out}
		if name, value, ok := strings.Cut(test.more, "="); ok {
			values[name] = value
		}
		_, err := attempted(t, values)
		wantOneLine(t, err, test.want)
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s %s: a run directory was made", test.from, test.more)
			os.RemoveAll(out)
		}
	}
	os.Truncate(filepath.Join(checkpoint.Dir(dir, 60), "parameters.safetensors"), 50)
	_, err := attempted(t, map[string]string{fromVariable: dir + "@60"})
	wantOneLine(t, err, "parameters.safetensors", "checksum", "there are 30, 75")
	for _, step := range []int{30, 75} {
		noError(t, os.RemoveAll(checkpoint.Dir(dir, step)))
	}
	_, err = attempted(t, map[string]string{fromVariable: dir + "@60"})
	wantOneLine(t, err, "checksum", "it has no other")
}

// TestForkBatches: the order of the batches goes on, also with another batch size.
func TestForkBatches(t *testing.T) {
	s, half := Sampler{N: 64, B: 8, Seed: 3}, Sampler{N: 64, B: 4, Seed: 3}
	for step := range 20 { // twice the batches in an epoch, of the same order
		both := slices.Concat(half.Batch(2 * step))
		both = append(both, half.Batch(2*step+1)...)
		if !slices.Equal(both, s.Batch(step)) {
			t.Errorf("step %d: %v and %v", step, both, s.Batch(step))
		}
	}
}

// TestPasses: an epoch has as many steps as batches fill up, as the sampler's permutations do.
func TestPasses(t *testing.T) {
	for _, c := range []struct {
		step, b, n int
		want       float64
	}{{20, 16, 203, 20.0 / 12}, {3, 102, 203, 3}, {8, 16, 64, 2}, {1, 300, 100, 3}} {
		if got := passes(nil, c.step, c.b, c.n); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d steps of %d of %d are %g epochs, not %g", c.step, c.b, c.n, got, c.want)
		}
	}
}

// TestForkOfAnotherOptimizer: it is said that what the optimizer averages begins anew.
func TestForkOfAnotherOptimizer(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "parent")
	completed(t, keeping(parent, nil))
	log := completed(t, map[string]string{fromVariable: parent + "@300", "EOSS_OUT": parent + "-adam", "EOSS_OPTIMIZER": "adam", "EOSS_LR": "0.001", "EOSS_STEPS": "310"})
	if want := "EOSS_OPTIMIZER=adam begins without averages of past gradients: the parent's EOSS_OPTIMIZER was sgd"; !strings.Contains(log, want) {
		t.Errorf("%s\nlacks %s", log, want)
	}
}

// TestForkEpochs: the passes over the data go on from the parent's, whatever the fork's batches are.
func TestForkEpochs(t *testing.T) {
	folder := t.TempDir()
	parent, fork, again := filepath.Join(folder, "parent"), filepath.Join(folder, "fork"), filepath.Join(folder, "again")
	completed(t, keeping(parent, nil))
	config, err := record.ReadConfig(filepath.Join(parent, record.ConfigFile))
	noError(t, err)
	b, errB := strconv.Atoi(config.Variables["EOSS_BATCH"])
	n, errN := strconv.ParseFloat(config.Variables["EOSS_N"], 64)
	noError(t, errors.Join(errB, errN))
	completed(t, map[string]string{fromVariable: parent + "@300", "EOSS_OUT": fork, "EOSS_BATCH": strconv.Itoa(2 * b), "EOSS_STEPS": "450", "EOSS_CHECKPOINT": "30", "EOSS_KEEP": "0"})
	completed(t, map[string]string{fromVariable: fork + "@420", "EOSS_OUT": again, "EOSS_BATCH": strconv.Itoa(b), "EOSS_STEPS": "450"})
	for dir, batches := range map[string]func(step int) int{ // of the parent's size
		fork:  func(step int) int { return 300 + 2*(step-300) },
		again: func(step int) int { return 300 + 2*120 + step - 420 },
	} {
		for _, row := range rowsOf(t, dir) {
			if want := float64(batches(row.Step)*b) / n; math.Abs(row.Epoch-want) > 1e-9 {
				t.Fatalf("%s: step %d is epoch %g, not %g", dir, row.Step, row.Epoch, want)
			}
		}
	}
}

// TestForkOfAMovedInitialFile: a fork may name where the file of initial parameters, which param_distance is taken from, is now; another one is refused.
func TestForkOfAMovedInitialFile(t *testing.T) {
	p, err := NewProblem[float32](small(t, nil))
	noError(t, err)
	path, parent := saved(t, toTensors(p.Model, p.Theta)), filepath.Join(t.TempDir(), "parent")
	completed(t, keeping(parent, map[string]string{"EOSS_INIT": path, "EOSS_MEASURE": "loss@20,param_distance@10", "EOSS_STEPS": "60", "EOSS_WIDTHS": p.Config.Widths.String(),
		"EOSS_MODEL": p.Config.Model}))
	moved := filepath.Join(t.TempDir(), "moved.safetensors")
	noError(t, os.Rename(path, moved))
	values := map[string]string{fromVariable: parent + "@30", "EOSS_OUT": filepath.Join(t.TempDir(), "fork")}
	_, err = attempted(t, values)
	wantOneLine(t, err, "EOSS_INIT="+path, "does not exist")
	values["EOSS_INIT"] = moved
	completed(t, values)
	for i := range p.Theta {
		p.Theta[i] *= 2
	}
	values["EOSS_INIT"], values["EOSS_OUT"] = saved(t, toTensors(p.Model, p.Theta)), filepath.Join(t.TempDir(), "other")
	_, err = attempted(t, values)
	wantOneLine(t, err, fromVariable, "is not the file that it began with")
}
