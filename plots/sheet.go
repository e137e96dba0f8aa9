package plots

import (
	"math"
	"strings"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sheet is a caption over rows of panels, each with axes of its own and its legend above it, off the data. It draws itself on
// any canvas. (A [Figure] is of trajectories.)
type Sheet struct {
	caption       string
	rows          [][]*frame
	width, height vg.Length // when saved
}

var _ hplot.Drawer = (*Sheet)(nil)

// columnGap is the space between the panels of a row.
const columnGap = 14

// newSheet fixes the limits of the frames. A frame under another of the same axis must be joined by the caller.
func newSheet(caption string, width, height vg.Length, rows ...[]*frame) *Sheet {
	var panels []*panel
	for _, row := range rows {
		for _, f := range row {
			f.finish()
			panels = append(panels, f.panel)
		}
	}
	alike(panels)
	return &Sheet{caption: caption, rows: rows, width: width, height: height}
}

// Save writes the sheet as base.png, base.svg and base.pdf and returns these names. Each file is replaced as a whole.
func (s *Sheet) Save(base string) (files []string, err error) {
	return save(s, s.width, s.height, base)
}

// Draw draws the sheet on the whole of c, on white.
func (s *Sheet) Draw(c draw.Canvas) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, border, -border, border, -border)
	left, right := s.margins(c)
	c.Max.Y -= drawLines(c, c.Min.X+left, s.caption)

	free, weights := c.Max.Y-c.Min.Y, 0.0
	for i, row := range s.rows {
		legends, axes := rowOverheads(row, c, left)
		free -= legends + axes
		weights += row[0].weight
		if i > 0 {
			free -= panelGap
		}
	}
	for _, row := range s.rows {
		legends, axes := rowOverheads(row, c, left)
		data := free * vg.Length(row[0].weight/weights)
		for k, f := range row {
			f.place(column(c, k, len(row)), left, right, legends, data)
		}
		c.Max.Y -= legends + axes + data + panelGap
	}
}

// place draws f and its legend from the top of c, with data of the given height and with these margins.
func (f *frame) place(c draw.Canvas, left, right, legends, data vg.Length) {
	l := f.legend(c.Max.X - c.Min.X - left)
	l.draw(c, vg.Point{X: c.Min.X + left, Y: c.Max.Y - (legends - l.height - legendGap)})
	c.Max.Y -= legends
	c.Min.Y = c.Max.Y - overhead(f.panel, c) - data
	inner := f.DataCanvas(c)
	c.Max.X -= right - (c.Max.X - inner.Max.X)
	edge := c.Min.X
	c.Min.X += left - (inner.Min.X - c.Min.X) // data below data
	f.Plot.Draw(c)
	inner = f.DataCanvas(c)
	style := textStyle(labelSize)
	style.Rotation, style.XAlign = math.Pi/2, draw.XCenter
	c.FillText(style, vg.Point{X: edge + 1.05*labelSize, Y: (inner.Min.Y + inner.Max.Y) / 2}, f.yLabel)
}

// labelHeight is the room that the label of a vertical axis takes.
const labelHeight = 1.75 * labelSize

// legend has its entries in rows of the given width; labels that are wider are broken.
func (f *frame) legend(width vg.Length) legend {
	style := textStyle(legendSize)
	var entries []entry
	for _, e := range f.entries {
		for _, line := range breakLines(e.label, func(s string) bool { return style.Width(s) <= width-sampleWidth-sampleGap }) {
			entries = append(entries, entry{label: line, sample: e.sample})
			e.sample = noSample{}
		}
	}
	return newLegend(entries, width)
}

// noSample stands beside the second line of a label.
type noSample struct{}

func (noSample) Thumbnail(*draw.Canvas) {}

// rowOverheads are the heights that the legends and the axes of a row take.
func rowOverheads(row []*frame, c draw.Canvas, left vg.Length) (legends, axes vg.Length) {
	for k, f := range row {
		tile := column(c, k, len(row))
		legends = max(legends, f.legend(tile.Max.X-tile.Min.X-left).height+legendGap)
		axes = max(axes, overhead(f.panel, tile))
	}
	return legends, axes
}

// margins is the room that the widest axis of all frames needs on both sides.
func (s *Sheet) margins(c draw.Canvas) (left, right vg.Length) {
	for _, row := range s.rows {
		for k, f := range row {
			tile := column(c, k, len(row))
			data := f.DataCanvas(tile)
			left, right = max(left, labelHeight+data.Min.X-tile.Min.X), max(right, tile.Max.X-data.Max.X)
		}
	}
	return left, right
}

// column is the k-th of n columns of c.
func column(c draw.Canvas, k, n int) draw.Canvas {
	width := (c.Max.X - c.Min.X - columnGap*vg.Length(n-1)) / vg.Length(n)
	c.Min.X += vg.Length(k) * (width + columnGap)
	c.Max.X = c.Min.X + width
	return c
}

// drawLines draws txt at the top of c, broken between words where the width ends, and returns the height that it takes.
func drawLines(c draw.Canvas, x vg.Length, txt string) vg.Length {
	style := textStyle(captionSize)
	height := style.FontExtents().Height
	top := c.Max.Y
	for _, line := range breakLines(txt, func(s string) bool { return style.Width(s) <= c.Max.X-x }) {
		fillText(c, style, vg.Point{X: x, Y: top - style.FontExtents().Ascent}, line)
		top -= height
	}
	return c.Max.Y - top + captionGap
}

// breakLines breaks txt at spaces, but not those of an equation, into the longest lines that fit; a word that does not fit has a line of its own.
func breakLines(txt string, fits func(string) bool) (lines []string) {
	txt = strings.ReplaceAll(txt, " = ", "\u00a0=\u00a0")
	line := ""
	for word := range strings.SplitSeq(txt, " ") {
		switch longer := line + " " + word; {
		case line == "":
			line = word
		case fits(longer):
			line = longer
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
