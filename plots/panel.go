package plots

import (
	"fmt"
	"image/color"
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
	weight   float64 // share of the figure's height
	log      bool
	small    bool                       // of a tile: fewer dots and ticks, no marks
	reach    float64                    // levels that the axis may reach up to
	unit     float64                    // the level by which this is reckoned, of a panel that has none
	headroom float64                    // share of the axis that stays free at the top
	across   func(step float64) float64 // the horizontal axis, if it isn't that of the steps
	entries  []entry

	curves, clouds [][]point     // everything drawn as lines and as dots
	colors         []color.NRGBA // of the curves
	events         events        // marked at the top
	remarks        []remark
	levels         []float64
}

// entry is a line of the legend.
type entry struct {
	label  string
	note   string // the rest of the label, which may differ from tile to tile
	mixed  string // the note of several that differ
	sample plot.Thumbnailer
}

func newPanel(label string, weight float64, log bool) *panel {
	p := &panel{Plot: hplot.New(), weight: weight, log: log, reach: 3}
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

// shrink makes p a panel of a tile.
func (p *panel) shrink() {
	p.small = true
	p.X.Tick.Marker = linearTicks{n: 4, whole: true}
	if p.log {
		p.Y.Tick.Marker = logTicks{n: 3}
	}
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
	stretches := drawable(record.SelectSeries(rows, name), p.log)
	if len(stretches) == 0 {
		return false
	}
	for _, s := range stretches {
		for i := range s {
			if p.across != nil {
				s[i].x = p.across(s[i].x)
			}
			if l.plain {
				s[i].e = 0
			}
		}
	}
	e := entry{label: l.label}
	if l.dots {
		d := newDots(stretches, l, p.dotLimit())
		if total := count(stretches); len(d.points) < total {
			e.note = fmt.Sprintf(" (%s of %s shown)", PlainNumber(float64(len(d.points))), PlainNumber(float64(total)))
		}
		p.clouds = append(p.clouds, stretches...)
		p.Add(d)
		e.mixed, e.sample = " (thinned)", d
	} else {
		l.marks = l.marks && !p.small
		c := newCurve(stretches, l)
		p.curves = append(p.curves, stretches...)
		p.colors = append(p.colors, slices.Repeat([]color.NRGBA{l.color}, len(stretches))...)
		p.Add(c)
		e.sample = c
	}
	p.entries = append(p.entries, e)
	return true
}

func (p *panel) dotLimit() int {
	if p.small {
		return dotLimit / 4
	}
	return dotLimit
}

// level adds a horizontal line at a positive height.
func (p *panel) level(y float64, label string, style draw.LineStyle) {
	p.rule(y, entry{label: label}, style)
}

// threshold adds the level l of the step size lr; the legend says its height.
func (p *panel) threshold(l level, lr float64) {
	y := l.times / lr
	p.rule(y, entry{label: l.label, note: " = " + PlainNumber(y)}, threshold(l.dashes...))
}

func (p *panel) rule(y float64, e entry, style draw.LineStyle) {
	line := hplot.HLine(y, nil, nil)
	line.Line = style
	p.levels = append(p.levels, y)
	p.Add(line)
	e.sample = line
	p.entries = append(p.entries, e)
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
