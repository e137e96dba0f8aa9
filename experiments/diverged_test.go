//go:build unix

package experiments

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// TestDivergedMeasurement: whatever is measured first on parameters that are not finite, the run ends as diverged at a
// named step, with all rows from before.
func TestDivergedMeasurement(t *testing.T) {
	for _, m := range Measurables() {
		dir := filepath.Join(t.TempDir(), "run")
		log := completed(t, keeping(dir, map[string]string{"EOSS_MEASURE": m.Name + "@1", "EOSS_LR": "1e30", "EOSS_STEPS": "50",
			"EOSS_OPTIMIZER": cmp.Or(m.Optimizer, "sgd")}))
		outcome, err := ReadOutcome(dir)
		if m.Name == "second_moment_contraction" { // (I − ηH)² overflows at the first step already
			continue
		}
		if err != nil || outcome.State != StateDiverged || outcome.Steps > 5 || outcome.Steps == 0 {
			t.Errorf("%s: %+v, %v", m.Name, outcome, err)
		}
		if !strings.Contains(log, fmt.Sprintf("training diverged\" step=%d", outcome.Steps)) {
			t.Errorf("%s: %s", m.Name, log)
		}
		if rows := rowsOf(t, dir); len(rows) == 0 || rows[0].Step != 0 {
			t.Errorf("%s: the rows of step 0 are lost", m.Name)
		}
		_, err = attempted(t, map[string]string{resumeVariable: dir})
		wantOneLine(t, err, "diverged", "EOSS_FROM")
	}
}

// TestInfiniteInitialLoss: a run whose initial loss is not finite says so, and what makes it smaller, whatever finds it out; one that diverges by
// its steps does not.
func TestInfiniteInitialLoss(t *testing.T) {
	x, _ := ownFeatures()
	y := [24]int64{1, 0, 1}
	for i := range x {
		for k := range x[i] {
			x[i][k] *= 1e30
		}
	}
	large := ownData(t, "large.npz", map[string]any{"x.npy": x, "y.npy": y})
	for _, c := range []struct{ name, value, measure, want string }{
		{"EOSS_DATASET", large, "loss@5", "scale x of EOSS_DATASET=" + large},
		{"EOSS_DATASET", large, "batch_sharpness@5", "or lower EOSS_INIT_SCALE=0.2"},
		{"EOSS_INIT_SCALE", "1e30", "none", ": lower EOSS_INIT_SCALE=1e+30"},
		{"EOSS_LR", "1e30", "loss@5", ""},
	} {
		values := keeping(filepath.Join(t.TempDir(), "run"), map[string]string{"EOSS_STEPS": "20", "EOSS_N": "24", "EOSS_MEASURE": c.measure, c.name: c.value})
		if c.value == large {
			delete(values, "EOSS_N_TEST")
		}
		log := completed(t, values)
		if !strings.Contains(log, "training diverged") || strings.Contains(log, "the loss of the initial parameters is not finite: ") != (c.want != "") || !strings.Contains(log, c.want) {
			t.Errorf("%s, %s: %s", c.name, c.measure, log)
		}
	}
}

// TestTrainedStart: a run from a network that has learnt its images diverges by what any other would, not by its own tiny loss, which the
// steps may raise a million times.
func TestTrainedStart(t *testing.T) {
	for _, c := range []struct {
		loss  string
		first float64 // of the first batch
		want  float64
	}{{"mse", 1e-9, 1e5}, {"mse", 0, 1e5}, {"mse", 0.9, 0.9e6}, {"mse", 7, 7e6}, {"ce", 1e-9, 1e5 * math.Log(10)}, {"ce", 2.2, 2.2e6}} {
		p, err := NewProblem[float32](small(t, map[string]string{"EOSS_LOSS": c.loss}))
		noError(t, err)
		tr := &trainer[float32]{Problem: p, untrained: p.untrainedLoss(), first: c.first}
		if got := tr.limit(); math.Abs(got/c.want-1) > 1e-6 {
			t.Errorf("%s from %g: diverged above %g, not %g", c.loss, c.first, got, c.want)
		}
	}
}

// TestSmallFirstLoss: a first batch with next to no loss does not make the others' losses diverge.
func TestSmallFirstLoss(t *testing.T) {
	targets := [8][1]float32{{1}}
	for i := range targets[1:] {
		targets[1+i] = [1]float32{1e-4}
	}
	own := ownData(t, "own.npz", map[string]any{"x.npy": [8][4]float32{}, "y.npy": targets})
	dir := filepath.Join(t.TempDir(), "run")
	values := keeping(dir, map[string]string{"EOSS_DATASET": own, "EOSS_N": "8", "EOSS_BATCH": "1", "EOSS_STEPS": "8", "EOSS_LR": "1e-9", "EOSS_MEASURE": "none"})
	delete(values, "EOSS_N_TEST")
	completed(t, values)
	if outcome, err := ReadOutcome(dir); err != nil || outcome.State != stateFinished {
		t.Errorf("%+v, %v", outcome, err)
	}
}
