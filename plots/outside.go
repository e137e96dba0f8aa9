package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// noteBeyond marks where curves leave the axes, as dots do themselves, and explains the triangles in the legend if there are any.
func (p *panel) noteBeyond() {
	marks := p.outside()
	p.Add(marks)
	if len(marks.points) > 0 || p.dotsBeyond() {
		p.entries = append(p.entries, offTheAxis)
	}
}

func (p *panel) outside() outside {
	marks := outside{beside: p.events}
	for i, s := range p.curves {
		for _, q := range excursions(s, p.Y.Min, p.Y.Max) {
			marks.points, marks.colors = append(marks.points, q), append(marks.colors, p.colors[i])
		}
	}
	return marks
}

func (p *panel) dotsBeyond() bool {
	for _, s := range p.clouds {
		if len(excursions(s, p.Y.Min, p.Y.Max)) > 0 {
			return true
		}
	}
	return false
}

// excursions are the outermost points of the parts of s that lie beyond lo or hi.
func excursions(s []point, lo, hi float64) (tips []point) {
	side := func(y float64) int {
		switch {
		case y > hi:
			return 1
		case y < lo:
			return -1
		}
		return 0
	}
	previous := 0
	for _, q := range s {
		at := side(q.y)
		if at != 0 && at != previous {
			tips = append(tips, q)
		} else if at != 0 && float64(at)*q.y > float64(at)*tips[len(tips)-1].y {
			tips[len(tips)-1] = q
		}
		previous = at
	}
	return tips
}

// outside are triangles at the edge of the axes that point to what lies beyond.
type outside struct {
	points []point
	colors []color.NRGBA
	beside events // that stand at the top too
}

func (o outside) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	for i, q := range o.points {
		if q.x < p.X.Min || q.x > p.X.Max {
			continue
		}
		var path vg.Path
		x, above := trX(q.x), q.y > p.Y.Max
		if above {
			x = o.beside.clear(x, trX)
		}
		pointBeyond(&path, c, x, above)
		c.SetColor(o.colors[i])
		c.Fill(path)
	}
}

// edgeRadius is the size of the triangles at the edge of the axes.
const edgeRadius = 2

// pointBeyond adds to path the triangle at x that points to what lies above the axes or below them.
func pointBeyond(path *vg.Path, c draw.Canvas, x vg.Length, above bool) {
	if above {
		polygon(path, vg.Point{X: x, Y: c.Max.Y - edgeRadius}, edgeRadius, 3)
	} else {
		polygon(path, vg.Point{X: x, Y: c.Min.Y + edgeRadius}, -edgeRadius, 3)
	}
}

// offTheAxis explains these triangles in the legend.
var offTheAxis = entry{label: "off the axis", sample: beyond{}}

// beyond is the legend's sample of such a triangle.
type beyond struct{}

func (beyond) Thumbnail(canvas *draw.Canvas) {
	var path vg.Path
	polygon(&path, canvas.Center(), edgeRadius, 3)
	canvas.SetColor(grey)
	canvas.Fill(path)
}
