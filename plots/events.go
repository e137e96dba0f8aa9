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
	p.headroom, p.events = 0.08, m
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

// clear is x, or the nearest place beside it where a triangle at the edge of the axes does not touch one of m.
func (m events) clear(x vg.Length, trX func(float64) vg.Length) vg.Length {
	room := m.radius + edgeRadius
	for _, at := range m.at {
		switch middle := trX(at); {
		case x < middle && middle-x < room:
			return middle - room
		case x >= middle && x-middle < room:
			return middle + room
		}
	}
	return x
}

// Thumbnail draws the legend's sample.
func (m events) Thumbnail(c *draw.Canvas) {
	var path vg.Path
	polygon(&path, c.Center(), -m.radius, 3)
	c.SetColor(black)
	c.Fill(path)
}
