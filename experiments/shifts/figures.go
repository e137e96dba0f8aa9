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
				if drawn[x.suffix], err = plots.Shift(caption(all[0]), c); err != nil {
					return nil, err
				}
				cases = append(cases, c)
			}
			tiled, err := plots.Shift(caption(all[0]), cases...)
			drawn[""] = tiled
			return drawn, err
		},
	}}
}

// caption says what is trained before the change.
func caption(x shift) string {
	v := x.control.Variables
	return fmt.Sprintf("%s on %s, n = %s: η = %s, b = %s changed at step %d of %s, seed %s", v["EOSS_MODEL"], v["EOSS_DATASET"], v["EOSS_N"], v["EOSS_LR"], v["EOSS_BATCH"],
		x.at, v["EOSS_STEPS"], v["EOSS_SEED"])
}
