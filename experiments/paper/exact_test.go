package main

import (
	"maps"
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

// spread tells seeds apart: what the two measure is 1 ∓ spread times the law, so that their mean is the law.
const spread = 0.0004

// rows are a run's by the law, from step first to before last.
func (l law) rows(run study.Run, first, last int) (rows []record.Row) {
	v := run.Variables
	unit := 2 / v.Number("EOSS_LR") * (1 + spread*(2*v.Number("EOSS_SEED")-1))
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

// among is the point's number among those of its run at that step; a loss that falls is there always.
func (p point) among(values map[string]float64) float64 {
	value, ok := values[p.name]
	switch {
	case p.name == "loss":
		return p.falling()
	case !ok:
		return math.NaN()
	}
	return value
}

// byBatch are constants of quantities, for b up to 8, up to 16 and above.
type byBatch map[string][3]float64

func (levels byBatch) law() law {
	return func(p point) float64 {
		i, now := 2, map[string]float64{}
		switch {
		case p.size <= 8:
			i = 0
		case p.size <= 16:
			i = 1
		}
		for name, x := range levels {
			now[name] = x[i]
		}
		return p.among(now)
	}
}

// expectations are the rows of a claim, as they follow from a law.
type expectations []struct {
	what    string
	value   float64
	outcome study.Outcome
}

// judged are the rows of claims of a profile's set whose runs, those that only selects, obey a law.
func judged(t *testing.T, profile string, l law, only func(study.Run) bool, claims ...int) map[int][]study.Row {
	t.Helper()
	results, done := study.NewResults(filepath.Join(t.TempDir(), "runs")), map[string]bool{}
	table := map[int][]study.Row{}
	for _, c := range selection(t, profile, 2).Claims {
		if !slices.Contains(claims, c.Number) {
			continue
		}
		for _, r := range c.Runs {
			if only == nil || only(r) {
				fabricateOf(t, results, r, done, l.rows)
			}
		}
		rows, err := c.Judge(results)
		if err != nil {
			t.Fatalf("claim %d: %v", c.Number, err)
		}
		table[c.Number] = rows
	}
	return table
}

// compare holds the rows of claims of the quick set whose runs obey a law against what is expected of them.
func (l law) compare(t *testing.T, want map[int]expectations) {
	t.Helper()
	table := judged(t, "quick", l, nil, slices.Collect(maps.Keys(want))...)
	for claim, rows := range table {
		want[claim].compare(t, claim, rows)
	}
}

func (want expectations) compare(t *testing.T, claim int, rows []study.Row) {
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
