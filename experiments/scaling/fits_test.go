package scaling

import (
	"math"
	"testing"

	"eoss/internal/fit"
	"eoss/plots"
)

// TestBentLaw: the line of Figure 6 is the claim's fit, in units of 2/η.
func TestBentLaw(t *testing.T) {
	var points []fit.Point
	for b := 2.0; b <= 2048; b *= 2 {
		points = append(points, fit.Point{X: b, Y: 100 * min(1, math.Sqrt(b/64))}) // 2/η from b = 64 on
	}
	bend, err := critical(points)
	if err != nil {
		t.Fatal(err)
	}
	law := bentLaw(bend, 100)
	if math.Abs(law.At-64) > 1e-3 || math.Abs(law.Level-1) > 1e-4 || math.Abs(law.Before.Value-0.5) > 1e-4 || math.Abs(law.After.Value) > 1e-4 || law.R2 < 0.999 {
		t.Errorf("%+v", law)
	}
	if law.Before.Lo != bend.Before.Lo || law.After.Hi != bend.After.Hi {
		t.Errorf("%+v has not the intervals of %+v", law, bend)
	}
}

// TestLineIsOfSeeds: points of one seed are not independent, so seeds that differ in slope widen the interval of a straight line.
func TestLineIsOfSeeds(t *testing.T) {
	var points []fit.Point
	slopes := []float64{80, 100, 120}
	for k, slope := range slopes {
		for b := 2.0; b <= 1024; b *= 2 {
			points = append(points, fit.Point{X: b, Y: 1 + slope/b, Seed: k})
		}
	}
	points = append(points, fit.Point{X: 8, Y: math.NaN()}, fit.Point{X: 4096, Y: 1e9})
	mean, err := fit.MeanCI(slopes)
	if err != nil {
		t.Fatal(err)
	}
	got, err := line(points, plots.OverB, 2, 1024)
	if err != nil || math.Abs(got.SlopeLo-mean.Lo) > 1e-9 || math.Abs(got.SlopeHi-mean.Hi) > 1e-9 || math.Abs(got.Intercept-1) > 1e-9 {
		t.Errorf("%+v, %v, want the interval [%g, %g]", got, err, mean.Lo, mean.Hi)
	}
}
