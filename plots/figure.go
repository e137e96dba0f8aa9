package plots

import (
	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a caption over panels that share their horizontal axis. Each
// panel has its legend above it, off the data. It draws itself on any canvas.
type Figure struct {
	caption string
	panels  []*panel
}

var _ hplot.Drawer = (*Figure)(nil)

// newFigure joins panels, of which none may be empty, over one horizontal
// axis labelled xLabel.
func newFigure(caption, xLabel string, panels ...*panel) *Figure {
	first, last := panels[0].steps()
	for _, p := range panels {
		p.finish()
		a, b := p.steps()
		first, last = min(first, a), max(last, b)
	}
	if first == last {
		last++
	}
	for i, p := range panels {
		p.X.Min, p.X.Max = first, last
		if i < len(panels)-1 {
			p.X.Tick.Marker = bareTicks{p.X.Tick.Marker}
		} else {
			p.X.Label.Text = xLabel
		}
	}
	return &Figure{caption, panels}
}

// Space between the parts of a figure.
const (
	border     = 6
	captionGap = 5
	panelGap   = 6
	legendGap  = 3
)

// Draw draws the figure on the whole of c, on white.
func (f *Figure) Draw(c draw.Canvas) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, border, -border, border, -border)
	left, right := f.margins(c)
	c.Max.Y -= f.drawCaption(c, c.Min.X+left)

	legends := make([]legend, len(f.panels))
	free, weights := c.Max.Y-c.Min.Y, 0.0
	for i, p := range f.panels {
		legends[i] = newLegend(p.entries, c.Max.X-c.Min.X-left)
		free -= legends[i].height + legendGap + overhead(p, c)
		weights += p.weight
		if i > 0 {
			free -= panelGap
		}
	}
	for i, p := range f.panels {
		legends[i].draw(c, vg.Point{X: c.Min.X + left, Y: c.Max.Y})
		c.Max.Y -= legends[i].height + legendGap
		tile := c
		tile.Min.Y = c.Max.Y - overhead(p, c) - free*vg.Length(p.weight/weights)
		data := p.DataCanvas(tile)
		tile.Max.X -= right - (tile.Max.X - data.Max.X)
		aligned := *p.Plot.Plot // data below data, axis label below axis label
		aligned.Y.Label.Padding += left - (data.Min.X - tile.Min.X)
		aligned.Draw(tile)
		c.Max.Y = tile.Min.Y - panelGap
	}
}

// margins is the room that the widest axis of all panels needs on both sides.
func (f *Figure) margins(c draw.Canvas) (left, right vg.Length) {
	for _, p := range f.panels {
		data := p.DataCanvas(c)
		left, right = max(left, data.Min.X-c.Min.X), max(right, c.Max.X-data.Max.X)
	}
	return left, right
}

// overhead is the height of a panel that its data does not get.
func overhead(p *panel, c draw.Canvas) vg.Length {
	data := p.DataCanvas(c)
	return (c.Max.Y - c.Min.Y) - (data.Max.Y - data.Min.Y)
}

// drawCaption draws the caption at the top, smaller where it would not fit,
// and returns the height that it takes.
func (f *Figure) drawCaption(c draw.Canvas, x vg.Length) vg.Length {
	style := textStyle(captionSize)
	if wide := style.Width(f.caption) / (c.Max.X - x); wide > 1 {
		style = textStyle(captionSize / wide)
	}
	fillText(c, style, vg.Point{X: x, Y: c.Max.Y - style.FontExtents().Ascent}, f.caption)
	return style.FontExtents().Height + captionGap
}

// fillText draws txt with its baseline starting at pt.
func fillText(c draw.Canvas, style text.Style, pt vg.Point, txt string) {
	pt.Y += style.FontExtents().Ascent - style.Font.Size // undo the handler's offset
	c.FillText(style, pt, txt)
}
