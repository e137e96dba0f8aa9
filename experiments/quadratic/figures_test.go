package quadratic

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/interp"
)

// TestPointsAreOnTheirCurves: what was simulated lies on the exact curve of its colour, or under the bound.
func TestPointsAreOnTheirCurves(t *testing.T) {
	all, err := quick()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all.figures {
		for _, c := range f.Curves {
			line := c.Like - 1
			if c.Name == "log|x| with, simulated" {
				line = 1 // in a colour of its own: the curve is of both
			}
			if !c.Points || line < 0 {
				continue
			}
			var exact interp.PiecewiseLinear
			if err := exact.Fit(f.Curves[line].X, f.Curves[line].Y); err != nil {
				t.Fatal(err)
			}
			for i, x := range c.X {
				want := exact.Predict(x)
				if tolerance := 4*(c.Hi[i]-c.Lo[i]) + 0.1*math.Abs(want); math.Abs(c.Y[i]-want) > tolerance {
					t.Errorf("%s, %s: %g at %g, not %g ± %g", f.Name, c.Name, c.Y[i], x, want, tolerance)
				}
			}
		}
	}
}

// TestBernsteinCurves: the bound is the sum of its two terms, whose slopes are −1/2 and −1.
func TestBernsteinCurves(t *testing.T) {
	curves := (&simulation{}).bernsteinFigure(nil, 0).Curves
	slope := func(c Curve) float64 { return math.Log(c.Y[200]/c.Y[0]) / math.Log(c.X[200]/c.X[0]) }
	for i := range 201 {
		if sum := curves[1].Y[i] + curves[2].Y[i]; math.Abs(curves[0].Y[i]/sum-1) > 1e-12 {
			t.Fatalf("the bound is %g at %g, its terms make %g", curves[0].Y[i], curves[0].X[i], sum)
		}
	}
	if a, b := slope(curves[1]), slope(curves[2]); math.Abs(a+0.5) > 1e-12 || math.Abs(b+1) > 1e-12 {
		t.Errorf("slopes %g and %g", a, b)
	}
}
