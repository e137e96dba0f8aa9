package plots

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// BatchFigure is a figure of measures against the batch size, as Figures 6 and 16.
type BatchFigure struct {
	Caption string
	Eta     float64 // > 0: values are absolute, and the dashed level is 2/η; 0: values are in units of 2/η, and it is 1
	Log     bool    // the vertical axis is logarithmic

	Curves   []BatchCurve
	Missing  []float64   // batch sizes without values, at which the lines are broken, as where a run diverged
	Critical *Critical   // a vertical line with its interval as a band
	Bend     *BentLaw    // the fit that it is of
	Ratio    *RatioPanel // a second panel below
}

// BatchCurve is one measure: its plateau, or any other value, at every batch size.
type BatchCurve struct {
	// Measure gives the colour, the mark and the label: a name of metrics.jsonl such as batch_sharpness, lambda_b_max,
	// lambda_max, ntk_max (drawn as 2·NTK), fim_max (2·FIM: the caller passes the products) or lambda_max_gn.
	Measure string
	Label   string // in place of the measure's own
	Points  []Measured
}

// Critical is the critical batch size with its interval, which may be infinite.
type Critical struct{ B, Lo, Hi float64 }

// RatioPanel is a panel of ratios with the line 1 and the band of the ratios that are as claimed.
type RatioPanel struct {
	Label    string // of the vertical axis
	Curves   []BatchCurve
	Expected Range
}

// batchMarks are the marks of measures against the batch size: measures that should coincide are hollow and of different
// shapes, so that all stay visible. Measures that looks does not know have their colour and label here.
var batchMarks = map[string]struct {
	shape  draw.GlyphDrawer
	radius vg.Length
	look
}{
	"batch_sharpness":            {shape: draw.PyramidGlyph{}, radius: 3},
	"batch_sharpness_mean_ratio": {shape: draw.TriangleGlyph{}, radius: 3},
	"lambda_b_max":               {shape: draw.CircleGlyph{}, radius: markRadius},
	"lambda_max":                 {shape: draw.BoxGlyph{}, radius: markRadius},
	"ntk_max":                    {draw.SquareGlyph{}, 3.6, look{label: "2·NTK_{max}", color: purple, width: 1}},
	"fim_max":                    {draw.CrossGlyph{}, 4.4, look{label: "2·FIM_{max}", color: black, width: 0.8, dashes: dotted}},
	"lambda_max_gn":              {draw.RingGlyph{}, 4.4, look{label: "λ_{max} of the Gauss–Newton matrix", color: black, width: 0.8, dashes: dotted}},
}

// BatchCurves draws measures with their 95 % intervals against the batch size, on a log₂ axis that is marked at the batch sizes of the points.
// Curves stand side by side where their intervals overlap.
//
// It is an error when a curve has no point that can be drawn or a measure that has no look here.
func BatchCurves(b BatchFigure) (*Sheet, error) {
	unit, level, name := "sharpness / (2/η)", 1.0, "2/η"
	if b.Eta > 0 {
		level = 2 / b.Eta
		unit, name = "sharpness", "2/η = "+PlainNumber(level)
	}
	if len(b.Curves) == 0 {
		return nil, fmt.Errorf("the figure against the batch size has no curves: give it one or more")
	}
	upper := newFrame(B.label(), unit, true, b.Log)
	upper.weight = 2
	upper.critical(b.Critical)
	if err := upper.batchCurves(b.Curves, b.Missing); err != nil {
		return nil, err
	}
	upper.bent(b.Bend)
	upper.horizontal(level, name, threshold(dashed...))
	if b.Ratio == nil {
		return newSheet(b.Caption, figureWidth, 4.4*vg.Inch, []*frame{upper}), nil
	}
	lower := newFrame(B.label(), b.Ratio.Label, true, false)
	lower.fromZero = false
	lower.expect(b.Ratio.Expected)
	if err := lower.batchCurves(b.Ratio.Curves, b.Missing); err != nil {
		return nil, err
	}
	upper.upperOf(lower)
	return newSheet(b.Caption, figureWidth, figureHeight, []*frame{upper}, []*frame{lower}), nil
}

// batchCurves adds curves, broken at the missing batch sizes, and marks the axis at all of these.
func (f *frame) batchCurves(curves []BatchCurve, missing []float64) error {
	sizes := slices.Clone(missing)
	skipped, behind := 0, len(f.entries)
	var layers, barred []*marks
	for _, c := range curves {
		m, label, err := c.marks()
		if err != nil {
			return err
		}
		if m.points = f.usable(c.Points); len(m.points) == 0 {
			return fmt.Errorf("%q has no point to draw against the batch size (%d given, positive and finite ones wanted): run its set first, or leave the curve out",
				label, len(c.Points))
		}
		skipped += len(c.Points) - len(m.points)
		f.widen(m.points)
		f.entries = append(f.entries, entry{label: label, sample: m})
		layers = append(layers, m)
		if slices.ContainsFunc(m.points, Measured.hasInterval) {
			barred = append(barred, m)
		}
		for _, p := range m.points {
			sizes = append(sizes, p.X)
		}
	}
	spread(barred)
	for i, m := range layers {
		for _, stretch := range f.stretches(withGaps(curves[i].Points, missing)) {
			f.Add(path{points: stretch, LineStyle: m.line, shift: m.shift})
		}
		f.Add(m)
	}
	f.leftOut(skipped)
	f.entries = slices.Concat(f.entries[behind:], f.entries[:behind]) // what lies behind the curves comes after them
	f.X.Tick.Marker = newBatchTicks(sizes, 15)
	return nil
}

// withGaps are points with one that cannot be drawn at every missing batch size.
func withGaps(points []Measured, missing []float64) []Measured {
	all := slices.Clone(points)
	for _, b := range missing {
		all = append(all, Measured{X: b, Y: math.NaN()})
	}
	slices.SortStableFunc(all, func(p, q Measured) int { return cmp.Compare(p.X, q.X) })
	return all
}

func (c BatchCurve) marks() (*marks, string, error) {
	known, ok := batchMarks[c.Measure]
	if !ok {
		return nil, "", fmt.Errorf("no look for the measure %q against the batch size: name one of %s", c.Measure, strings.Join(slices.Sorted(maps.Keys(batchMarks)), ", "))
	}
	l := known.look
	if l.label == "" {
		l = looks[c.Measure]
	}
	if c.Label != "" {
		l.label = c.Label
	}
	line := draw.LineStyle{Color: l.color, Width: l.width, Dashes: l.dashes}
	return &marks{color: l.color, shape: known.shape, radius: known.radius, line: line}, l.label, nil
}

// critical marks the critical batch size, below all that is drawn later.
func (f *frame) critical(c *Critical) {
	if c == nil {
		return
	}
	label := "critical batch size " + rounded(c.B, 2)
	if c.Lo < c.Hi {
		f.Add(shade{from: c.Lo, to: c.Hi, color: faded(grey, 0.2)})
		label += fmt.Sprintf(" [%s, %s]", rounded(c.Lo, 2), rounded(c.Hi, 2))
	}
	f.vertical(c.B, label, draw.LineStyle{Color: grey, Width: 1.2})
}

// expect shades the expected range of a ratio and draws the line 1.
func (f *frame) expect(r Range) {
	f.horizontal(1, "ratio 1", threshold(dashed...))
	f.y.include(0.9, 1.1) // ratios of all but 1 would fill the panel with their rounding
	if r.set() {
		band := shade{from: r.From, to: r.To, horizontal: true, color: faded(grey, 0.2)}
		margin := (r.To - r.From) / 4
		f.y.include(r.From-margin, r.To+margin)
		f.Add(band)
		f.entries = append(f.entries, entry{label: fmt.Sprintf("expected: [%s, %s]", PlainNumber(r.From), PlainNumber(r.To)), sample: band})
	}
}
