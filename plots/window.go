package plots

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"eoss/internal/record"
)

// Window is a part of a run, from step First to step Last, both included.
type Window struct {
	First, Last int
	// Marks are steps that get a small triangle at the top of every panel;
	// those outside the window are left out. MarkLabel says in the legend what they are.
	Marks     []int
	MarkLabel string
	Note      string // if not empty, the end of the caption
}

// TrajectoryWindow draws a part of the trajectory of a run, as in Figure 4 of
// the paper: the figure of [Trajectory] between two steps, with its axis up
// to ten times the lowest threshold, for the height of the catapults counts,
// and without the test loss, beside which the training loss would look flat.
//
// It is an error when the run has measured nothing within the window, and in
// the cases of Trajectory.
func TrajectoryWindow(r *Run, w Window) (*Figure, error) {
	part := *r
	within := func(rows []record.Row) (kept []record.Row) {
		for _, row := range rows {
			if w.First <= row.Step && row.Step <= w.Last {
				kept = append(kept, row)
			}
		}
		return kept
	}
	part.Rows, part.History = within(r.Rows), within(r.History)
	if w.Last <= w.First {
		return nil, fmt.Errorf("%s: a window from step %d to step %d holds no steps; give a later last step", r.Dir, w.First, w.Last)
	}
	if len(part.Rows) == 0 {
		return nil, fmt.Errorf("%s holds no measurements from step %d to step %d; it goes to step %d",
			filepath.Join(r.Dir, record.MetricsFile), w.First, w.Last, r.lastStep())
	}
	if p := r.Config.Parent; p != nil && !(w.First < p.Step && p.Step <= w.Last) {
		part.Config.Parent = nil // the fork isn't in view, or is the axis
	}
	panels, err := part.trajectoryPanels(trajectoryMeasures, "step_loss", "loss")
	if err != nil {
		return nil, err
	}
	var at []float64
	for _, step := range w.Marks {
		if w.First <= step && step <= w.Last {
			at = append(at, float64(step))
		}
	}
	slices.Sort(at)
	for i, p := range panels {
		p.reach = 10
		if len(at) > 0 {
			entries := p.entries
			p.mark(events{at: at, radius: 2.6}, w.MarkLabel, "")
			if i > 0 {
				p.entries = entries
			}
		}
	}
	text := fmt.Sprintf("%s (steps %s to %s)", caption(r), PlainNumber(float64(w.First)), PlainNumber(float64(w.Last)))
	f := newFigure(noted(strings.TrimSpace(text), w.Note), r.stepLabel(), panels...)
	setSteps(panels, float64(w.First), float64(w.Last))
	return f, nil
}
