package trajectories

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"eoss/experiments/study"
	"eoss/internal/record"
)

// TestGapAtTheSameSteps: λᵇmax − λmax of a run in which both rise is their difference at the same steps, though each was measured at its own.
func TestGapAtTheSameSteps(t *testing.T) {
	r := study.NewResults(t.TempDir())
	run := study.Run{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01"}}
	var rows []record.Row
	for step := range 101 {
		if step%5 == 0 {
			rows = append(rows, record.Row{Step: step, Name: "lambda_b_max", Value: 30 + float64(step)})
		}
		if step%8 == 0 || step == 100 {
			rows = append(rows, record.Row{Step: step, Name: "lambda_max", Value: float64(step)})
		}
	}
	dir := r.Path(run)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	w, err := record.OpenWriter(filepath.Join(dir, record.MetricsFile))
	if err == nil {
		err = errors.Join(w.Write(rows...), w.Close())
	}
	if err = errors.Join(err, record.WriteConfig(filepath.Join(dir, record.ConfigFile), record.Config{Study: "eoss", Variables: run.Variables}),
		record.WriteJSON(filepath.Join(dir, "verdict.json"), map[string]any{"state": "finished", "steps": 100})); err != nil {
		t.Fatal(err)
	}
	row, err := gapRow(r, "", []study.Run{run})
	if gap := float64(row.Measured.Value); err != nil || math.Abs(gap-30.0/200) > 1e-12 {
		t.Errorf("%g × 2/η, not %g: %v", gap, 30.0/200, err)
	}
}

// TestTally: cycles with a bump are more than chance would give if so many are less likely than 0.05.
func TestTally(t *testing.T) {
	for _, c := range []struct {
		bump, chance float64
		want         study.Outcome
	}{{2, 0.04, study.Holds}, {2, 0.06, study.Undecided}, {1, 0.04, study.Fails}} {
		x := tally{seeds: 1, steps: 1000, cycles: []Catapult{{Bump: c.bump}}, chances: []float64{c.chance}}
		if got := x.row("").Outcome; got != c.want {
			t.Errorf("a bump of %g, with a chance of %g: %s, not %s", c.bump, c.chance, got, c.want)
		}
	}
}
