package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments/study"
	"eoss/internal/record"
)

// TestDamagedRun: what needs a run whose rows are cut is refused in a line that names the file, and all else is made.
func TestDamagedRun(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "set")
	all := selection(t, "quick", 1)
	picked, err := all.Pick([]string{"fig4", "fig17", "fig21"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(folder, "runs")), map[string]bool{}
	for _, f := range picked.Figures {
		for _, r := range f.Runs {
			fabricate(t, results, r, done)
		}
	}
	cut := picked.Figures[1].Runs[0] // of figures 17 and 21
	metrics := filepath.Join(results.Path(cut), record.MetricsFile)
	text, err := os.ReadFile(metrics)
	if err != nil {
		t.Fatal(err)
	}
	half := text[:len(text)/2]
	if err := os.WriteFile(metrics, half[:strings.LastIndex(string(half), "\n")+1], 0o666); err != nil {
		t.Fatal(err)
	}
	environment := []string{"EOSS_OUT=" + folder, "EOSS_SEEDS=1", "EOSS_WORKERS=0"}
	out, errs, status := paper(t, environment, "fig4", "fig17", "fig21", "claims")
	if status != 1 || strings.Count(errs, "is cut: it ends at step") != 1 || !strings.Contains(errs, "fig17: "+metrics+" is cut") || !strings.Contains(errs, "fig21: needs "+metrics+" too") {
		t.Errorf("status %d\n%s", status, errs)
	}
	if !strings.Contains(out, "fig4.png") || strings.Contains(out, "fig17") || !strings.Contains(out, "cycles") {
		t.Errorf("made:\n%s", out)
	}
	if out, errs, status := paper(t, environment, "plan", "fig4", "fig17"); status != 1 || !strings.Contains(out, "damaged") || !strings.Contains(out, "done") || strings.Count(errs, "\n") != 1 {
		t.Errorf("plan: status %d\n%s%s", status, out, errs)
	}
	if _, errs, status := paper(t, environment, "report"); status != 0 {
		t.Errorf("report: status %d\n%s", status, errs)
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil || !strings.Contains(string(page), "damaged") || !strings.Contains(string(page), "data:image/png;base64,") {
		t.Errorf("report: %v", err)
	}
}

// TestNoWorkersRefuses: without workers a variable that the figures vary is refused all the same.
func TestNoWorkersRefuses(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "runs"), 0o777); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := paper(t, []string{"EOSS_OUT=" + folder, "EOSS_WORKERS=0", "EOSS_LR=0.1"}, "fig3"); status != 2 || !strings.Contains(errs, "EOSS_LR=0.1: is what") {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
}
