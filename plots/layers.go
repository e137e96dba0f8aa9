package plots

import (
	"image/color"
	"math"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Limits that keep a figure of a long run small: points of a line, and dots.
const (
	lineLimit = 2000
	dotLimit  = 2000
)

// curve draws stretches of measurements as lines with a band of one standard
// error either side. It is clipped to the axes.
type curve struct {
	stretches [][]point
	look
}

// markLimit is the number of measurements up to which each gets its mark.
const markLimit = 100

func newCurve(stretches [][]point, l look) *curve {
	c := &curve{look: l}
	total := count(stretches)
	for _, s := range stretches {
		share := max(4, lineLimit*len(s)/total)
		c.stretches = append(c.stretches, thin(s, share, 2))
	}
	return c
}

func count(stretches [][]point) (n int) {
	for _, s := range stretches {
		n += len(s)
	}
	return n
}

func (c *curve) Plot(canvas draw.Canvas, p *plot.Plot) {
	for _, s := range c.stretches {
		c.band(s, p).Plot(canvas, p)
	}
	mark := draw.GlyphStyle{Color: c.color, Radius: 1.6, Shape: draw.CircleGlyph{}}
	marked := c.marks && count(c.stretches) <= markLimit
	trX, trY := p.Transforms(&canvas)
	for _, s := range c.stretches {
		line := make([]vg.Point, len(s))
		for i, q := range s {
			line[i] = vg.Point{X: trX(q.x), Y: trY(near(p.Y, q.y))}
			if marked || len(s) == 1 { // a lone point has no line
				canvas.DrawGlyph(mark, line[i])
			}
		}
		canvas.StrokeLines(c.line(), canvas.ClipLinesXY(line)...)
	}
}

// band is y ± e over one stretch; without any e it has no area.
func (c *curve) band(s []point, p *plot.Plot) *hplot.Band {
	var top, bottom plotter.XYs
	for _, q := range s {
		if q.e > 0 {
			top, bottom = make(plotter.XYs, len(s)), make(plotter.XYs, len(s))
			break
		}
	}
	for i := range top {
		top[i] = plotter.XY{X: s[i].x, Y: near(p.Y, s[i].y+s[i].e)}
		bottom[i] = plotter.XY{X: s[i].x, Y: near(p.Y, s[i].y-s[i].e)}
	}
	return hplot.NewBand(faded(c.color, 0.25), top, bottom)
}

// near moves y towards the axis when it is far off, since clipping divides by
// such distances; a logarithmic axis refuses what is not positive.
func near(axis plot.Axis, y float64) float64 {
	if _, log := axis.Scale.(plot.LogScale); log {
		margin := axis.Max / axis.Min
		return min(max(y, axis.Min/margin), axis.Max*margin)
	}
	margin := 10 * (axis.Max - axis.Min)
	return min(max(y, axis.Min-margin), axis.Max+margin)
}

func (c *curve) line() draw.LineStyle {
	return draw.LineStyle{Color: c.color, Width: c.width, Dashes: c.dashes}
}

// Thumbnail draws the legend's sample.
func (c *curve) Thumbnail(canvas *draw.Canvas) {
	y := canvas.Center().Y
	canvas.StrokeLine2(c.line(), canvas.Min.X, y, canvas.Max.X, y)
	if c.marks {
		canvas.DrawGlyph(draw.GlyphStyle{Color: c.color, Radius: 1.6, Shape: draw.CircleGlyph{}}, canvas.Center())
	}
}

// dots draws one small disc a measurement, lighter the more there are. A
// measurement beyond the axis is a triangle at the edge that points to it.
type dots struct {
	points []point
	color  color.NRGBA
	radius vg.Length
}

func newDots(stretches [][]point, l look, limit int) *dots {
	var all []point
	for _, s := range stretches {
		all = append(all, s...)
	}
	d := &dots{points: thin(all, limit, 10)}
	crowd := math.Log(float64(len(d.points))/100) / math.Log(float64(limit)/100)
	crowd = min(max(crowd, 0), 1) // 0 up to 100 dots, 1 for as many as can be
	d.radius = vg.Length(1.5 - 0.7*crowd)
	d.color = faded(l.color, 0.8-0.15*crowd)
	return d
}

// Discs are hexagons in paths of every dotPaths-th point: a path of its own
// for each would make the vector formats several times larger, and in a single
// path overlapping dots would not darken each other.
const dotPaths = 16

func (d *dots) Plot(canvas draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&canvas)
	paths := make([]vg.Path, dotPaths)
	for i, q := range d.points {
		path := &paths[i%dotPaths]
		if q.y < p.Y.Min || q.y > p.Y.Max {
			pointBeyond(path, canvas, trX(q.x), q.y > p.Y.Max)
		} else {
			polygon(path, vg.Point{X: trX(q.x), Y: trY(q.y)}, d.radius, 6)
		}
	}
	canvas.SetColor(d.color)
	for _, path := range paths {
		if len(path) > 0 {
			canvas.Fill(path)
		}
	}
}

// polygon adds a regular polygon with a corner above its centre to path, or
// below it when radius is negative.
func polygon(path *vg.Path, at vg.Point, radius vg.Length, corners int) {
	for k := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(corners))
		corner := at.Add(vg.Point{X: radius * vg.Length(sin), Y: radius * vg.Length(cos)})
		if k == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	path.Close()
}

// Thumbnail draws the legend's sample.
func (d *dots) Thumbnail(canvas *draw.Canvas) {
	var path vg.Path
	for k := range 3 {
		at := canvas.Center()
		at.X += vg.Length(k-1) * 5
		polygon(&path, at, max(d.radius, 1.2), 6)
	}
	solid := d.color
	solid.A = 0xff
	canvas.SetColor(solid)
	canvas.Fill(path)
}
