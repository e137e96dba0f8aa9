package noise

import (
	"eoss/experiments/study"
	"eoss/plots"
)

func figures(s *study.Set) []study.Figure {
	var runs []study.Run
	for _, v := range variants {
		runs = append(runs, run(s, v, 0))
	}
	return []study.Figure{{
		Name: "fig7", Title: "SGD against noisy gradient descent", Runs: runs,
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			opened, err := r.Runs(runs...)
			if err != nil {
				return nil, err
			}
			g := plots.GridFigure{
				Measures: []string{"batch_sharpness_mean_ratio", "batch_sharpness", "lambda_max"},
				Rows:     make([][]plots.Tile, 2),
			}
			for i, o := range opened {
				g.Rows[i/3] = append(g.Rows[i/3], plots.Tile{Title: variants[i].title, Run: o})
			}
			sheet, err := plots.Grid(g)
			return map[string]study.Drawing{"": sheet}, err
		},
	}}
}
