package plots

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// CurvesFigure is a figure of curves and points on one pair of axes.
type CurvesFigure struct {
	Caption    string
	XLabel     string
	YLabel     string
	XLog, YLog bool
	X, Y       Range // the limits of the axes; zero: from the curves
	Curves     []Curve
	Levels     []Marker // horizontal lines
	Verticals  []Marker
	Square     bool // as for the plane of two parameters
	Short      bool // of about half the height
}

// Curve is a line, points, or both. Lines are drawn in the order of their points; the intervals of points are bars.
type Curve struct {
	Label  string
	Points []Measured
	NoLine bool
	Marks  bool
	Dashed bool
	Like   int // 1, 2, …: the colour of the curve of this number, as for points that belong to a line; 0: a colour of its own
}

// Marker is a line at a value of one axis.
type Marker struct {
	At    float64
	Label string
}

// Curves draws curves with their legend above them. A point that an axis cannot show breaks its line.
//
// It is an error when a curve has no point that can be drawn, when it has neither a line nor marks, or when Like names no curve before it.
func Curves(c CurvesFigure) (*Sheet, error) {
	if len(c.Curves) == 0 {
		return nil, fmt.Errorf("the figure of %q against %q has no curves: give it one or more", c.YLabel, c.XLabel)
	}
	f := newFrame(c.XLabel, c.YLabel, c.XLog, c.YLog)
	f.fromZero = false
	f.fixedX, f.fixedY = c.X, c.Y
	var colors []int // of each curve, an index of groupColors
	own := 0
	for i, curve := range c.Curves {
		switch {
		case curve.NoLine && !curve.Marks:
			return nil, fmt.Errorf("the curve %q has neither a line nor marks: give it one of them", curve.Label)
		case curve.Like < 0 || curve.Like > i:
			return nil, fmt.Errorf("the curve %q is to look like curve %d, but it is number %d: name one before it", curve.Label, curve.Like, i+1)
		case curve.Like > 0:
			colors = append(colors, colors[curve.Like-1])
		default:
			colors = append(colors, own)
			own++
		}
		if err := f.curve(curve, colors[i]); err != nil {
			return nil, err
		}
	}
	for i, l := range c.Levels {
		f.horizontal(l.At, l.Label, threshold([][]vg.Length{dashed, dotted, {2, 2}}[i%3]...))
	}
	for i, v := range c.Verticals {
		f.x.include(v.At)
		f.vertical(v.At, v.Label, draw.LineStyle{Color: grey, Width: 1, Dashes: [][]vg.Length{nil, {4, 2}, {1, 1.5}}[i%3]})
	}
	width, height := figureWidth, 4.6*vg.Inch
	switch {
	case c.Square:
		width, height = 5.25*vg.Inch, figureHeight
	case c.Short:
		height = 3.2 * vg.Inch
	}
	return newSheet(c.Caption, width, height, []*frame{f}), nil
}

// curve adds one curve in the color of that index.
func (f *frame) curve(curve Curve, index int) error {
	m := &marks{color: groupColors[index%len(groupColors)], radius: markRadius}
	style := draw.LineStyle{Color: m.color, Width: 1.4}
	if curve.Dashed {
		style.Dashes = dashed
	}
	if curve.Marks {
		m.shape = groupShapes[index%len(groupShapes)]
	}
	drawn := 0
	for _, stretch := range f.stretches(curve.Points) {
		drawn += len(stretch)
		f.widen(stretch)
		if !curve.NoLine {
			f.Add(path{points: stretch, LineStyle: style})
		}
		m.points = append(m.points, stretch...)
	}
	if drawn == 0 {
		return fmt.Errorf("the curve %q has no point to draw (%d given): values must be finite, and positive on logarithmic axes", curve.Label, len(curve.Points))
	}
	f.Add(m)
	sample := *m
	if !curve.NoLine {
		sample.line = style
	}
	f.entries = append(f.entries, entry{label: curve.Label, sample: &sample})
	return nil
}

// stretches cuts points where the axes cannot show one.
func (f *frame) stretches(points []Measured) (stretches [][]Measured) {
	open := false
	for _, m := range points {
		if len(f.usable([]Measured{m})) == 0 {
			open = false
			continue
		}
		if !open {
			stretches, open = append(stretches, nil), true
		}
		last := &stretches[len(stretches)-1]
		*last = append(*last, m)
	}
	return stretches
}
