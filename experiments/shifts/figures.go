package shifts

import (
	"fmt"
	"slices"

	"eoss/experiments/study"
	"eoss/plots"
)

func figures(s *study.Set) []study.Figure {
	var all []shift
	for _, c := range changes {
		all = append(all, shiftOf(s, c, 0))
	}
	return []study.Figure{{
		Name: "fig5", Title: "the step size or the batch size changed at the edge", Runs: runs(all...),
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			drawn := map[string]study.Drawing{}
			var cases []plots.ShiftCase
			for _, x := range all {
				c, err := x.panels(r)
				if err != nil {
					return nil, err
				}
				if drawn[x.suffix], err = plots.Shift("", c); err != nil {
					return nil, err
				}
				cases = append(cases, c)
			}
			tiled, err := plots.Shift("", cases...)
			drawn[""] = tiled
			return drawn, err
		},
	}}
}

// panels are a column of Figure 5.
func (x shift) panels(r *study.Results) (plots.ShiftCase, error) {
	opened, err := r.Runs(x.changed, x.first, x.control, x.firstControl, x.fresh)
	if err != nil {
		return plots.ShiftCase{}, err
	}
	return plots.ShiftCase{Title: fmt.Sprintf("(%s) %s: η = %s, b = %d", x.suffix, x.title, x.changed.Variables["EOSS_LR"], x.b),
		Changed: closer(opened[0], opened[1]), Control: closer(opened[2], opened[3]), Fresh: opened[4]}, nil
}

// closer is the run with its first steps as first has measured them.
func closer(run, first *plots.Run) *plots.Run {
	until := first.Rows[len(first.Rows)-1].Step
	both := *run
	both.Rows = slices.Clone(first.Rows)
	for _, row := range run.Rows {
		if row.Step > until {
			both.Rows = append(both.Rows, row)
		}
	}
	return &both
}
