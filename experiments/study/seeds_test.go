package study

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"eoss/experiments"
	"eoss/internal/record"
)

// TestTrend: a note counts the runs whose quantity had not come to rest.
func TestTrend(t *testing.T) {
	r := NewResults(t.TempDir())
	var runs []Run
	for seed, rise := range []float64{0, 0.01, -0.005} {
		run := Run{Variables: Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_BATCH": "16", "EOSS_SEED": fmt.Sprint(seed), "EOSS_STEPS": "100"}}
		runs = append(runs, run)
		var rows []record.Row
		for step := range 101 {
			rows = append(rows, record.Row{Step: step, Name: "lambda_max", Value: 1 + rise*float64(step)})
		}
		finished(t, r, run, rows)
	}
	for want, of := range map[string][]Run{"1 seed": runs[:1], "1 seed, still rising": runs[1:2], "2 seeds, 1 still rising": runs[:2],
		"1 seed, still falling": runs[2:], "3 seeds, 1 still rising, 1 still falling": runs} {
		if note, err := r.Trend("lambda_max", of...); err != nil || note != want {
			t.Errorf("%q, not %q: %v", note, want, err)
		}
	}
	if _, err := r.Trend("lambda_max", Run{Variables: Variables{"EOSS_MODEL": "cnn"}}); !errors.As(err, new(*UndoneError)) {
		t.Errorf("a run that is not there: %v", err)
	}
}

// TestOverSeeds: 1, 2, 3 have the mean 2 and the half width t(0.975, 2)/√3 = 4.3027/√3.
func TestOverSeeds(t *testing.T) {
	var values []experiments.Interval
	for _, v := range []float64{1, 2, 3} {
		values = append(values, experiments.Interval{Value: experiments.Real(v)})
	}
	m := OverSeeds(values)
	if half := 4.302652729911275 / math.Sqrt(3); math.Abs(float64(m.Hi)-2-half) > 1e-9 || m.Value != 2 {
		t.Errorf("%v", m)
	}
}

// TestDifference: half widths of 3 and 4 make one of 5, seed by seed.
func TestDifference(t *testing.T) {
	around := func(x, half experiments.Real) experiments.Interval {
		return experiments.Interval{Value: x, Lo: x - half, Hi: x + half}
	}
	d := Difference([]experiments.Interval{around(10, 3), around(1, 0)}, []experiments.Interval{around(2, 4), around(7, 0)})
	if len(d) != 2 || d[0] != around(8, 5) || d[1] != around(-6, 0) {
		t.Errorf("%v", d)
	}
}

// TestSpan: numbers that read the same are one.
func TestSpan(t *testing.T) {
	for want, numbers := range map[string][]float64{"0.01 to 0.25": {0.02, 0.25, 0.0101}, "0.01": {0.0101, 0.0102}} {
		if got := Span(numbers, TwoDigits); got != want {
			t.Errorf("%v: %q, not %q", numbers, got, want)
		}
	}
}
