package plots

import (
	"math"
	"slices"
	"testing"
)

// bentGaps fall as b^−0.4 up to 100 and as b^−1.6 from there.
func bentGaps() (points []Measured) {
	for b := 2.0; b <= 2048; b *= 2 {
		y := math.Pow(b/100, -0.4)
		if b > 100 {
			y = math.Pow(b/100, -1.6)
		}
		points = append(points, Measured{X: b, Y: y})
	}
	return points
}

// A reference belongs to the points of its range: it is drawn there alone, just above them whatever the others do, and inside the panel.
func TestReferencesStayWithTheirPoints(t *testing.T) {
	panel := GapPanel{X: B, Log: true, Groups: []GapGroup{{"a", bentGaps()}},
		References: []Reference{{-0.7, Range{10, 100}}, {-1, Range{100, 1000}}, {-1, Range{4000, 9000}}}}
	f, err := panel.frame(15)
	if err != nil {
		t.Fatal(err)
	}
	f.finish()
	for _, r := range panel.References[:2] {
		line := panel.referenceLine(f, r)
		first, last := line[0], line[len(line)-1]
		if math.Abs(first.X-r.Range.From) > 1e-9 || math.Abs(last.X-r.Range.To) > 1e-9 {
			t.Errorf("slope %g is drawn from %g to %g", r.Exponent, first.X, last.X)
		}
		if slope := math.Log(last.Y/first.Y) / math.Log(last.X/first.X); math.Abs(slope-r.Exponent) > 1e-9 {
			t.Errorf("slope %g is drawn with %g", r.Exponent, slope)
		}
		if first.Y > f.Y.Max || last.Y < f.Y.Min {
			t.Errorf("slope %g leaves the panel: %g to %g in %g to %g", r.Exponent, last.Y, first.Y, f.Y.Min, f.Y.Max)
		}
		above, n := 0.0, 0.0
		for _, p := range panel.Groups[0].Points {
			if r.Range.From <= p.X && p.X <= r.Range.To {
				above += math.Log(first.Y * math.Pow(p.X/first.X, r.Exponent) / p.Y)
				n++
			}
		}
		if factor := math.Exp(above / n); math.Abs(factor-aboveFactor) > 1e-9 {
			t.Errorf("slope %g lies %g times above its points, not %g", r.Exponent, factor, aboveFactor)
		}
	}
	var labels []string
	for _, e := range f.entries {
		labels = append(labels, e.label)
	}
	if want := []string{"a", "slope −0.7 on [10,\u00a0100]", "slope −1 on [100,\u00a01000]"}; !slices.Equal(labels, want) {
		t.Errorf("legend %q, want %q: the third range has no points", labels, want)
	}
}
