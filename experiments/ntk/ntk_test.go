package ntk

import (
	"maps"
	"math"
	"strings"
	"testing"

	"eoss/experiments/study"
	"eoss/plots"
)

// TestRow: the ratio is judged near the fit, and only reported where a seed is far from it.
func TestRow(t *testing.T) {
	near := measured{lambdaB: 206, ntk: 100, start: 1, loss: 0.1}
	far := measured{lambdaB: 206, ntk: 100, start: 1, loss: 0.6}
	off := measured{lambdaB: 300, ntk: 100, start: 1, loss: 0.1}
	for _, c := range []struct {
		seeds []measured
		want  study.Outcome
		note  string
	}{
		{[]measured{near}, study.Holds, "1 seed; loss at the end 0.1"},
		{[]measured{off}, study.Fails, "1 seed; loss at the end 0.1"},
		{[]measured{near, far}, study.Reported, "2 seeds; loss at the end 0.6, far from the fit"},
	} {
		x := row(8, c.seeds, "")
		if x.Outcome != c.want || x.Note != c.note {
			t.Errorf("%s, %s; not %s, %s", x.Outcome, x.Note, c.want, c.note)
		}
	}
	if x := row(8, []measured{near}, "; seed 1 diverged"); math.Abs(float64(x.Measured.Value)-1.03) > 1e-12 || x.Note != "1 seed; seed 1 diverged; loss at the end 0.1" {
		t.Errorf("the ratio is %v", x.Measured)
	}
	if text := level([]measured{near, far}); !strings.Contains(text, "0.1 to 0.6") || !strings.HasPrefix(text, "Batch Sharpness (mean of ratios) ") {
		t.Error(text)
	}
}

// TestCurves: Figure 16 shows the eigenvalues of the NTK and the Fisher matrix twice, the Gauss–Newton matrix's once, and λᵇmax over the first.
func TestCurves(t *testing.T) {
	list := []measured{{b: 8, lambdaB: 210, ntk: 100, fim: 30, gaussNewton: 70}}
	for name, c := range map[string]struct {
		figure plots.BatchFigure
		want   map[string]float64
		ratio  float64
	}{
		"mse": {ofSquares(list), map[string]float64{"lambda_b_max": 210, "ntk_max": 200, "fim_max": 60}, 1.05},
		"ce":  {ofEntropies(list), map[string]float64{"lambda_b_max": 210, "lambda_max_gn": 70}, 3},
	} {
		got := map[string]float64{}
		for _, x := range c.figure.Curves {
			got[x.Measure] = x.Points[0].Y
		}
		if at := c.figure.Ratio.Curves[0].Points[0]; !maps.Equal(got, c.want) || at.Y != c.ratio || at.X != 8 {
			t.Errorf("%s: %v and %+v, not %v and %g", name, got, at, c.want, c.ratio)
		}
	}
}
