package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// events are steps, with triangles at the top of the axes that point to them.
type events struct {
	at     []float64 // on the horizontal axis
	radius vg.Length
	line   bool // down to the bottom
}

// mark adds m; the curves leave it room.
func (p *panel) mark(m events, label, note string) {
	p.headroom, p.marked = 0.08, 2*m.radius
	p.Add(m)
	p.entries = append(p.entries, entry{label: label, note: note, sample: m})
}

func (m events) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	var path vg.Path
	for _, x := range m.at {
		if x < p.X.Min || x > p.X.Max {
			continue
		}
		if m.line {
			c.StrokeLine2(draw.LineStyle{Color: grey, Width: 0.6}, trX(x), c.Min.Y, trX(x), c.Max.Y)
		}
		polygon(&path, vg.Point{X: trX(x), Y: c.Max.Y - m.radius}, -m.radius, 3)
	}
	if len(path) > 0 {
		c.SetColor(black)
		c.Fill(path)
	}
}

// Thumbnail draws the legend's sample.
func (m events) Thumbnail(c *draw.Canvas) {
	var path vg.Path
	polygon(&path, c.Center(), -m.radius, 3)
	c.SetColor(black)
	c.Fill(path)
}
