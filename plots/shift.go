package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// ShiftCase is one change in mid-run with what it is held against.
type ShiftCase struct {
	Title   string
	Changed *Run // a fork whose η or b differ from its parent's
	Control *Run // the fork without the change
	Fresh   *Run // a run with the new setting from its first step
}

// shiftMeasures are the rows of the figure, the loss first.
var shiftMeasures = []struct{ name, label string }{
	{"loss", "training loss"},
	{"batch_sharpness_mean_ratio", "Batch Sharpness"},
	{"lambda_b_max", "λ^{b}_{max}"},
	{"lambda_max", "λ_{max}"},
}

// Shift draws changes of the step size or of the batch size in mid-run, as in Figure 5: a column for each case with the loss,
// Batch Sharpness with 2/η before and after, λᵇmax and λmax. Triangles mark the step of the change.
func Shift(caption string, cases ...ShiftCase) (*Sheet, error) {
	if len(cases) == 0 {
		return nil, fmt.Errorf("the figure %q has no cases: give it one or more", caption)
	}
	frames := make([][]*frame, len(shiftMeasures))
	var shared []entry
	for _, c := range cases {
		column, err := c.column()
		if err != nil {
			return nil, err
		}
		column[0].title = c.Title
		for i, f := range column {
			frames[i] = append(frames[i], f)
		}
	}
	width := figureWidth
	if len(cases) > 1 {
		width = vg.Length(2.6*float64(len(cases))) * vg.Inch
	}
	sheet := newSheet(caption, width, 6.6*vg.Inch, frames...)
	for _, row := range frames {
		for _, f := range row {
			f.share(&shared)
		}
	}
	sheet.shared = shared
	return sheet, nil
}

// column are the panels of one case.
func (c ShiftCase) column() (column []*frame, err error) {
	parent := c.Changed.Config.Parent
	if parent == nil {
		return nil, fmt.Errorf("%s is no fork: Figure 5 needs one whose η or b differ from its parent's", c.Changed.Dir)
	}
	for i, m := range shiftMeasures {
		f := newSteps(m.label, m.name == "loss")
		for _, line := range c.lines(m.name) {
			if !f.draw(line.rows, m.name, line.look) {
				return nil, fmt.Errorf("%s has no %s to draw", line.dir, m.name)
			}
		}
		f.spanSteps()
		if m.name == "batch_sharpness_mean_ratio" {
			if err := f.levelsOfShift(c.Changed); err != nil {
				return nil, err
			}
		}
		mark := changeMark(parent.Step)
		f.Add(mark)
		f.entries = append(f.entries, entry{"the change", mark})
		if i > 0 {
			column[i-1].upperOf(f)
		}
		column = append(column, f)
	}
	return column, nil
}

// shiftLine is a run in a panel.
type shiftLine struct {
	rows []record.Row
	dir  string
	look
}

// lines are the runs of a panel, the changed one on top.
func (c ShiftCase) lines(name string) []shiftLine {
	own := looks[name]
	whole := append(c.Changed.History[:len(c.Changed.History):len(c.Changed.History)], c.Changed.Rows...)
	return []shiftLine{
		{c.Fresh.Rows, c.Fresh.Dir, look{label: "from scratch with the new setting", color: faded(grey, 0.8), width: 0.9, dashes: []vg.Length{2, 2}}},
		{c.Control.Rows, c.Control.Dir, look{label: "without the change", color: grey, width: 0.9}},
		{whole, c.Changed.Dir, look{label: own.label, color: own.color, width: 1.4}},
	}
}

// levelsOfShift are 2/η up to the change and from it on.
func (f *frame) levelsOfShift(r *Run) error {
	lr, err := r.positive("EOSS_LR")
	if err != nil {
		return err
	}
	f.level(2/lr, "2/η", threshold(dashed...))
	entries := f.entries
	f.formerLevel(r, level{2, "2/η", dashed})
	f.entries = entries // its label has a number that differs between cases
	return nil
}

// changeMark is a triangle on the horizontal axis at a step.
type changeMark int

func (m changeMark) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	m.triangle(c, vg.Point{X: trX(float64(m)), Y: c.Min.Y})
}

// Thumbnail draws the legend's sample.
func (m changeMark) Thumbnail(c *draw.Canvas) {
	m.triangle(*c, vg.Point{X: c.Center().X, Y: c.Min.Y - 1})
}

func (changeMark) triangle(c draw.Canvas, foot vg.Point) {
	const half, height = 3.2, 6
	c.FillPolygon(black, []vg.Point{foot, {X: foot.X - half, Y: foot.Y + height}, {X: foot.X + half, Y: foot.Y + height}})
}
