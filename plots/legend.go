package plots

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legend is a panel's legend: its entries in rows from left to right, broken
// where the width ends.
type legend struct {
	rows   [][]entry
	height vg.Length
}

const (
	sampleWidth = 17
	sampleGap   = 4  // between a sample and its label
	entryGap    = 11 // between entries
	rowHeight   = legendSize * 1.35
)

func newLegend(entries []entry, width vg.Length) legend {
	var l legend
	var x vg.Length
	for _, e := range entries {
		w := e.width()
		if len(l.rows) == 0 || x+w > width {
			l.rows = append(l.rows, nil)
			x = 0
		}
		last := &l.rows[len(l.rows)-1]
		*last = append(*last, e)
		x += w + entryGap
	}
	l.height = rowHeight * vg.Length(len(l.rows))
	return l
}

// text is what the legend says of the entry.
func (e entry) text() string { return e.label + e.note }

// merge keeps the first entry of every label; where their notes differ, it
// gets the note for that.
func merge(entries []entry) []entry {
	var merged []entry
	for _, e := range entries {
		i := slices.IndexFunc(merged, func(m entry) bool { return m.label == e.label })
		if i < 0 {
			merged = append(merged, e)
		} else if merged[i].note != e.note {
			merged[i].note = cmp.Or(merged[i].mixed, e.mixed)
		}
	}
	return merged
}

func (e entry) width() vg.Length {
	return sampleWidth + sampleGap + textStyle(legendSize).Width(e.text())
}

// draw draws the legend with its upper left corner at pt.
func (l legend) draw(c draw.Canvas, pt vg.Point) {
	style := textStyle(legendSize)
	for _, row := range l.rows {
		pt.Y -= rowHeight
		x := pt.X
		baseline := pt.Y + style.FontExtents().Descent
		for _, e := range row {
			sample := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: x, Y: baseline},
				// Samples are centred on the middle of a small letter.
				Max: vg.Point{X: x + sampleWidth, Y: baseline + 0.55*legendSize},
			}}
			e.sample.Thumbnail(&sample)
			fillText(c, style, vg.Point{X: x + sampleWidth + sampleGap, Y: baseline}, e.text())
			x += e.width() + entryGap
		}
	}
}
