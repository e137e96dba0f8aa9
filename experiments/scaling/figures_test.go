package scaling

import (
	"math"
	"testing"

	"eoss/experiments"
	"eoss/internal/fit"
	"eoss/plots"
)

// TestPlateaus: Figure 6 shows each sharpness in units of 2/η = 100, and the bend of λmax with its interval.
func TestPlateaus(t *testing.T) {
	w := someSweep(nil, []int{2, 4, 8, 16, 32, 64, 128, 256})
	for i := range w.list {
		l := &w.list[i]
		l.run = w.planned[0]
		for k, p := range []*experiments.Plateau{&l.meanRatio, &l.sharpness, &l.lambdaB, &l.lambda} {
			p.Ratio.Value = experiments.Real(k + 1)
		}
		wiggle := 1 + 0.01*float64(i%2) // or the bend would have no interval
		l.lambda.Mean.Value = experiments.Real(100 * wiggle * math.Sqrt(min(1, float64(l.b)/16)))
	}
	f := w.plateaus()
	for i, want := range []string{"batch_sharpness_mean_ratio", "batch_sharpness", "lambda_b_max", "lambda_max"} {
		if c := f.Curves[i]; c.Measure != want || len(c.Points) != 8 || c.Points[0].X != 2 || c.Points[0].Y != float64(i+1) {
			t.Errorf("%+v, not %d of %s", c, i+1, want)
		}
	}
	if c := f.Critical; c == nil || math.Abs(c.B-16) > 2 || !(c.Lo < c.B && c.B < c.Hi) || math.Abs(f.Bend.Level-1) > 0.05 {
		t.Errorf("the bend is %+v, %+v", c, f.Bend)
	}
}

// TestStaticPanel: a gap of 1/b − 1/n has the exponent 1 against that.
func TestStaticPanel(t *testing.T) {
	var all []fit.Point
	for b := 2.0; b < 256; b *= 2 {
		all = append(all, fit.Point{X: b, Y: 3 * (1/b - 1.0/256)})
	}
	p, err := staticPanel(all, nil, 256)
	if err != nil || math.Abs(p.Fits[0].Slope-1) > 1e-9 || p.Fits[0].Of != plots.OverBLess(256) || p.Fits[0].Range.To != 16 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestBothGaps: Figure 9 has λmax against its largest, b, on the left and λᵇmax − λmax = 100/b on the right.
func TestBothGaps(t *testing.T) {
	panels, _, err := someSweep(nil, []int{16, 32, 64, 128}).bothGaps()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{128 - 16, 100. / 16} {
		if got := panels[i].Groups[0].Points[0]; got.X != 16 || got.Y != want {
			t.Errorf("panel %d begins with %+v, not %g", i, got, want)
		}
	}
}
