package main

import (
	"path/filepath"
	"slices"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

// TestDivergedSweep: a sweep whose runs at b = 128 and 256 diverged leaves Figure 15 too few points for a line; it is drawn without.
func TestDivergedSweep(t *testing.T) {
	all := selection(t, "quick", 1)
	picked, err := all.Pick([]string{"fig15"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	for _, r := range picked.Figures[0].Runs {
		fabricate(t, results, r, done)
		if b := r.Variables["EOSS_BATCH"]; slices.Contains([]string{"128", "256"}, b) {
			if err := record.WriteJSON(filepath.Join(results.Path(r), "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": 3}); err != nil {
				t.Fatal(err)
			}
		}
	}
	drawings, err := picked.Figures[0].Draw(results)
	if err != nil || drawings[""] == nil {
		t.Errorf("not drawn: %v", err)
	}
}
