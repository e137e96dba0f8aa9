package plots

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// readHistory reads what a fork has taken over of its parent: the rows before the fork.
func (r *Run) readHistory() error {
	p := r.Config.Parent
	if p == nil {
		return nil
	}
	path := filepath.Join(r.Dir, record.ParentFile)
	if err := p.Rows.Check(path); err != nil {
		return fmt.Errorf("%w; fork %s at step %d again", err, p.Run, p.Step)
	}
	var err error
	if r.History, _, err = record.ReadRows(path); errors.Is(err, fs.ErrNotExist) { // there were no rows
		return nil
	}
	return err
}

// historyShare is the opacity of the parent's measurements.
const historyShare = 0.35

// history adds the rows called name of the run's parent, fainter than the run's own.
func (p *panel) history(r *Run, name string) {
	if r.Config.Parent == nil {
		return
	}
	l, labelled := looks[name], r.recorded(name)
	l.color = faded(l.color, historyShare)
	l.label += " before the fork"
	entries := p.entries
	if p.draw(r.History, name, l) && labelled {
		p.entries = entries
	}
}

// fork marks the step at which the run left its parent.
func (p *panel) fork(r *Run, labelled bool) {
	if r.Config.Parent == nil {
		return
	}
	line := hplot.VLine(float64(r.Config.Parent.Step), nil, nil)
	line.Line = draw.LineStyle{Color: grey, Width: 0.8}
	p.Add(line)
	if labelled {
		p.entries = append(p.entries, entry{label: "fork", note: " at step " + PlainNumber(float64(r.Config.Parent.Step)), sample: upright{line.Line}})
	}
}

// formerHeight is the level l of the parent, if it is that of another η of the same optimizer.
func (r *Run) formerHeight(l level) (y float64, ok bool) {
	if r.Config.Parent == nil {
		return 0, false
	}
	changed := r.Config.Parent.Changed
	lr, err := strconv.ParseFloat(changed["EOSS_LR"], 64)
	ok = err == nil && lr > 0 && l.times/lr <= largest && changed["EOSS_OPTIMIZER"] == "" && changed["EOSS_MOMENTUM"] == ""
	return l.times / lr, ok
}

// formerLevel draws the level l of the parent over its own steps, pale and wide: where a new level has its height, both are seen.
func (p *panel) formerLevel(r *Run, l level) {
	y, ok := r.formerHeight(l)
	if !ok {
		return
	}
	line, err := plotter.NewLine(plotter.XYs{{X: float64(r.Config.Parent.First), Y: y}, {X: float64(r.Config.Parent.Step), Y: y}})
	if err != nil {
		return // y is finite
	}
	line.LineStyle = draw.LineStyle{Color: faded(black, historyShare), Width: 2, Dashes: l.dashes}
	p.levels = append(p.levels, y)
	p.Add(line)
	p.entries = append(p.entries, entry{label: l.label + " before", note: " = " + PlainNumber(y), sample: line})
}

// upright is the legend's sample of a vertical line.
type upright struct{ draw.LineStyle }

func (u upright) Thumbnail(c *draw.Canvas) {
	x := c.Center().X
	c.StrokeLine2(u.LineStyle, x, c.Min.Y-1, x, c.Max.Y+1)
}
