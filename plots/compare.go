package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"eoss/internal/record"
)

// Axis is a horizontal axis along a run.
type Axis int

const (
	Steps  Axis = iota
	Epochs      // passes over the training set
	Time        // η·steps, of the gradient flow that the steps follow
)

// CompareFigure is several runs on one pair of axes.
type CompareFigure struct {
	Caption string // if empty, what the runs have in common
	Note    string // if not empty, the end of the caption
	Measure string // such as lambda_max
	Runs    []Tile // the titles are their labels in the legend
	Axis    Axis
	Loss    bool // a panel with the training losses
}

// Compare draws one measure of several runs in one panel, as in Figure 1 of
// the paper, and the training loss below: each run in its own colour and
// dashes, in the order given from dark to light, against 2/η (and λᵇmax
// against 4/η).
//
// It is an error when a run lacks the measure, or what the axis is made of.
func Compare(c CompareFigure) (*Figure, error) {
	if err := checkMeasures([]string{c.Measure}); err != nil {
		return nil, err
	}
	var runs []*Run
	for i, t := range c.Runs {
		if t.Run == nil {
			return nil, fmt.Errorf("run %d of the comparison is missing: give one", i+1)
		}
		runs = append(runs, t.Run)
	}
	if len(runs) == 0 {
		return nil, errors.New("a comparison needs runs: give at least one")
	}
	curvature := newPanel(looks[c.Measure].label, curvatureWeight, isLoss(c.Measure))
	panels, names := []*panel{curvature}, []string{c.Measure}
	if c.Loss && !isLoss(c.Measure) {
		panels, names = append(panels, newPanel(looks["loss"].label, 1.4, true)), append(names, "loss")
	}
	if c.Axis == Time {
		for _, p := range panels {
			p.X.Tick.Marker = linearTicks{n: 7} // not of whole numbers
		}
	}
	differ := differing(runs...)
	for i, r := range runs {
		across, err := r.across(c.Axis)
		if err != nil {
			return nil, err
		}
		for k, p := range panels {
			if !r.has(names[k]) {
				return nil, r.lacks(names[k])
			}
			l := sequence(i, len(runs))
			l.label = cmp.Or(c.Runs[i].Title, r.title(differ), "run "+PlainNumber(float64(i+1)))
			p.across = across
			p.draw(r.Rows, names[k], l)
		}
	}
	if err := curvature.compareLevels(runs, c.Measure); err != nil {
		return nil, err
	}
	f := newFigure(noted(cmp.Or(c.Caption, caption(runs...)), c.Note), axisLabel(c.Axis, runs), panels...)
	f.shared = true
	if len(panels) == 1 {
		f.size.Y = 4 * vg.Inch
	}
	return f, nil
}

// compareLevels adds the thresholds of each η once. Those of several η look alike, so that their labels have the values.
func (p *panel) compareLevels(runs []*Run, measure string) error {
	if isLoss(measure) {
		return nil
	}
	several := slices.Contains(differing(runs...), "EOSS_LR")
	for _, r := range runs {
		lr, err := r.positive("EOSS_LR")
		if err != nil {
			return err
		}
		levels, err := r.levels(map[string]bool{measure: true}, lr)
		if err != nil {
			return err
		}
		for _, l := range levels {
			y := l.times / lr
			if slices.Contains(p.levels, y) {
				continue
			}
			if several {
				p.level(y, l.label+" = "+PlainNumber(y), threshold(l.dashes...))
			} else {
				p.threshold(l, lr)
			}
		}
	}
	return nil
}

// across maps the steps of a run to the axis a.
func (r *Run) across(a Axis) (func(step float64) float64, error) {
	switch a {
	case Epochs:
		epochs := map[float64]float64{}
		for _, row := range r.Rows {
			epochs[float64(row.Step)] = row.Epoch
		}
		return func(step float64) float64 { return epochs[step] }, nil
	case Time:
		lr, err := r.positive("EOSS_LR")
		return func(step float64) float64 { return lr * step }, err
	}
	return nil, nil
}

func axisLabel(a Axis, runs []*Run) string {
	switch a {
	case Epochs:
		return "epoch"
	case Time:
		return "η · steps"
	}
	for _, r := range runs {
		if r.stepLabel() != runs[0].stepLabel() {
			return "step"
		}
	}
	return runs[0].stepLabel()
}

// ramp has viridis's hues: its lightness grows evenly, for every kind of colour vision, up to a contrast of 3 : 1 with white.
var ramp = []color.NRGBA{{0x44, 0x01, 0x54, 0xff}, {0x3b, 0x52, 0x8b, 0xff}, {0x1d, 0x7f, 0x86, 0xff}, {0x5a, 0x9e, 0x1a, 0xff}}

// sequence is the look of line i of n.
func sequence(i, n int) look {
	dashes := [][]vg.Length{nil, {7, 2}, {3, 1.5}, {7, 1.5, 1.5, 1.5}}
	at := float64(i) / float64(max(1, n-1)) * float64(len(ramp)-1)
	k := min(int(at), len(ramp)-2)
	mix := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) + (at-float64(k))*(float64(b)-float64(a))))
	}
	a, b := ramp[k], ramp[k+1]
	return look{
		color: color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff},
		width: 1.5, dashes: dashes[i%len(dashes)],
	}
}

func isLoss(measure string) bool {
	return slices.Contains([]string{"loss", "step_loss", "test_loss"}, measure)
}

// has reports whether the run has a value of the measure that can be drawn.
func (r *Run) has(name string) bool {
	return len(drawable(record.SelectSeries(r.Rows, name), isLoss(name))) > 0
}
