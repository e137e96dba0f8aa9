package plots

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
)

// CompareFigure is several runs on one pair of axes.
type CompareFigure struct {
	Caption string
	Measure string // the one that is drawn of every run
	Runs    []Tile // the title is the run's label in the legend
	Epochs  bool   // the axis counts epochs, for runs whose steps are worth different numbers of images
	Loss    bool   // a panel with their training losses
}

// Compare draws one measure of several runs, as in Figure 1, against their common 2/η. Runs with different η are an error.
func Compare(c CompareFigure) (*Sheet, error) {
	l, ok := looks[c.Measure]
	if !ok {
		return nil, fmt.Errorf("no look for the measure %q", c.Measure)
	}
	upper, lower := newSteps(l.label, false), newSteps("loss", true)
	upper.weight, lower.weight = 2.2, 1
	eta := 0.0
	for i, t := range c.Runs {
		lr, err := t.Run.positive("EOSS_LR")
		if err != nil {
			return nil, err
		}
		if i > 0 && lr != eta {
			return nil, fmt.Errorf("%s has η = %g and %s has %g: one figure compares runs of one η", c.Runs[0].Run.Dir, eta, t.Run.Dir, lr)
		}
		eta = lr
		scale := 1.0
		if c.Epochs {
			if scale, err = t.Run.epochsPerStep(); err != nil {
				return nil, err
			}
		}
		own := look{label: t.Title, color: sequence(i, len(c.Runs)), width: 1.5}
		if !upper.drawScaled(t.Run.Rows, c.Measure, own, scale) {
			return nil, fmt.Errorf("%s has no %s to draw", t.Run.Dir, c.Measure)
		}
		if c.Loss && !lower.drawScaled(t.Run.Rows, "loss", own, scale) {
			return nil, fmt.Errorf("%s has no loss to draw", t.Run.Dir)
		}
	}
	if eta == 0 {
		return nil, fmt.Errorf("the figure %q has no runs: give it one or more", c.Caption)
	}
	upper.level(2/eta, "2/η = "+plainNumber(2/eta), threshold(dashed...))
	if c.Epochs {
		upper.X.Label.Text, lower.X.Label.Text = "epoch", "epoch"
	}
	upper.spanSteps()
	rows := [][]*frame{{upper}}
	height := 4.2 * vg.Inch
	if c.Loss {
		lower.spanSteps()
		lower.entries = nil // the same runs
		upper.upperOf(lower)
		rows, height = append(rows, []*frame{lower}), figureHeight
	}
	return newSheet(c.Caption, figureWidth, height, rows...), nil
}

// epochsPerStep is b/n.
func (r *Run) epochsPerStep() (float64, error) {
	n, err := r.positive("EOSS_N")
	if err != nil {
		return 0, err
	}
	b, err := r.positive("EOSS_BATCH")
	return b / n, err
}

// sequence is the i-th of n colours from yellow-green to dark blue: their order shows in grey, too.
func sequence(i, n int) color.NRGBA {
	if n == 1 {
		return blue
	}
	from, to := color.NRGBA{0xd9, 0xa4, 0x00, 0xff}, color.NRGBA{0x20, 0x2a, 0x6b, 0xff}
	middle := color.NRGBA{0x2a, 0x8f, 0x8a, 0xff}
	t := 2 * float64(i) / float64(n-1)
	a, b := from, middle
	if t > 1 {
		a, b, t = middle, to, t-1
	}
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}
