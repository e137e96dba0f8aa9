package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

// judgedRuns fabricates the runs of some claims of the quick set with two seeds.
func judgedRuns(t *testing.T, numbers ...int) (study.Selection, *study.Results) {
	t.Helper()
	all := selection(t, "quick", 2)
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	for _, c := range all.Claims {
		if slices.Contains(numbers, c.Number) {
			for _, r := range c.Runs {
				fabricate(t, results, r, done)
			}
		}
	}
	return all, results
}

// diverges lets a run diverge some steps after its first.
func diverges(t *testing.T, results *study.Results, run study.Run) {
	t.Helper()
	if err := record.WriteJSON(filepath.Join(results.Path(run), "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": run.Step + 15}); err != nil {
		t.Fatal(err)
	}
}

// TestDivergedRowsOnly: a run that diverged takes the rows away that are of it, and no others of its claim or its setting.
func TestDivergedRowsOnly(t *testing.T) {
	all, results := judgedRuns(t, 1, 18)
	quick, err := study.ProfileNamed("quick")
	if err != nil {
		t.Fatal(err)
	}
	set := study.NewSet(quick, nil)
	diverges(t, results, set.Train("mlp", 0.01, 4, 1, nil))
	diverges(t, results, set.Train("mlp", 0.02, 4, 0, nil))
	for _, c := range []struct {
		claim      int
		gone, kept []string
	}{
		{1, []string{"mlp, η = 0.04, b = 4, mean of ratios", "mlp, η = 0.04, b = 4, Definition 1", "mlp, η = 0.08, b = 4, mean of ratios"},
			[]string{"mlp, η = 0.04, b = 16, mean of ratios", "mlp, η = 0.04, b = 16, Definition 1", "mlp, η = 0.04, b = 8, mean of ratios", "mlp, η = 0.08, b = 16, mean of ratios"}},
		{2, []string{"mlp, η = 0.04, b = 4", "λmax at b = 16 over that at b = 4"}, []string{"mlp, η = 0.04, b = 64", "λmax at b = 64 over that at b = 16"}},
		{3, []string{"mlp, η = 0.04, b = 4"}, []string{"mlp, η = 0.04, b = 16", "mlp, η = 0.04, b = 8"}},
		{4, []string{"mlp, η = 0.04, b = 4, λᵇmax − λmax", "gap at b = 4 over that at b = 16"}, []string{"mlp, η = 0.04, b = 16, λᵇmax − λmax", "gap at b = 16 over that at b = 64"}},
		{18, []string{"η = 0.04: b = 16 after b = 4"}, []string{"b = 16: η = 0.02 after η = 0.04", "η = 0.04: b = 64 after b = 16"}},
	} {
		for _, what := range c.gone {
			if row := rowOf(t, results, all, c.claim, what); row.Outcome != study.NotMeasured || row.Expected == "" || !strings.HasSuffix(row.Note, "diverged at step 15") {
				t.Errorf("claim %d: %+v", c.claim, row)
			}
		}
		for _, what := range c.kept {
			if row := rowOf(t, results, all, c.claim, what); row.Outcome == study.NotMeasured {
				t.Errorf("claim %d: %+v", c.claim, row)
			}
		}
	}
}

// TestUndoneRows: a run that waits takes its own row away, and all runs of a setting that wait have one.
func TestUndoneRows(t *testing.T) {
	all, results := judgedRuns(t, 1)
	quick, err := study.ProfileNamed("quick")
	if err != nil {
		t.Fatal(err)
	}
	set := study.NewSet(quick, nil)
	row := func(b string) study.Row { return rowOf(t, results, all, 1, "mlp, η = 0.08"+b+", mean of ratios") }
	for _, b := range []int{16, 4, 64} {
		if err := os.RemoveAll(results.Path(set.Train("mlp", 0.02, b, 0, nil))); err != nil {
			t.Fatal(err)
		}
		results = study.NewResults(filepath.Dir(results.Path(set.Train("mlp", 0.02, b, 0, nil))))
		switch b {
		case 16:
			if row(", b = 16").Outcome != study.NotMeasured || row(", b = 4").Outcome == study.NotMeasured || row(", b = 64").Outcome == study.NotMeasured {
				t.Errorf("%+v, %+v, %+v", row(", b = 4"), row(", b = 16"), row(", b = 64"))
			}
		case 64:
			if row("").Outcome != study.NotMeasured {
				t.Errorf("%+v", row(""))
			}
		}
	}
}

// TestDivergedCatapults: claim 17 counts the seeds that are left, and their steps.
func TestDivergedCatapults(t *testing.T) {
	all, results := judgedRuns(t, 17)
	i := slices.IndexFunc(all.Claims, func(c study.Claim) bool { return c.Number == 17 })
	unit, note := "in 2000 steps", "2 seeds; "
	for _, run := range all.Claims[i].Runs {
		if row := rowOf(t, results, all, 17, "mlp, η = 0.08, b = 16"); row.Unit != unit || !strings.HasPrefix(row.Note, note) {
			t.Errorf("%+v, want %s, %s", row, unit, note)
		}
		diverges(t, results, run)
		unit, note = "in 1000 steps", "1 seed; "+run.ID()+" diverged; "
	}
	if row := rowOf(t, results, all, 17, "mlp, η = 0.08, b = 16"); row.Outcome != study.NotMeasured || !strings.HasPrefix(row.Note, "0 seeds; ") {
		t.Errorf("%+v", row)
	}
}
