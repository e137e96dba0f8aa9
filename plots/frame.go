package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Measured is a value Y at X with its 95 % interval; with Lo = Hi it has none.
type Measured struct{ X, Y, Lo, Hi float64 }

// hasInterval is false for NaN too.
func (m Measured) hasInterval() bool { return m.Lo < m.Hi }

// ends are those of the interval, or of the point where it has none.
func (m Measured) ends() (lo, hi float64) {
	if !m.hasInterval() {
		return m.Y, m.Y
	}
	return m.Lo, m.Hi
}

// frame is a panel with two axes of its own.
type frame struct {
	*panel
	yLabel   string // drawn by the sheet: gonum makes room for it at the bottom of the axis, and not beside it
	xLog     bool
	x, y     extent
	bars     extent // of the intervals, as far as they may widen the axis
	ends     extent // of the whole intervals
	fromZero bool   // a linear vertical axis starts at zero

	fixedX, fixedY Range       // limits that the caller has set
	grid           plot.Ticker // of the shared axis, whose ticks have no labels here
}

// Range is the range of an axis; the zero Range is chosen from what is drawn.
type Range struct{ From, To float64 }

func (r Range) set() bool { return r.From < r.To }

// extent is a range that grows.
type extent struct{ lo, hi float64 }

func newExtent() extent { return extent{math.Inf(1), math.Inf(-1)} }

func (e *extent) include(values ...float64) {
	for _, v := range values {
		e.lo, e.hi = min(e.lo, v), max(e.hi, v)
	}
}

func newFrame(xLabel, yLabel string, xLog, yLog bool) *frame {
	f := &frame{panel: newPanel("", 1, yLog), yLabel: yLabel, xLog: xLog, x: newExtent(), y: newExtent(), bars: newExtent(), ends: newExtent(), fromZero: true}
	f.X.Label.Text = xLabel
	f.X.Tick.Marker = linearTicks{n: 7}
	if xLog {
		f.X.Scale = plot.LogScale{}
		f.X.Tick.Marker = logTicks{}
	}
	f.Add(verticalGrid{f})
	return f
}

// usable keeps what the axes can show. A value that is NaN, infinite or beyond largest, or not positive on a logarithmic axis, is left out.
func (f *frame) usable(points []Measured) (kept []Measured) {
	fits := func(v float64, log bool) bool { return math.Abs(v) <= largest && (!log || v >= 1/largest) }
	for _, m := range points {
		if fits(m.X, f.xLog) && fits(m.Y, f.log) {
			kept = append(kept, m)
		}
	}
	return kept
}

// widen takes points into the limits of the axes. An interval counts within a factor of ten of its value on a logarithmic axis, and on a linear one
// as far as barRoom says, so that one wild interval does not press all others to the floor.
func (f *frame) widen(points []Measured) {
	for _, m := range points {
		f.x.include(m.X)
		f.y.include(m.Y)
		if !m.hasInterval() {
			continue
		}
		f.ends.include(m.Lo, m.Hi)
		if f.log {
			f.y.include(max(m.Lo, m.Y/10), min(m.Hi, m.Y*10))
		} else {
			f.bars.include(max(m.Lo, m.Y-2*math.Abs(m.Y)), min(m.Hi, m.Y+2*math.Abs(m.Y)))
		}
	}
}

// barRoom is the share of a linear axis by which intervals may widen it at either end beyond what else is drawn.
const barRoom = 0.25

// includeBars takes the intervals into the vertical limits, within barRoom unless nothing else gives the axis a length.
func (f *frame) includeBars() {
	if f.bars.lo > f.bars.hi {
		return
	}
	room := barRoom * (f.y.hi - f.y.lo)
	if room == 0 {
		room = math.Inf(1)
	}
	f.y.include(max(f.bars.lo, f.y.lo-room), min(f.bars.hi, f.y.hi+room))
}

// finish fixes the limits of both axes, and explains the triangles of intervals that leave them.
func (f *frame) finish() {
	if f.fromZero && !f.log {
		f.y.include(0)
	}
	f.includeBars()
	f.X.Min, f.X.Max = axisLimits(f.x, f.xLog, 0.03)
	if f.fixedX.set() {
		f.X.Min, f.X.Max = f.fixedX.From, f.fixedX.To
	}
	f.Y.Min, f.Y.Max = axisLimits(f.y, f.log, 0.05)
	if f.fixedY.set() {
		f.Y.Min, f.Y.Max = f.fixedY.From, f.fixedY.To
	}
	if f.ends.lo < f.Y.Min || f.ends.hi > f.Y.Max {
		f.entries = append(f.entries, offTheAxis)
	}
}

// axisLimits pads a range by a share of its length at both ends, but not beyond zero.
func axisLimits(e extent, log bool, share float64) (lo, hi float64) {
	if log {
		lo, hi = math.Log(e.lo), math.Log(e.hi)
		pad := max(share*(hi-lo), 0.15)
		return math.Exp(lo - pad), math.Exp(hi + pad)
	}
	pad := share * (e.hi - e.lo)
	if pad == 0 {
		pad = max(math.Abs(e.lo), 1) / 10
	}
	lo, hi = e.lo-pad, e.hi+pad
	if e.lo >= 0 {
		lo = max(lo, 0)
	}
	if e.hi <= 0 {
		hi = min(hi, 0)
	}
	return lo, hi
}

// horizontal adds a named line at the height y and takes it into the limits.
func (f *frame) horizontal(y float64, label string, style draw.LineStyle) {
	f.y.include(y)
	f.level(y, label, style)
}

// vertical adds a named line at x.
func (f *frame) vertical(x float64, label string, style draw.LineStyle) {
	f.Add(verticalLine{x, style})
	f.entries = append(f.entries, entry{label: label, sample: verticalLine{x, style}})
}

// verticalLine is a vertical line, if it is within the axes.
type verticalLine struct {
	x float64
	draw.LineStyle
}

func (v verticalLine) Plot(c draw.Canvas, p *plot.Plot) {
	if v.x < p.X.Min || v.x > p.X.Max {
		return
	}
	trX, _ := p.Transforms(&c)
	c.StrokeLine2(v.LineStyle, trX(v.x), c.Min.Y, trX(v.x), c.Max.Y)
}

// Thumbnail draws the legend's sample, tall enough, and its dashes short enough, to show them.
func (v verticalLine) Thumbnail(c *draw.Canvas) {
	x, style := c.Center().X, v.LineStyle
	style.Dashes = slices.Clone(style.Dashes)
	for i := range style.Dashes {
		style.Dashes[i] *= 0.6
	}
	c.StrokeLine2(style, x, c.Min.Y-2.5, x, c.Max.Y+3)
}

// upperOf makes f share the axis of lower, which is below it.
func (f *frame) upperOf(lower *frame) {
	shared := f.x
	shared.include(lower.x.lo, lower.x.hi)
	f.x, lower.x = shared, shared
	f.X.Label.Text = ""
	if above, ok := f.X.Tick.Marker.(batchTicks); ok {
		if below, ok := lower.X.Tick.Marker.(batchTicks); ok {
			lower.X.Tick.Marker = newBatchTicks(slices.Concat(above.sizes, below.sizes), below.most)
			f.X.Tick.Marker = lower.X.Tick.Marker
		}
	}
	f.grid = f.X.Tick.Marker
	f.X.Tick.Marker = bareTicks{f.X.Tick.Marker}
}

// verticalGrid draws fine lines at the labels of the horizontal axis, or of the one that it shares.
type verticalGrid struct{ of *frame }

func (g verticalGrid) Plot(c draw.Canvas, p *plot.Plot) {
	ticker := p.X.Tick.Marker
	if g.of.grid != nil {
		ticker = g.of.grid
	}
	for _, tick := range ticker.Ticks(p.X.Min, p.X.Max) {
		if tick.Label != "" {
			verticalLine{tick.Value, draw.LineStyle{Color: lightGrey, Width: 0.5}}.Plot(c, p)
		}
	}
}

// leftOut tells the reader how many points could not be drawn.
func (f *frame) leftOut(points int) {
	if points > 0 {
		f.entries = append(f.entries, entry{label: fmt.Sprintf("%s not positive or not finite, left out", plural(float64(points), "point")), sample: noSample{}})
	}
}

// Sizes of a mark and of the cap of its interval.
const (
	markRadius = vg.Length(2.4)
	capWidth   = vg.Length(2.2)
)
