package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments/study"
	"eoss/internal/record"
)

// TestNoWorkers: with EOSS_WORKERS=0 nothing is started; the rows of a figure whose runs are done are drawn, and what is done of a
// single row; a figure that has none is left as it was, and what lacks a run is not measured.
func TestNoWorkers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "set")
	all := selection(t, "quick", 1)
	picked, err := all.Pick([]string{"fig17", "fig18", "fig3", "fig4"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(folder, "runs")), map[string]bool{}
	fig4, fig17 := picked.Figures[1], picked.Figures[2]
	for _, r := range fig17.Runs[:3] { // of its first η
		fabricate(t, results, r, done)
	}
	fabricate(t, results, picked.Figures[3].Runs[1], done) // one of fig18's row
	unfinished := fig4.Runs[0]
	fabricate(t, results, unfinished, done)
	if err := record.WriteJSON(filepath.Join(results.Path(unfinished), "verdict.json"), map[string]any{"state": "interrupted"}); err != nil {
		t.Fatal(err)
	}
	environment := []string{"EOSS_OUT=" + folder, "EOSS_SEEDS=1", "EOSS_WORKERS=0"}
	out, errs, status := paper(t, environment, "figures", "claims")
	if status != 0 || strings.Contains(errs, "training") {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	if n := strings.Count(errs, "not drawn"); n != len(all.Figures)-8 { // 3, 17, 18, 21 and four on quadratics
		t.Errorf("%d figures are not drawn:\n%s", n, errs)
	}
	for _, want := range []string{"fig3: drawn in part, 6 of its 9 runs are not done", "fig17: drawn in part, 3 of its 6 runs are not done", "fig18: drawn in part, 2 of its 3 runs are not done", "fig4: not drawn, 1 of its 1 runs are not done", "fig2: not drawn"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %q:\n%s", want, errs)
		}
	}
	if strings.Contains(out, "measured 0 × 2/η") {
		t.Errorf("a claim without its run has a row of zeros:\n%s", out)
	}
	for _, c := range all.Claims {
		if i := strings.Index(out, c.Stated); i < 0 || c.Number != 14 && !strings.Contains(strings.SplitAfterN(out[i:], "\n", 3)[1], "not measured") {
			t.Errorf("claim %d was judged without its runs:\n%s", c.Number, out)
		}
	}
	for name, want := range map[string]bool{"fig3.png": true, "fig17.png": true, "fig18.png": true, "fig17-eta0.016.png": false, "fig4.png": false, "fig4.json": false, "fig2.png": false} {
		if _, err := os.Stat(filepath.Join(folder, "figures", name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	var drawn study.Drawn
	if text, err := os.ReadFile(filepath.Join(folder, "figures", "fig17.json")); err != nil || json.Unmarshal(text, &drawn) != nil || len(drawn.Runs) != 3 {
		t.Errorf("fig17 is of %v, %v", drawn.Runs, err) // not of those that it could not show
	}
	if runs, err := os.ReadDir(results.Dir); err != nil || len(runs) != 6 { // of fig17 and fig18, and fig4's with its parent
		t.Errorf("%d runs, %v", len(runs), err)
	}
	if out, errs, status := paper(t, environment, unfinished.ID(), fig17.Runs[0].ID()); status != 0 || out != results.Path(fig17.Runs[0])+"\n" || errs != unfinished.ID()+" is not done\n" {
		t.Errorf("single runs: status %d\n%s%s", status, out, errs)
	}
	if out, errs, status := paper(t, environment, "plan", "fig3"); status != 0 || !strings.Contains(out, "9 runs, 3 of them done in 0s of one core; EOSS_WORKERS=0 starts none") {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
}
