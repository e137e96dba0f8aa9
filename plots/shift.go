package plots

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// ShiftCase is a change of a hyperparameter in mid-run, and what it is held against.
type ShiftCase struct {
	Title   string // if empty, what was changed
	Changed *Run   // a fork whose η or b, say, differ from its parent's
	Control *Run   // the fork of the same checkpoint without the change
	Fresh   *Run   // a run with the new setting from its first step
}

// shiftMeasures are the panels of Shift from top to bottom.
var shiftMeasures = []string{"loss", "batch_sharpness_mean_ratio", "lambda_b_max", "lambda_max"}

// Shift draws changes of the step size or the batch size in mid-run, as in
// Figure 5 of the paper, a column each: the training loss, Batch Sharpness
// against 2/η before and after, λᵇmax and λmax of the changed run with its
// history; thinner and lighter the control and, dashed, the run from scratch.
// A triangle marks the step of the change, at which the line of the changed run
// is broken. A 2/η that lies far above λmax is named at the top of its panel. The
// caption is text or, if that is empty, what all the runs share, and the setting before the change.
//
// It is an error when one of the runs is missing, lacks one of the four
// measures, or is not what [ShiftCase] says.
func Shift(text string, cases ...ShiftCase) (*Figure, error) {
	if len(cases) == 0 {
		return nil, errors.New("there is no change to draw: give at least one")
	}
	for i, s := range cases {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("change %d: %w", i+1, err)
		}
	}
	f := &Figure{caption: noted(cmp.Or(text, shiftCaption(cases)), "the loss is the training loss"), shared: true, tiles: [][]tile{nil}}
	for i, s := range cases {
		title := s.Title
		if title == "" {
			title = s.changes()
			if len(cases) > 1 {
				title = fmt.Sprintf("(%c) %s", 'a'+i, title)
			}
		}
		panels, err := s.panels(len(cases) > 1)
		if err != nil {
			return nil, err
		}
		first, last := stepsOfAll(panels)
		setSteps(panels, first, last)
		for k, p := range panels {
			p.finish()
			if i > 0 {
				p.Y.Label.Text = ""
			}
			if k < len(panels)-1 {
				p.X.Tick.Marker = bareTicks{p.X.Tick.Marker}
			} else {
				p.X.Label.Text = "step"
			}
		}
		f.tiles[0] = append(f.tiles[0], tile{title, panels})
	}
	alike(f.panels())
	f.fit()
	return f, nil
}

// shiftCaption says what all runs share, then what they had before the change, and how long those ran that had the new setting from the start.
func shiftCaption(cases []ShiftCase) string {
	var controls, forks, fresh []*Run // the controls have the setting before the change
	for _, s := range cases {
		controls, forks, fresh = append(controls, s.Control), append(forks, s.Changed, s.Control), append(fresh, s.Fresh)
	}
	all := slices.Concat(forks, fresh)
	disagree := differing(controls...)
	before := slices.DeleteFunc(differing(all...), func(name string) bool { return slices.Contains(disagree, name) })
	return captionWith(stepsOf(forks), all...) + "; before the change: " + controls[0].title(before) + "; new setting from the start: " + stepsOf(fresh)
}

// changes says what the fork changed, such as "η = 0.01 → 0.02".
func (s ShiftCase) changes() string {
	parent := &Run{Config: record.Config{Variables: s.Changed.Config.Parent.Changed}}
	var parts []string
	for _, name := range s.Changed.changed() {
		parts = append(parts, parent.setting(name)+" → "+pretty(s.Changed.Config.Variables[name]))
	}
	return strings.Join(parts, ", ")
}

// changed lists the variables of the training that a fork has not from its parent.
func (r *Run) changed() []string {
	before := map[string]string{}
	for name := range r.Config.Variables {
		before[name] = r.Config.Variables[name]
	}
	for name, text := range r.Config.Parent.Changed {
		before[name] = text
	}
	return differing(r, &Run{Config: record.Config{Variables: before}})
}

func (s ShiftCase) check() error {
	for _, run := range []struct {
		role string
		*Run
	}{{"changed run", s.Changed}, {"control", s.Control}, {"run from scratch", s.Fresh}} {
		if run.Run == nil {
			return fmt.Errorf("there is no %s: give one", run.role)
		}
		if forked := run.role != "run from scratch"; forked != (run.Config.Parent != nil) {
			kind := map[bool]string{true: "no fork", false: "a fork"}[forked]
			return fmt.Errorf("%s is %s, so it cannot be the %s", run.Dir, kind, run.role)
		}
		for _, name := range shiftMeasures {
			if !run.has(name) {
				return run.lacks(name)
			}
		}
	}
	fork, control := s.Changed.Config.Parent, s.Control.Config.Parent
	switch {
	case fork.Step != control.Step || filepath.Clean(fork.Run) != filepath.Clean(control.Run):
		return fmt.Errorf("%s left %s at step %d and %s left %s at step %d; fork both from one checkpoint",
			s.Changed.Dir, fork.Run, fork.Step, s.Control.Dir, control.Run, control.Step)
	case len(s.Changed.changed()) == 0:
		return fmt.Errorf("%s changes nothing of its parent's training, so there is no change to draw", s.Changed.Dir)
	case len(s.Control.changed()) > 0:
		return fmt.Errorf("%s changes %s, so it is no control", s.Control.Dir, strings.Join(s.Control.changed(), ", "))
	}
	if names := differing(s.Changed, s.Fresh); len(names) > 0 {
		return fmt.Errorf("%s differs from %s in %s, so it has not the new setting from the start",
			s.Fresh.Dir, s.Changed.Dir, strings.Join(names, ", "))
	}
	return nil
}

// panels are those of one change.
func (s ShiftCase) panels(small bool) ([]*panel, error) {
	lr, err := s.Changed.positive("EOSS_LR")
	if err != nil {
		return nil, err
	}
	var panels []*panel
	for k, name := range shiftMeasures {
		p := newPanel(looks[name].label, 2, isLoss(name))
		switch name {
		case "loss":
			p.weight, p.Y.Label.Text = 1.5, "loss" // the caption says which
		case "batch_sharpness_mean_ratio": // the whole label is longer than the panel is high
			p.Y.Label.Text = looks["batch_sharpness"].label
		}
		if small {
			p.shrink()
		}
		l := looks[name]
		l.marks = false
		thin := l
		thin.plain, thin.width, thin.color = true, thinner*l.width, faded(l.color, 0.6)
		dashes := thin
		dashes.dashes = []vg.Length{4, 2}
		p.draw(s.Fresh.Rows, name, dashes)
		p.draw(s.Control.Rows, name, thin)
		p.draw(s.Changed.History, name, l) // apart, so that no line leads across the change
		p.draw(s.Changed.Rows, name, l)
		p.entries = nil
		switch {
		case k == 0:
			p.entries = shiftEntries()
		case name == "batch_sharpness_mean_ratio": // for which the panel has no room
			p.entries = []entry{{label: l.label, sample: stroke{draw.LineStyle{Color: l.color, Width: l.width}}}}
		}
		step := float64(s.Changed.Config.Parent.Step)
		p.mark(events{at: []float64{step}, radius: 3.4, line: true}, "change", " at step "+PlainNumber(step))
		if name != "loss" {
			if err := p.shiftLevels(s, name, lr); err != nil {
				return nil, err
			}
		}
		panels = append(panels, p)
	}
	return panels, nil
}

// shiftLevels adds the thresholds of a measure before and after the change. Far
// above λmax they would press it to the floor; there the panel says their height.
func (p *panel) shiftLevels(s ShiftCase, name string, lr float64) error {
	levels, err := s.Changed.levels(map[string]bool{name: true}, lr)
	if err != nil || len(levels) == 0 {
		return err
	}
	p.unit = levels[0].times / lr
	heights := sortedHeights(p.curves)
	far := func(y float64) bool { return name == "lambda_max" && heights[len(heights)-1] < y/2 }
	for _, l := range levels {
		former, changed := s.Changed.formerHeight(l)
		if !far(l.times / lr) {
			p.threshold(l, lr)
			p.formerLevel(s.Changed, l)
			continue
		}
		text := l.label + "\u00a0=\u00a0" + PlainNumber(l.times/lr)
		drawn := changed && !far(former)
		if drawn {
			p.formerLevel(s.Changed, l)
		} else if changed {
			text += fmt.Sprintf(" (%s\u00a0before)", PlainNumber(former))
		}
		p.remark(text+", above\u00a0the\u00a0panel", s.Changed.Config.Parent.Step, drawn)
	}
	return nil
}

// thinner are the lines that a changed run is held against, in widths of its own.
const thinner = 0.6

// shiftEntries say what the three lines are, whatever their colour.
func shiftEntries() []entry {
	width := looks["loss"].width
	style := func(c float64, w vg.Length, dashes ...vg.Length) plot.Thumbnailer {
		return stroke{draw.LineStyle{Color: faded(black, c), Width: w, Dashes: dashes}}
	}
	return []entry{
		{label: "changed run", sample: style(1, width)},
		{label: "control, nothing changed", sample: style(0.6, thinner*width)},
		{label: "new setting from the start", sample: style(0.6, thinner*width, 4, 2)},
	}
}

// stroke is the legend's sample of a line.
type stroke struct{ draw.LineStyle }

func (s stroke) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(s.LineStyle, c.Min.X, y, c.Max.X, y)
}
