package scaling

import (
	"math"
	"testing"

	"eoss/internal/fit"
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
