package plots

import (
	"image/color"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

// Every excursion has one mark, at its tip.
func TestExcursions(t *testing.T) {
	var s []point
	for i, y := range []float64{1, 12, 15, 13, 2, -3, -8, 11, 5, 20} {
		s = append(s, point{x: float64(i), y: y})
	}
	var at []float64
	for _, q := range excursions(s, 0, 10) {
		at = append(at, q.x)
	}
	if want := []float64{2, 6, 7, 9}; !slices.Equal(at, want) {
		t.Errorf("marks at %v, want %v", at, want)
	}
	if got := excursions(s, -10, 20); got != nil {
		t.Errorf("nothing is outside, and %v is marked", got)
	}
}

// The triangles of curves have their colours, and stand beside the marks of events, at the edge too: further inside they would read as values.
func TestOutsideOfAPanel(t *testing.T) {
	p := newPanel("", 1, false)
	l := looks["lambda_max"]
	p.curves = [][]point{{{x: 0, y: 1}, {x: 1, y: 2}, {x: 2, y: 5000}}}
	p.colors = []color.NRGBA{l.color}
	p.levels = []float64{200}
	p.mark(events{at: []float64{2}, radius: 3}, "change", "")
	p.finish()
	if last := p.entries[len(p.entries)-1]; last.label != "off the axis" {
		t.Errorf("the legend ends with %q", last.label)
	}
	marks := p.outside()
	if len(marks.points) != 1 || marks.points[0].x != 2 || marks.colors[0] != l.color {
		t.Errorf("%+v", marks)
	}
	trX := func(x float64) vg.Length { return vg.Length(100 * x) }
	for at, want := range map[vg.Length]vg.Length{200: 205, 202: 205, 199: 195, 194: 194, 206: 206} {
		if got := marks.beside.clear(at, trX); got != want {
			t.Errorf("a triangle at %g stands at %g, not %g", float64(at), float64(got), float64(want))
		}
	}
}
