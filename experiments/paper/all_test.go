package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

func TestMain(m *testing.M) {
	if os.Getenv("PLAY_PAPER") != "" {
		os.Unsetenv("PLAY_PAPER")
		main()
	}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "EOSS_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// selection is everything that a profile with that many seeds makes.
func selection(t *testing.T, profile string, seeds int) study.Selection {
	t.Helper()
	p, err := study.ProfileNamed(profile)
	if err != nil {
		t.Fatal(err)
	}
	p.Seeds = seeds
	return study.Studies(study.NewSet(p, nil), studies)
}

// everything is the quick set with fabricated runs.
func everything(t *testing.T) (study.Selection, *study.Results) {
	t.Helper()
	all := selection(t, "quick", 3)
	results := study.NewResults(filepath.Join(t.TempDir(), "runs"))
	done := map[string]bool{}
	for _, f := range all.Figures {
		for _, r := range f.Runs {
			fabricate(t, results, r, done)
		}
	}
	for _, c := range all.Claims {
		for _, r := range c.Runs {
			fabricate(t, results, r, done)
		}
	}
	return all, results
}

// TestEveryFigureAndClaim: all 26 figures and 18 claims come out of runs that obey known laws, and the numbers of the claims are
// those of the laws.
func TestEveryFigureAndClaim(t *testing.T) {
	all, results := everything(t)
	names := map[string]bool{}
	for _, f := range all.Figures {
		names[f.Name] = true
		drawn, err := f.Draw(results)
		if err != nil || len(drawn) == 0 {
			t.Errorf("%s: %d drawings, %v", f.Name, len(drawn), err)
		}
	}
	for i := range 26 {
		if name := "fig" + itoa(i+1); !names[name] {
			t.Errorf("there is no %s", name)
		}
	}
	table := map[int][]study.Row{}
	for _, c := range all.Claims {
		rows, err := c.Judge(results)
		if err != nil || len(rows) == 0 {
			t.Errorf("claim %d: %d rows, %v", c.Number, len(rows), err)
		}
		table[c.Number] = rows
	}
	for i := range 18 {
		if table[i+1] == nil {
			t.Errorf("claim %d is not judged", i+1)
		}
	}
	// λᵇmax − λmax = 4/b in units of 2/η, whatever λmax does.
	near(t, table[12], "mlp, λᵇmax − λmax, b in [10, 100]", -1, 0.05)
	near(t, table[11], "mlp after training", -1, 0.01)
	near(t, table[13], "b = 16", ofKernel, 0.01)
	near(t, table[16], "critical batch size", bend, 0.1*bend)
	near(t, table[15], "b = 1024", 1, 0.01) // the estimates' noise is 1 % of each
}

// TestDivergedRuns: a seed whose changed run diverged is left out of a claim on shifts, and named; without one of its runs no claim fails.
func TestDivergedRuns(t *testing.T) {
	all, results := everything(t)
	for _, c := range all.Claims {
		if c.Number != 9 {
			continue
		}
		for left, want := range []string{"3 seeds", "2 seeds; ", "1 seed; ", "0 seeds; "} {
			rows, err := c.Judge(results)
			if err != nil || len(rows) == 0 || !strings.HasPrefix(rows[0].Note, want) || (left < 3) != (len(rows) == 3) {
				t.Fatalf("%q wanted: %v, %v", want, rows, err)
			}
			if left == 3 {
				return
			}
			gone := c.Runs[4*left] // every fourth is a changed run
			if err := record.WriteJSON(filepath.Join(results.Path(gone), "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": gone.Step + 15}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Error("there is no claim 9")
}

// near wants the number of the row whose case begins so.
func near(t *testing.T, rows []study.Row, what string, want, tolerance float64) {
	t.Helper()
	for _, r := range rows {
		if strings.HasPrefix(r.Case, what) {
			if got := float64(r.Measured.Value); math.Abs(got-want) > tolerance {
				t.Errorf("%s: measured %g, the law says %g", r.Case, got, want)
			}
			return
		}
	}
	t.Errorf("no row %q", what)
}

func itoa(i int) string {
	text, _ := json.Marshal(i)
	return string(text)
}

// paper runs the program.
func paper(t *testing.T, variables []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(append(os.Environ(), "PLAY_PAPER=1"), variables...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

func TestProgram(t *testing.T) {
	for _, c := range []struct {
		variables, args []string
		status          int
		out, err        string
	}{
		{nil, []string{"-h"}, 0, "fig26", ""},
		{nil, []string{"plan", "fig5"}, 0, "15 runs, 0 of them done in 0s of one core", ""},
		{nil, []string{"fig27"}, 2, "", `there is no figure, study or run "fig27"`},
		{nil, []string{"plan", "mlp-b16-lr0.08-seed0-from2000-6f4b6045"}, 0, "2 runs, 0 of them done", ""}, // with the one that it starts from
		{nil, []string{"report", "fig1"}, 2, "", "report stands alone"},
		{[]string{"EOSS_PROFILE=fast"}, []string{"plan"}, 2, "", "EOSS_PROFILE=fast: must be quick or paper"},
		{[]string{"EOSS_WORKERS=two"}, []string{"plan"}, 2, "", "EOSS_WORKERS=two"},
		{[]string{"EOSS_WORKERS=010"}, []string{"plan"}, 2, "", "EOSS_WORKERS=010: must be a decimal integer"},
		{[]string{"EOSS_SEEDS=-1"}, []string{"plan"}, 2, "", "EOSS_SEEDS=-1: must be a decimal integer"},
		{[]string{"EOSS_LR=0.1"}, []string{"fig5"}, 2, "", "EOSS_LR=0.1: is what these figures and claims vary"},
		{[]string{"EOSS_WIDHTS=8"}, []string{"fig5"}, 2, "", "did you mean EOSS_WIDTHS"},
		{[]string{"EOSS_PROFILE=paper"}, []string{"fig5"}, 2, "", "EOSS_DATA_DIR"},
		{[]string{"EOSS_WORKERS=0"}, []string{"fig5"}, 2, "", "set: has no folder runs, and EOSS_WORKERS=0 starts none"},
		{[]string{"EOSS_WORKERS=0"}, []string{"plan", "fig5"}, 2, "", "set: has no folder runs"},
		{nil, []string{"report"}, 2, "", "set: is not the folder of a set: make figures or claims first"},
		{nil, []string{"plan", "-h"}, 0, "fig26", ""},
		{nil, []string{"fig5", "--help"}, 0, "fig26", ""},
		{[]string{"EOSS_PROFILE=full", "EOSS_WORKERS=two", "EOSS_RESUME=a"}, []string{"-h"}, 0, "EOSS_PROFILE", ""},
		{[]string{"EOSS_RESUME=a"}, []string{"plan"}, 2, "", "EOSS_RESUME=a: unset it: unfinished runs of a set go on by themselves"},
		{[]string{"EOSS_FROM=a@1"}, []string{"plan"}, 2, "", "EOSS_FROM=a@1: unset it: "},
	} {
		folder := filepath.Join(t.TempDir(), "set")
		out, errs, status := paper(t, append(c.variables, "EOSS_OUT="+folder), c.args...)
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%v %v made %s", c.variables, c.args, folder)
		}
		if status != c.status || !strings.Contains(out, c.out) || !strings.Contains(errs, c.err) || c.err != "" && strings.Count(errs, "\n") != 1 {
			t.Errorf("%v %v: status %d\n%s%s", c.variables, c.args, status, out, errs)
		}
	}
}

// TestReport: a set of fabricated runs becomes a page that holds its images and table and names nothing on a network.
func TestReport(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "set")
	all := selection(t, "quick", 2)
	picked, err := all.Pick([]string{"fig7", "noise"})
	if err != nil {
		t.Fatal(err)
	}
	results, done := study.NewResults(filepath.Join(folder, "runs")), map[string]bool{}
	for _, r := range append(picked.Figures[0].Runs, picked.Claims[0].Runs...) {
		fabricate(t, results, r, done)
	}
	environment := []string{"EOSS_OUT=" + folder, "EOSS_SEEDS=2"}
	if out, errs, status := paper(t, environment, "noise"); status != 0 || !strings.Contains(out, "SGD without replacement") {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	if out, errs, status := paper(t, environment, "report"); status != 0 || !strings.Contains(out, "report.html") {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	text, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, want := range []string{"data:image/png;base64,", "SGD without replacement", "fig26", "not made yet", "EOSS_NOISE=isotropic", "5 of 5 rows"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, no := range []string{"http://", "https://", "<script", "<link"} {
		if strings.Contains(page, no) {
			t.Errorf("the page has %q", no)
		}
	}
}
