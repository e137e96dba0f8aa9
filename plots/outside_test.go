package plots

import (
	"image/color"
	"slices"
	"testing"
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

// The triangles of curves have their colours, and lie below the marks of events.
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
	if len(marks.points) != 1 || marks.points[0].x != 2 || marks.colors[0] != l.color || marks.under != 6 {
		t.Errorf("%+v", marks)
	}
}
