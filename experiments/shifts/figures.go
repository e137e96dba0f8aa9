package shifts

import (
	"fmt"

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
				opened, err := r.Runs(x.changed, x.control, x.fresh)
				if err != nil {
					return nil, err
				}
				c := plots.ShiftCase{Title: fmt.Sprintf("(%s) %s: η = %s, b = %d", x.suffix, x.title, x.changed.Variables["EOSS_LR"], x.b),
					Changed: opened[0], Control: opened[1], Fresh: opened[2]}
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
