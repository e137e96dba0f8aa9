package plots

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
)

// GapPanel is a panel of gaps such as λᵇmax − λmax, as in Figures 8 to 15.
type GapPanel struct {
	Y      string   // label of the vertical axis; "": λᵇmax − λmax
	X      Variable // what stands on the horizontal axis
	Log    bool     // both axes are logarithmic
	Groups []GapGroup
	Fits   []GapFit

	References []Reference // of a logarithmic panel
}

// Reference is an exponent of b, such as −1, to see the points against: a thin grey line a little above those of its range.
type Reference struct {
	Exponent float64
	Range    Range // of the batch sizes; zero: of all points
}

// GapGroup is the gaps of one seed, subset or model. The X of a point is always its batch size b.
type GapGroup struct {
	Label  string
	Points []Measured
}

// GapPlot draws rows of panels under one caption: one panel (Figures 10 to 15), two above each other (Figure 8) or side by side (Figure 9).
//
// Groups differ in colour and mark; on a logarithmic axis of b they stand side by side where their intervals overlap. The ranges of the fits are shaded, and their lines are solid there and dotted beyond; slopes
// and their intervals are in the legend. On logarithmic axes a gap that is not positive is left out and counted in the legend.
//
// It is an error when a panel has no point that can be drawn, when a fit names no group or has no range, or when rows are empty.
func GapPlot(caption string, rows ...[]GapPanel) (*Sheet, error) {
	var frames [][]*frame
	widest := 0
	for _, row := range rows {
		widest = max(widest, len(row))
		var drawn []*frame
		for _, p := range row {
			f, err := p.frame(15 / len(row))
			if err != nil {
				return nil, err
			}
			drawn = append(drawn, f)
		}
		if len(row) == 0 {
			return nil, fmt.Errorf("a row of the figure %q has no panels: leave it out", caption)
		}
		frames = append(frames, drawn)
	}
	if len(frames) == 0 {
		return nil, fmt.Errorf("the figure %q has no panels: give it one or more", caption)
	}
	height := vg.Length(4.6)
	switch {
	case len(rows) > 1:
		height = 3.4 * vg.Length(len(rows))
	case widest > 1:
		height = 4
	}
	return newSheet(caption, figureWidth, height*vg.Inch, frames...), nil
}

// frame draws the panel with at most about most labels of batch sizes.
func (g GapPanel) frame(most int) (*frame, error) {
	if g.Y == "" {
		g.Y = "λ^{b}_{max} − λ_{max}"
	}
	f := newFrame(g.X.label(), g.Y, g.Log, g.Log)
	var layers []*marks
	skipped := 0
	for i, group := range g.Groups {
		points := f.usable(g.onAxis(group.Points))
		skipped += len(group.Points) - len(points)
		f.widen(points)
		layers = append(layers, &marks{points: points, color: groupColors[i%len(groupColors)],
			shape: groupShapes[i%len(groupShapes)], radius: markRadius})
	}
	if f.x.lo > f.x.hi {
		return nil, fmt.Errorf("the panel of %q against %s has no point to draw (%d given): gaps must be finite, and positive on logarithmic axes; run the set first, or leave the panel out",
			g.Y, g.X, skipped)
	}
	if g.X.isB() && g.Log { // elsewhere a shift would be read as another b
		spread(layers)
	}
	if !g.Log { // from a little before zero, where marks of large b have room
		f.fixedX = Range{-0.012 * f.x.hi, 1.03 * f.x.hi}
	}
	if err := g.addFits(f); err != nil {
		return nil, err
	}
	for i, layer := range layers {
		f.Add(layer)
		if len(layer.points) > 0 {
			f.entries = slices.Insert(f.entries, min(i, len(f.entries)), entry{label: g.Groups[i].Label, sample: layer})
		}
	}
	f.leftOut(skipped)
	if g.X.isB() && g.Log {
		f.X.Tick.Marker = newBatchTicks(g.sizes(), most)
	} else if most < 10 {
		f.X.Tick.Marker = fewerTicks(f.X.Tick.Marker)
	}
	return f, nil
}

// spread draws groups side by side if intervals of two of them overlap.
func spread(layers []*marks) {
	const apart = vg.Length(3.6)
	for i := range layers {
		for _, other := range layers[:i] {
			if !overlap(layers[i].points, other.points) {
				continue
			}
			for k, l := range layers {
				l.shift = apart * (vg.Length(k) - vg.Length(len(layers)-1)/2)
			}
			return
		}
	}
}

func overlap(a, b []Measured) bool {
	for _, p := range a {
		for _, q := range b {
			pLo, pHi := p.ends()
			qLo, qHi := q.ends()
			if p.X == q.X && pLo <= qHi && qLo <= pHi {
				return true
			}
		}
	}
	return false
}

// onAxis moves points from b to the panel's variable.
func (g GapPanel) onAxis(points []Measured) []Measured {
	moved := slices.Clone(points)
	for i := range moved {
		moved[i].X = g.X.At(moved[i].X)
	}
	return moved
}

// sizes are the batch sizes of all points.
func (g GapPanel) sizes() (sizes []float64) {
	for _, group := range g.Groups {
		for _, p := range group.Points {
			sizes = append(sizes, p.X)
		}
	}
	return sizes
}
