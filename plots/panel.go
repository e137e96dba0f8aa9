package plots

import (
	"fmt"
	"math"
	"slices"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// panel is one pair of axes: layers are added in the order in which they are
// drawn, then finish fixes the limits. The horizontal limits are the figure's.
type panel struct {
	*hplot.Plot
	weight  float64 // share of the figure's height
	log     bool
	entries []entry

	curves, clouds [][]point // everything drawn as lines and as dots
	levels         []float64
}

// entry is a line of the legend.
type entry struct {
	label  string
	sample plot.Thumbnailer
}

func newPanel(label string, weight float64, log bool) *panel {
	p := &panel{Plot: hplot.New(), weight: weight, log: log}
	p.BackgroundColor = nil
	p.Y.Label.Text = label
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.LineStyle.Width = 0.6
		axis.Tick.LineStyle.Width = 0.6
		axis.Tick.Length = 5
		axis.Tick.Label.Font.Size = tickSize
		axis.Tick.Label.Handler = textStyle(tickSize).Handler
		axis.Label.TextStyle.Font.Size = labelSize
		axis.Label.TextStyle.Handler = textStyle(labelSize).Handler
		axis.Label.Padding = 3
	}
	p.X.Tick.Marker = linearTicks{n: 7, whole: true}
	p.Y.Tick.Marker = linearTicks{n: 5}
	if log {
		p.Y.Scale = plot.LogScale{}
		p.Y.Tick.Marker = logTicks{}
	}
	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal.Color = lightGrey
	grid.Horizontal.Width = 0.5
	p.Add(grid)
	return p
}

// measure adds the rows called name with the look of that measure; it reports
// whether there was anything to draw.
func (p *panel) measure(rows []record.Row, name string) bool {
	l, ok := looks[name]
	if !ok {
		panic("plots: no look for the measure " + name)
	}
	return p.draw(rows, name, l)
}

// draw adds the rows called name as l looks.
func (p *panel) draw(rows []record.Row, name string, l look) bool {
	return p.drawScaled(rows, name, l, 1)
}

// drawScaled is the same with the steps times scale.
func (p *panel) drawScaled(rows []record.Row, name string, l look, scale float64) bool {
	stretches := drawable(record.SelectSeries(rows, name), p.log)
	for _, s := range stretches {
		for i := range s {
			s[i].x *= scale
		}
	}
	if len(stretches) == 0 {
		return false
	}
	if l.dots {
		d := newDots(stretches, l)
		if total := count(stretches); len(d.points) < total {
			l.label += fmt.Sprintf(" (%s of %s shown)", plainNumber(float64(len(d.points))), plainNumber(float64(total)))
		}
		p.clouds = append(p.clouds, stretches...)
		p.Add(d)
		p.entries = append(p.entries, entry{l.label, d})
		return true
	}
	c := newCurve(stretches, l)
	p.curves = append(p.curves, stretches...)
	p.Add(c)
	p.entries = append(p.entries, entry{l.label, c})
	return true
}

// level adds a horizontal line at a positive height.
func (p *panel) level(y float64, label string, style draw.LineStyle) {
	line := hplot.HLine(y, nil, nil)
	line.Line = style
	p.levels = append(p.levels, y)
	p.Add(line)
	p.entries = append(p.entries, entry{label, line})
}

// empty reports whether the panel holds no measurement.
func (p *panel) empty() bool { return len(p.curves)+len(p.clouds) == 0 }

// steps is the range of the steps of all measurements.
func (p *panel) steps() (first, last float64) {
	first, last = math.Inf(1), math.Inf(-1)
	for _, s := range slices.Concat(p.curves, p.clouds) {
		first, last = min(first, s[0].x), max(last, s[len(s)-1].x)
	}
	return first, last
}

// finish fixes the vertical limits from the measurements; the panel must not
// be empty.
func (p *panel) finish() {
	p.limit()
	p.noteBeyond()
}

func (p *panel) limit() {
	lo, hi := p.span()
	if p.log {
		const least = 1.3 // a constant loss still needs an axis
		if hi/lo < least {
			middle := math.Sqrt(lo) * math.Sqrt(hi)
			lo, hi = middle/math.Sqrt(least), middle*math.Sqrt(least)
		}
		pad := math.Pow(hi/lo, 0.04)
		p.Y.Min, p.Y.Max = lo/pad, hi*pad
		return
	}
	least, most := p.bounds()
	lo, hi = min(0, max(lo, least)), max(0, min(hi, most))
	if hi == lo {
		hi = lo + 1
	}
	p.Y.Min, p.Y.Max = lo, lo+(hi-lo)*1.05
}

// noteBeyond explains the triangles in the legend if there are any.
func (p *panel) noteBeyond() {
	for _, s := range p.clouds {
		for _, q := range s {
			if q.y < p.Y.Min || q.y > p.Y.Max {
				p.entries = append(p.entries, entry{"off the axis", beyond{}})
				return
			}
		}
	}
}

// span is the range of the curves, their errors (on a linear axis), the
// levels, and all but the outermost half per cent of the dots at either end.
// On a logarithmic axis even these count, up to a decade beyond the rest.
func (p *panel) span() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	include := func(y float64) { lo, hi = min(lo, y), max(hi, y) }
	for _, s := range p.curves {
		for _, q := range s {
			include(q.y)
			if !p.log {
				include(q.y + q.e)
				include(q.y - q.e)
			}
		}
	}
	for _, y := range p.levels {
		include(y)
	}
	if heights := sortedHeights(p.clouds); len(heights) > 0 {
		n := len(heights) - 1
		low, high := heights[n/200], heights[n-n/200]
		if p.log { // where a decade more costs little
			low, high = max(low/10, heights[0]), min(high*10, heights[n])
		}
		include(low)
		include(high)
	}
	return lo, hi
}

// bounds limits an axis that has levels to three times the lowest of them
// above and once below, with every level in view, for their neighbourhood is what the figure is about: a
// rare outburst is cut there. Where most measurements lie beyond a bound, it
// does not hold.
func (p *panel) bounds() (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	heights := sortedHeights(slices.Concat(p.curves, p.clouds))
	if len(p.levels) == 0 {
		return least, most
	}
	level, median := slices.Min(p.levels), heights[len(heights)/2]
	if top := max(3*level, slices.Max(p.levels)); median <= top {
		most = top
	}
	if median >= -level {
		least = -level
	}
	return least, most
}

func sortedHeights(stretches [][]point) []float64 {
	var heights []float64
	for _, s := range stretches {
		for _, q := range s {
			heights = append(heights, q.y)
		}
	}
	slices.Sort(heights)
	return heights
}
