package main

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

// law is what a run measures: the loss as it is, all else in units of 2/η; NaN: nothing.
type law func(point) float64

// point is a quantity at a step of a run.
type point struct {
	study.Run
	name string
	step int
	size float64 // of the batches that the quantity is of
}

// spread tells seeds apart: what they measure is 1 − spread, 1, 1 + spread times the law, so that the mean of three is the law.
const spread = 0.001

// rows are a run's by the law, from step first to before last.
func (l law) rows(run study.Run, first, last int) (rows []record.Row) {
	v := run.Variables
	unit := 2 / v.Number("EOSS_LR") * (1 + spread*(v.Number("EOSS_SEED")-1))
	for step := first; step < last; step++ {
		add := func(name string, size float64) {
			value := l(point{run, name, step, size})
			if name != "loss" {
				value *= unit
			}
			if !math.IsNaN(value) {
				rows = append(rows, record.Row{Step: step, Name: name, Value: value})
			}
		}
		for _, name := range due(v, step) {
			switch b, n := v.Number("EOSS_BATCH"), v.Number("EOSS_N"); name {
			case "batch_sharpness":
				add(name, b)
				add("batch_sharpness_mean_ratio", b)
			case "lambda_b_max_by_size":
				for size := 2.0; size < n; size *= 2 {
					add(experiments.LambdaBAt(int(size)), size)
				}
			default:
				add(name, b)
			}
		}
	}
	return rows
}

// falling is a loss that falls from 1 to 0.4.
func (p point) falling() float64 { return 1 - 0.6*float64(p.step)/p.Variables.Number("EOSS_STEPS") }

// byBatch are constants of quantities, for b up to 8, up to 16 and above.
type byBatch map[string][3]float64

func (levels byBatch) law(p point) float64 {
	x, ok := levels[p.name]
	switch {
	case p.name == "loss":
		return p.falling()
	case !ok:
		return math.NaN()
	case p.size <= 8:
		return x[0]
	case p.size <= 16:
		return x[1]
	}
	return x[2]
}

// quantities are laws of b, by quantity.
type quantities map[string]func(b float64) float64

func (of quantities) law(p point) float64 {
	f, ok := of[p.name]
	switch {
	case p.name == "loss":
		return p.falling()
	case !ok:
		return math.NaN()
	}
	return f(p.size)
}

func constant(x float64) func(float64) float64 { return func(float64) float64 { return x } }

// times is a law times another.
func times(c float64, f func(float64) float64) func(float64) float64 {
	return func(x float64) float64 { return c * f(x) }
}

// expectation is a row of a claim, as it follows from a law.
type expectation struct {
	what    string
	value   float64
	outcome study.Outcome
}

// judgedBy judges a claim of a profile's set whose runs, those that only selects, obey a law.
func judgedBy(t *testing.T, profile string, claim int, l law, only func(study.Run) bool) []study.Row {
	t.Helper()
	claims := selection(t, profile, 3).Claims
	c := claims[slices.IndexFunc(claims, func(c study.Claim) bool { return c.Number == claim })]
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	for _, r := range c.Runs {
		if only == nil || only(r) {
			fabricateOf(t, results, r, done, l.rows)
		}
	}
	rows, err := c.Judge(results)
	if err != nil {
		t.Fatalf("claim %d: %v", claim, err)
	}
	return rows
}

// compare holds the rows of a claim against what is expected of them.
func compare(t *testing.T, claim int, rows []study.Row, want []expectation) {
	t.Helper()
	for _, w := range want {
		i := slices.IndexFunc(rows, func(r study.Row) bool { return r.Case == w.what })
		if i < 0 {
			t.Errorf("claim %d has no row %q: %+v", claim, w.what, rows)
			continue
		}
		if got := float64(rows[i].Measured.Value); !(math.Abs(got-w.value) <= 1e-4*math.Abs(w.value)+1e-9) || rows[i].Outcome != w.outcome {
			t.Errorf("claim %d, %s: measured %g, %s; the law says %g, %s", claim, w.what, got, rows[i].Outcome, w.value, w.outcome)
		}
	}
}
