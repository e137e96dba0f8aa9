package plots

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// The fit whose bend is the critical batch size is drawn over the curves' batch sizes, bend and all, and the legend says how sure it is.
func TestBentLaw(t *testing.T) {
	law := BentLaw{Of: "λ_{max}", At: 40, Level: 0.9, Before: Exponent{0.5, 0.4, 0.6}, After: Exponent{-0.1, math.Inf(-1), math.Inf(1)}, R2: 0.97}
	for b, want := range map[float64]float64{10: 0.45, 40: 0.9, 400: 0.9 * math.Pow(10, -0.1)} {
		if got := law.at(b); math.Abs(got-want) > 1e-12 {
			t.Errorf("the law at %g is %g, want %g", b, got, want)
		}
	}
	points := law.sample(extent{10, 400})
	if first, last := points[0], points[len(points)-1]; first.X != 10 || math.Abs(last.X-400) > 1e-9 {
		t.Errorf("drawn from %g to %g", first.X, last.X)
	}
	if !slices.Contains(points, Measured{X: 40, Y: 0.9}) {
		t.Error("the corner is cut")
	}
	sheet, err := BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_max", Points: someGaps()[:3]}}, Bend: &law})
	if err != nil {
		t.Fatal(err)
	}
	const want = "fit of λ_{max}: log-log slope 0.50 [0.40, 0.60] before the bend and −0.10 [−∞, +∞] after it, R² = 0.970"
	if got := legendOf(sheet); !slices.Contains(got, want) {
		t.Errorf("the legend is %s, without %s", strings.Join(got, " | "), want)
	}
}
