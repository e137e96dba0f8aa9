package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marks draws one mark a point with a bar over its interval. A bar that leaves the axes ends there in a triangle instead of a cap.
type marks struct {
	points []Measured
	color  color.NRGBA
	shape  draw.GlyphDrawer
	radius vg.Length
	line   draw.LineStyle // of the legend's sample, if it has a width
	shift  vg.Length      // to the right, where groups would hide each other
}

func (m *marks) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	bar := draw.LineStyle{Color: m.color, Width: 0.9}
	for _, q := range m.points {
		if q.X < p.X.Min || q.X > p.X.Max {
			continue
		}
		x := trX(q.X) + m.shift
		if lo, hi := max(q.Lo, p.Y.Min), min(q.Hi, p.Y.Max); q.hasInterval() && lo < hi {
			c.StrokeLine2(bar, x, trY(lo), x, trY(hi))
			for _, end := range []float64{q.Lo, q.Hi} {
				if lo <= end && end <= hi {
					c.StrokeLine2(bar, x-capWidth, trY(end), x+capWidth, trY(end))
				} else {
					m.pointBeyond(c, x, end > hi)
				}
			}
		}
		if m.shape != nil && p.Y.Min <= q.Y && q.Y <= p.Y.Max {
			c.DrawGlyph(m.glyph(), vg.Point{X: x, Y: trY(q.Y)})
		}
	}
}

func (m *marks) pointBeyond(c draw.Canvas, x vg.Length, above bool) {
	var path vg.Path
	pointBeyond(&path, c, x, above)
	c.SetColor(m.color)
	c.Fill(path)
}

func (m *marks) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: m.color, Radius: m.radius, Shape: m.shape}
}

// Thumbnail draws the legend's sample.
func (m *marks) Thumbnail(c *draw.Canvas) {
	at := c.Center()
	if m.line.Width > 0 {
		c.StrokeLine2(m.line, c.Min.X, at.Y, c.Max.X, at.Y)
	}
	if m.shape != nil {
		c.DrawGlyph(m.glyph(), at)
	}
}

// path draws a line through points and clips it to the axes. On a logarithmic axis all must be positive.
type path struct {
	points []Measured
	draw.LineStyle
	shift vg.Length // as that of the marks on it
}

func (l path) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	line := make([]vg.Point, len(l.points))
	for i, q := range l.points {
		y := q.Y
		if _, log := p.Y.Scale.(plot.LogScale); !log {
			y = near(p.Y, y) // where clipping divides by distances
		}
		line[i] = vg.Point{X: trX(q.X) + l.shift, Y: trY(y)}
	}
	c.StrokeLines(l.LineStyle, c.ClipLinesXY(line)...)
}

func (l path) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(l.LineStyle, c.Min.X, y, c.Max.X, y)
}

// shade fills the rectangle between two values of x, of the height of the axes, or between two of y, of their width.
type shade struct {
	from, to   float64
	horizontal bool // between two values of y
	color      color.NRGBA
}

func (s shade) Plot(c draw.Canvas, p *plot.Plot) {
	axis := p.X
	if s.horizontal {
		axis = p.Y
	}
	from, to := max(s.from, axis.Min), min(s.to, axis.Max)
	if !(from < to) {
		return
	}
	trX, trY := p.Transforms(&c)
	box := c.Rectangle
	if s.horizontal {
		box.Min.Y, box.Max.Y = trY(from), trY(to)
	} else {
		box.Min.X, box.Max.X = trX(from), trX(to)
	}
	c.SetColor(s.color)
	c.Fill(box.Path())
}

func (s shade) Thumbnail(c *draw.Canvas) {
	box := c.Rectangle
	box.Min.Y, box.Max.Y = box.Min.Y-1.5, box.Max.Y+1.5
	c.SetColor(s.color)
	c.Fill(box.Path())
}

// Groups of points that no measure names get these colours and marks in turn; the fits through all groups the others.
var (
	groupColors = []color.NRGBA{blue, orange, bluishGreen, skyBlue, vermillion, purple}
	groupShapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}, draw.SquareGlyph{},
		draw.TriangleGlyph{}, draw.CrossGlyph{}}
	fitColors = []color.NRGBA{black, vermillion, purple}
)
