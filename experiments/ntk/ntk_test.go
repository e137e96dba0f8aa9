package ntk

import (
	"maps"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/plots"
)

// TestRow: the ratio is judged near the fit, and only reported where a seed is far from it.
func TestRow(t *testing.T) {
	ofRatio := func(x, loss float64) measured {
		return measured{ratio: experiments.Interval{Value: experiments.Real(x), Lo: experiments.Real(x - 0.01), Hi: experiments.Real(x + 0.01)}, moments: 2, start: 1, loss: loss}
	}
	near, far, off := ofRatio(1.03, 0.1), ofRatio(1.03, 0.6), ofRatio(1.5, 0.1)
	for _, c := range []struct {
		seeds []measured
		want  study.Outcome
		note  string
	}{
		{[]measured{near}, study.Holds, "1 seed; 2 measurements; loss at the end 0.1"},
		{[]measured{off}, study.Fails, "1 seed; 2 measurements; loss at the end 0.1"},
		{[]measured{near, far}, study.Reported, "2 seeds; 2 measurements; loss at the end 0.6, far from the fit"},
	} {
		x := row(8, c.seeds, "")
		if x.Outcome != c.want || x.Note != c.note {
			t.Errorf("%s, %s; not %s, %s", x.Outcome, x.Note, c.want, c.note)
		}
	}
	if x := row(8, []measured{near}, "; seed 1 diverged"); x.Measured != near.ratio || x.Note != "1 seed; seed 1 diverged; 2 measurements; loss at the end 0.1" {
		t.Errorf("the ratio is %v", x.Measured)
	}
	if text := level([]measured{near, far}); !strings.Contains(text, "0.1 to 0.6") || !strings.HasPrefix(text, "Batch Sharpness (mean of ratios) ") {
		t.Error(text)
	}
	for n, want := range map[int]string{2: ", means of 2 measurements (bars: their span)", 5: ", means of 5 measurements (bars: 95 % intervals, of ratios the span)"} {
		if got := counted([]measured{{moments: n}}); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// TestCurves: Figure 16 shows the eigenvalues of the NTK and the Fisher matrix twice, the Gauss–Newton matrix's once, and λᵇmax and its ratio to the
// first with their intervals.
func TestCurves(t *testing.T) {
	list := []measured{{b: 8, lambdaB: experiments.Interval{Value: 210, Lo: 200, Hi: 220}, ratio: experiments.Interval{Value: 1.05, Lo: 1, Hi: 1.1}, ntk: 100, fim: 30, gaussNewton: 70}}
	for name, c := range map[string]struct {
		figure plots.BatchFigure
		want   map[string]float64
	}{
		"mse": {ofSquares(list), map[string]float64{"lambda_b_max": 210, "ntk_max": 200, "fim_max": 60}},
		"ce":  {ofEntropies(list), map[string]float64{"lambda_b_max": 210, "lambda_max_gn": 70}},
	} {
		got := map[string]float64{}
		for _, x := range c.figure.Curves {
			got[x.Measure] = x.Points[0].Y
		}
		bar, at := c.figure.Curves[0].Points[0], c.figure.Ratio.Curves[0].Points[0]
		if !maps.Equal(got, c.want) || bar != (plots.Measured{X: 8, Y: 210, Lo: 200, Hi: 220}) || at != (plots.Measured{X: 8, Y: 1.05, Lo: 1, Hi: 1.1}) {
			t.Errorf("%s: %v, not %v; %+v, %+v", name, got, c.want, bar, at)
		}
	}
}
