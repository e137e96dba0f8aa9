package main

import (
	"path/filepath"
	"slices"
	"strings"
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
	for _, want := range []struct {
		claim      int
		what, note string
	}{{13, "b = 128", "0 seeds; seed 0 diverged"}, {15, "the rest", "b = 128 of seed 0 diverged, b = 256 of seed 0 diverged"}} {
		if row := rowOf(t, results, all, want.claim, want.what); row.Outcome != study.NotMeasured || row.Note != want.note {
			t.Errorf("claim %d: %+v, want %s", want.claim, row, want.note)
		}
	}
}

// TestStaticGap: claim 11 says how far its networks had come, which of them are one, and keeps the rows of those that did not diverge.
func TestStaticGap(t *testing.T) {
	all := selection(t, "quick", 2)
	picked, err := all.Pick([]string{"fig10", "fig12"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	for _, f := range picked.Figures {
		for _, r := range f.Runs {
			fabricate(t, results, r, done)
		}
	}
	row := func(what, note string) {
		t.Helper()
		if row := rowOf(t, results, all, 11, what); row.Outcome == study.NotMeasured || !strings.HasSuffix(row.Note, note) {
			t.Errorf("%+v, want %s", row, note)
		}
	}
	const apart, together = "; 3 networks: seeds 0, 1 and seed 0 on subset 100; 5000 steps, loss at the end 0.45", "; 2 networks on 3 subsets: seeds 0, 1 and seed 0 on subset 100"
	row("mlp after training, b ≤ 64", apart)
	row("mlp at initialisation, b ≤ 64", together)
	row("cnn after training, b ≤ 16", "; 1 network: seed 0; 600 steps, loss at the end 0.64")
	gone := results.Path(picked.Figures[0].Runs[1])
	if err := record.WriteJSON(filepath.Join(gone, "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": 3}); err != nil {
		t.Fatal(err)
	}
	if row := rowOf(t, results, all, 11, "mlp after training, b ≤ 64"); row.Outcome != study.NotMeasured || row.Note != gone+" diverged at step 3" {
		t.Errorf("%+v", row)
	}
	row("mlp at initialisation, b ≤ 64", together)
	row("cnn after training, b ≤ 16", "; 1 network: seed 0; 600 steps, loss at the end 0.64")
}

// TestFullBatch: at b = n λᵇmax is λmax, which is measured more often, and claim 16 takes it from there.
func TestFullBatch(t *testing.T) {
	all := selection(t, "quick", 1)
	picked, err := all.Pick([]string{"fig6"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	var full study.Run
	for _, r := range picked.Figures[0].Runs {
		fabricate(t, results, r, done)
		if r.Variables["EOSS_BATCH"] == r.Variables["EOSS_N"] {
			full = r
		}
	}
	want, err := results.Plateau(full, "lambda_max")
	if err != nil {
		t.Fatal(err)
	}
	if row := rowOf(t, results, all, 16, "λᵇmax at b = "+full.Variables["EOSS_N"]); row.Measured != want.Ratio {
		t.Errorf("%+v, want %+v", row.Measured, want.Ratio)
	}
}

// TestDivergedNoise: a dynamics of Figure 7 that diverged takes no other's row away.
func TestDivergedNoise(t *testing.T) {
	all := selection(t, "quick", 1)
	picked, err := all.Pick([]string{"fig7"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	for _, r := range picked.Figures[0].Runs {
		fabricate(t, results, r, done)
		if r.Variables["EOSS_NOISE"] == "replacement" {
			if err := record.WriteJSON(filepath.Join(results.Path(r), "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": 3}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if row := rowOf(t, results, all, 10, "SGD with replacement"); row.Outcome != study.NotMeasured || row.Expected != "at most 0.8" {
		t.Errorf("%+v", row)
	}
	for _, what := range []string{"SGD without replacement", "directional noise", "isotropic noise", "SDE, h = η/5"} {
		if row := rowOf(t, results, all, 10, what); !(row.Measured.Value > 0) {
			t.Errorf("%+v", row)
		}
	}
}

// rowOf judges a claim and returns the row of a case.
func rowOf(t *testing.T, results *study.Results, all study.Selection, claim int, what string) study.Row {
	t.Helper()
	for _, c := range all.Claims {
		if c.Number != claim {
			continue
		}
		rows, err := c.Judge(results)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.Case == what {
				return row
			}
		}
	}
	t.Fatalf("claim %d has no row %s", claim, what)
	return study.Row{}
}
