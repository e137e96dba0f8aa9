package plots

import (
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// newSteps is a frame along the steps of runs. Its legend is the sheet's; its own place is for its title.
func newSteps(yLabel string, log bool) *frame {
	f := &frame{panel: newPanel("", 1, log), yLabel: yLabel, x: newExtent(), y: newExtent(), alongSteps: true}
	f.X.Label.Text = "step"
	f.X.Tick.Marker = linearTicks{n: 4, whole: true}
	return f
}

// rows are those of the steps that are shown.
func (g GridFigure) rows(r *Run) []record.Row {
	if g.Last == 0 {
		return r.Rows
	}
	return slices.DeleteFunc(slices.Clone(r.Rows), func(row record.Row) bool { return row.Step < g.First || row.Step > g.Last })
}

// spanSteps takes the steps of all that is drawn into the horizontal limits.
func (f *frame) spanSteps() {
	first, last := f.steps()
	if first == last {
		last++
	}
	f.x.include(first, last)
}

// share moves the frame's legend to that of the sheet, a label once, and leaves its title in its place.
func (f *frame) share(shared *[]entry) {
	for _, e := range f.entries {
		if !slices.ContainsFunc(*shared, func(o entry) bool { return o.label == e.label }) {
			*shared = append(*shared, e)
		}
	}
	f.entries = nil
	if f.title != "" {
		f.entries = []entry{{f.title, titleMark{}}}
	}
}

// titleMark stands beside the title of a tile.
type titleMark struct{}

func (titleMark) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(grey, []vg.Point{{X: c.Max.X - 6, Y: c.Min.Y}, {X: c.Max.X, Y: c.Min.Y}, {X: c.Max.X, Y: c.Max.Y}, {X: c.Max.X - 6, Y: c.Max.Y}})
}
