package study

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/internal/record"
)

func TestIDs(t *testing.T) {
	a := tiny(nil)
	for name, same := range map[string]Run{
		"threads": tiny(Variables{"EOSS_THREADS": "2"}), "memory": tiny(Variables{"EOSS_MEMORY": "1GiB"}), "folder": tiny(Variables{"EOSS_DATA_DIR": "x"}),
	} {
		if a.ID() != same.ID() {
			t.Errorf("%s: %s and %s", name, a.ID(), same.ID())
		}
	}
	seen := map[string]bool{}
	for _, r := range []Run{a, tiny(Variables{"EOSS_SEED": "1"}), tiny(Variables{"EOSS_LOSS": "ce"}), tiny(Variables{"EOSS_PRECISION": "float64"}),
		tiny(Variables{"EOSS_STOP_LOSS": "0.1"}), a.Fork(10, nil), a.Fork(20, nil), tiny(Variables{"EOSS_SEED": "1"}).Fork(10, nil)} {
		if seen[r.ID()] {
			t.Errorf("two runs are called %s", r.ID())
		}
		seen[r.ID()] = true
	}
	if n := len(withParents([]Run{a.Fork(10, nil), a, a.Fork(10, nil)})); n != 2 {
		t.Errorf("%d runs, 2 wanted", n)
	}
}

func TestTrain(t *testing.T) {
	for _, p := range Profiles() {
		s := NewSet(p, Variables{"EOSS_ACTIVATION": "tanh"})
		for model := range p.Models {
			for _, b := range []int{8, 256, 0} {
				r := s.Train(model, 0.01, b, 3, nil)
				if got := r.Variables.Number("EOSS_LR"); got != s.Eta(model, 0.01) || r.Variables["EOSS_ACTIVATION"] != "tanh" {
					t.Errorf("%s: %v", model, r.Variables)
				}
				if b == 0 && int(r.Variables.Number("EOSS_BATCH")) != s.Size(model) {
					t.Errorf("%s: the full batch is %v", model, r.Variables["EOSS_BATCH"])
				}
				if c := r.Cost(); !(c.Seconds > 0 && r.Memory(1) > 0 && c.Disk > 0) {
					t.Errorf("%s: cost %v", model, c)
				}
			}
		}
	}
}

// TestOwnData: a user's file may have no test samples; of those that it has all are taken, unless the user says how many.
func TestOwnData(t *testing.T) {
	for _, p := range Profiles() {
		for want, user := range map[string]Variables{"": {"EOSS_DATASET": "my.npz"}, "7": {"EOSS_DATASET": "my.npz", "EOSS_N_TEST": "7"}} {
			if got := NewSet(p, user).Train("cnn", 0.01, 8, 0, nil).Variables["EOSS_N_TEST"]; got != want {
				t.Errorf("%s, %v: EOSS_N_TEST is %q", p.Name, user, got)
			}
		}
	}
}

// TestLonger: at the paper's size b = 4 trains twice as long as b = 16, larger batches no longer than that.
func TestLonger(t *testing.T) {
	p, err := ProfileNamed("paper")
	if err != nil {
		t.Fatal(err)
	}
	s := NewSet(p, nil)
	for b, want := range map[int]string{4: "48000", 8: "34000", 16: "24000", 64: "24000", 0: "24000"} {
		if got := s.Train("mlp", 0.01, b, 0, nil).Variables["EOSS_STEPS"]; got != want {
			t.Errorf("b = %d: %s steps, not %s", b, got, want)
		}
	}
	for b, want := range map[int]string{16: "200000", 64: "88000"} { // but the ResNet's large batches end early
		v := s.Train("resnet14", 0.005, b, 0, nil).Variables
		if v["EOSS_STEPS"] != want || !strings.Contains(v["EOSS_MEASURE"], "batch_sharpness@4000") {
			t.Errorf("ResNet, b = %d: %s steps, measuring %s", b, v["EOSS_STEPS"], v["EOSS_MEASURE"])
		}
	}
}

// TestFew: the quick profile draws four batches of an eighth of the images or more; a user's number counts.
func TestFew(t *testing.T) {
	p, err := ProfileNamed("quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		model     string
		b         int
		user      Variables
		min, most string
	}{
		{"mlp", 64, nil, "8", "64"}, {"mlp", 128, nil, "4", "4"}, {"mlp", 512, nil, "4", "4"}, {"mlp", 0, nil, "8", "64"},
		{"cnn", 64, nil, "4", "4"}, {"cnn", 16, nil, "4", "8"},
		{"mlp", 128, Variables{"EOSS_N": "2048"}, "8", "64"}, {"mlp", 256, Variables{"EOSS_BS_MAX_BATCHES": "100"}, "4", "100"},
	} {
		v := NewSet(p, c.user).Train(c.model, 0.01, c.b, 0, nil).Variables
		if v["EOSS_BS_MIN_BATCHES"] != c.min || v["EOSS_BS_MAX_BATCHES"] != c.most {
			t.Errorf("%s, b = %d, %v: %s to %s batches", c.model, c.b, c.user, v["EOSS_BS_MIN_BATCHES"], v["EOSS_BS_MAX_BATCHES"])
		}
	}
}

// TestTogether: the means and the spans of the ratios are over the shared steps of the last quarter only; from three values on a mean has the
// interval of a plateau.
func TestTogether(t *testing.T) {
	r := NewResults(t.TempDir())
	run := Run{Variables: Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_BATCH": "16", "EOSS_STEPS": "100"}}
	var rows []record.Row
	for step := 0; step <= 100; step += 5 {
		rows = append(rows, record.Row{Step: step, Name: "lambda_b_max", Value: float64(step)})
		if step%20 == 0 {
			rows = append(rows, record.Row{Step: step, Name: "ntk_max", Value: 1000 + float64(step)})
		}
	}
	rows = append(rows, record.Row{Step: 10, Name: "ias", Value: 1})
	finished(t, r, run, rows)
	m, err := r.Together(run, "lambda_b_max", "ntk_max")
	if err != nil || m.N() != 2 || m.Mean(0) != (experiments.Interval{Value: 90, Lo: 80, Hi: 100}) || m.Mean(1).Value != 1090 { // of steps 80 and 100
		t.Errorf("%+v, %v", m, err)
	}
	if got, want := m.Quotient(0, 1, 2), (experiments.Interval{Value: 90. / 2180, Lo: 80. / 2160, Hi: 100. / 2200}); got != want {
		t.Errorf("the ratio is %v, not %v", got, want)
	}
	all, err := r.Together(run, "lambda_b_max")
	p, _ := r.Plateau(run, "lambda_b_max")
	if err != nil || all.N() != 6 || all.Mean(0) != p.Mean {
		t.Errorf("%v, not the plateau's %v: %v", all.Mean(0), p.Mean, err)
	}
	if _, err := r.Together(run, "lambda_b_max", "ias"); err == nil || !strings.Contains(err.Error(), "no step from 75") {
		t.Errorf("without a shared step: %v", err)
	}
}

// TestGap: the difference is taken at the same steps, also of a quantity that grows and is measured at others.
func TestGap(t *testing.T) {
	r := NewResults(t.TempDir())
	run := Run{Variables: Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_BATCH": "16", "EOSS_STEPS": "100"}}
	var rows []record.Row
	for step := 0; step <= 100; step++ {
		if step%5 == 0 {
			rows = append(rows, record.Row{Step: step, Name: "lambda_b_max", Value: float64(step) + 3, StdErr: 0.1})
		}
		if step%4 == 0 {
			rows = append(rows, record.Row{Step: step, Name: "lambda_max", Value: float64(step)})
		}
	}
	finished(t, r, run, rows)
	p, err := r.Gap(run, "lambda_b_max", "lambda_max")
	if err != nil {
		t.Fatal(err)
	}
	if p.N != 6 || math.Abs(float64(p.Mean.Value)-3) > 1e-12 || p.Mean.Lo >= 3 || p.Mean.Hi <= 3 { // exact but for rounding: both are linear
		t.Errorf("%+v", p)
	}
}

// TestPlateauOfAFork: the last quarter of a fork that ends soon is of its own steps, not of its parent's.
func TestPlateauOfAFork(t *testing.T) {
	r := NewResults(t.TempDir())
	fork := tiny(nil).Fork(90, nil)
	rows := func(from, to int, value float64) (list []record.Row) {
		for step := from; step <= to; step += 2 {
			list = append(list, record.Row{Step: step, Name: "lambda_b_max", Value: 2 * value}, record.Row{Step: step, Name: "lambda_max", Value: value})
		}
		return list
	}
	finished(t, r, fork, rows(90, 100, 1))
	former := filepath.Join(r.Path(fork), record.ParentFile)
	w, err := record.OpenWriter(former)
	if err == nil {
		err = errors.Join(w.Write(rows(0, 88, 50)...), w.Close())
	}
	prefix, unread := record.PrefixOf(former)
	if err = errors.Join(err, unread, record.WriteConfig(filepath.Join(r.Path(fork), record.ConfigFile),
		record.Config{Study: "eoss", Variables: fork.Variables, Parent: &record.Parent{Step: 90, Rows: prefix}})); err != nil {
		t.Fatal(err)
	}
	plateau, err := r.Plateau(fork, "lambda_max")
	gap, failed := r.Gap(fork, "lambda_b_max", "lambda_max")
	if err = errors.Join(err, failed); err != nil || plateau.FirstStep != 90 || plateau.Mean.Value != 1 || gap.FirstStep != 90 || gap.Mean.Value != 1 {
		t.Errorf("%v, from %d on %g, the gap %g from %d on", err, plateau.FirstStep, plateau.Mean.Value, gap.Mean.Value, gap.FirstStep)
	}
}

// finished writes a finished run of 100 steps.
func finished(t *testing.T, r *Results, run Run, rows []record.Row) {
	t.Helper()
	if err := os.MkdirAll(r.Path(run), 0o777); err != nil {
		t.Fatal(err)
	}
	w, err := record.OpenWriter(filepath.Join(r.Path(run), record.MetricsFile))
	if err == nil {
		err = errors.Join(w.Write(rows...), w.Close())
	}
	if err = errors.Join(err, record.WriteConfig(filepath.Join(r.Path(run), record.ConfigFile), record.Config{Study: "eoss", Variables: run.Variables}),
		record.WriteJSON(filepath.Join(r.Path(run), "verdict.json"), map[string]any{"state": "finished", "steps": 100})); err != nil {
		t.Fatal(err)
	}
}

func TestOutcomes(t *testing.T) {
	at := func(v, lo, hi float64) experiments.Interval {
		return experiments.Interval{Value: experiments.Real(v), Lo: experiments.Real(lo), Hi: experiments.Real(hi)}
	}
	for _, c := range []struct {
		i    experiments.Interval
		want Outcome
	}{{at(1, 0.95, 1.05), Holds}, {at(0.95, 0.85, 1.05), Holds}, {at(1, 0.5, 1.5), Undecided}, {at(1.3, 1.1, 1.5), Undecided}, {at(2, 1.5, 2.5), Fails},
		{at(1, math.NaN(), math.NaN()), Holds}, {at(2, math.NaN(), math.NaN()), Fails}, {Unknown, NotMeasured}} {
		if got := Between(0.9, 1.2).Judge(c.i); got != c.want {
			t.Errorf("%v: %s, not %s", c.i, got, c.want)
		}
	}
	for _, c := range []struct { // a range with one end
		i    experiments.Interval
		want Outcome
	}{{at(0.5, 0.2, 0.8), Holds}, {at(0.5, 0.2, 1), Undecided}, {at(2, 1, 3), Fails}} {
		if got := Below(0.9).Judge(c.i); got != c.want {
			t.Errorf("%v: %s, not %s", c.i, got, c.want)
		}
	}
	for _, c := range []struct {
		i    experiments.Interval
		want Outcome
	}{{at(1, 0.5, 1.5), Holds}, {at(1, -0.5, 2.5), Undecided}, {at(-1, -2.5, 0.5), Undecided}, {at(-1, -1.5, -0.5), Fails}, {at(0, 0, 0), Undecided}, {at(1, 0, 2), Undecided}, {Unknown, NotMeasured}} {
		if got := Above(0).Judge(c.i); got != c.want {
			t.Errorf("%v: %s, not %s", c.i, got, c.want)
		}
	}
}

// TestJudgeOfDivergedRuns: divergence leaves a claim not measured; any other error is also the table's.
func TestJudgeOfDivergedRuns(t *testing.T) {
	for _, c := range []struct {
		err   error
		fails bool
	}{{fmt.Errorf("plateau: %w", &DivergedError{Run: "r", Step: 3}), false}, {errors.New("no rows"), true}} {
		m := Maker{Set: &Set{}, Settings: Settings{Out: t.TempDir()}}
		claim := Claim{Number: 1, Judge: func(*Results) ([]Row, error) { return nil, c.err }}
		var out strings.Builder
		if _, err := m.judge(&out, nil, []Claim{claim}); (err != nil) != c.fails {
			t.Errorf("%v: the table says %v", c.err, err)
		}
		if !strings.Contains(out.String(), c.err.Error()) || !strings.Contains(out.String(), string(NotMeasured)) {
			t.Errorf("%v: the table is %q", c.err, out.String())
		}
	}
}

// TestJudgeNamesUserVariables: the rows of a set of the user's say what it changed, but not where it ran: others of the table may be without.
func TestJudgeNamesUserVariables(t *testing.T) {
	m := Maker{Set: &Set{User: Variables{"EOSS_LOSS": "ce", "EOSS_ACTIVATION": "tanh", "EOSS_THREADS": "1"}}, Settings: Settings{Out: t.TempDir()}}
	claim := Claim{Number: 1, Judge: func(*Results) ([]Row, error) { return []Row{{Case: "a", Note: "1 seed"}, {Case: "b"}}, nil }}
	if _, err := m.judge(io.Discard, nil, []Claim{claim}); err != nil {
		t.Fatal(err)
	}
	const want = "EOSS_ACTIVATION=tanh; EOSS_LOSS=ce"
	if rows, err := ReadClaims(m.Out); err != nil || rows[0].Note != "1 seed; "+want || rows[1].Note != want {
		t.Errorf("%v, %v", rows, err)
	}
}
