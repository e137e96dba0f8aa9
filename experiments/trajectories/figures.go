package trajectories

import (
	"errors"
	"fmt"

	"eoss/experiments/study"
	"eoss/plots"
)

// What the figures draw, the first at the bottom.
var (
	sharpness = []string{"step_sharpness", "lambda_max", "batch_sharpness_mean_ratio", "batch_sharpness"}
	ofBatch   = []string{"step_lambda_b_max", "lambda_b_max", "lambda_max"}
)

// byBatch are Figures 17 to 26: one model and η (the paper's), three b.
var byBatch = []struct {
	name, model string
	lr          float64
	measures    []string
}{
	{"fig17", "mlp", 0.01, sharpness}, {"fig18", "cnn", 0.03, sharpness}, {"fig19", "resnet14", 0.005, sharpness},
	{"fig20", "mlp", 0.004, ofBatch}, {"fig21", "mlp", 0.01, ofBatch}, {"fig22", "mlp-l", 0.002, ofBatch}, {"fig23", "mlp-l", 0.004, ofBatch},
	{"fig24", "cnn", 0.02, ofBatch}, {"fig25", "cnn", 0.005, ofBatch}, {"fig26", "resnet14", 0.005, ofBatch},
}

func figures(s *study.Set) []study.Figure {
	list := []study.Figure{fig1(s), fig2(s), fig3(s), fig4(s)}
	for _, f := range byBatch {
		what := "Batch Sharpness, λmax and the steps' batches"
		if f.measures[0] == "step_lambda_b_max" {
			what = "λᵇmax, λmax and the steps' batches"
		}
		list = append(list, grid(s, f.name, fmt.Sprintf("%s, η = %g: %s", f.model, s.Eta(f.model, f.lr), what), f.measures,
			ofBatches(s, f.model, f.lr, threeBatches...)))
	}
	return list
}

// tiles are runs that say themselves how they differ.
func tiles(runs []*plots.Run) (list []plots.Tile) {
	for _, r := range runs {
		list = append(list, plots.Tile{Run: r})
	}
	return list
}

// grid is a figure of rows of runs. In part, it is of the whole rows.
func grid(s *study.Set, name, title string, measures []string, rows ...[]study.Run) study.Figure {
	var all []study.Run
	for _, row := range rows {
		all = append(all, row...)
	}
	return study.Figure{Name: name, Title: title, Runs: all, Draw: func(r *study.Results) (map[string]study.Drawing, error) {
		g := plots.GridFigure{Measures: measures, Loss: true}
		var missing error
		for _, row := range rows {
			opened, err := r.Runs(row...)
			switch {
			case r.Partial && errors.As(err, new(*study.UndoneError)):
				missing = err
				continue
			case err != nil:
				return nil, err
			}
			g.Rows = append(g.Rows, tiles(opened))
		}
		if len(g.Rows) == 0 {
			return nil, missing
		}
		g.Note = inPart(len(g.Rows)*len(rows[0]), len(all))
		sheet, err := plots.Grid(g)
		return map[string]study.Drawing{"": sheet}, err
	}}
}

// inPart is what a figure says that is drawn before all its runs are done.
func inPart(drawn, all int) string {
	if drawn == all {
		return ""
	}
	return fmt.Sprintf("in part: %d of %d runs", drawn, all)
}

func fig1(s *study.Set) study.Figure {
	runs := append(ofBatches(s, "mlp", 0.005, threeBatches...), descent(s, 0))
	return study.Figure{Name: "fig1", Title: "λmax of several batch sizes and of full-batch gradient descent", Runs: runs,
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			opened, err := r.Done(runs...)
			if err != nil {
				return nil, err
			}
			sheet, err := plots.Compare(plots.CompareFigure{Measure: "lambda_max", Loss: true, Runs: tiles(opened), Note: inPart(len(opened), len(runs))})
			return map[string]study.Drawing{"": sheet}, err
		}}
}

func fig2(s *study.Set) study.Figure {
	var rows [][]study.Run
	for _, lr := range gridRates {
		rows = append(rows, ofBatches(s, "mlp", lr, gridBatches...))
	}
	return grid(s, "fig2", "the edge for several step sizes and batch sizes", sharpness, rows...)
}

func fig3(s *study.Set) study.Figure {
	var rows [][]study.Run
	for _, row := range threeNetworks {
		rows = append(rows, ofBatches(s, row.model, row.lr, threeBatches...))
	}
	return grid(s, "fig3", "the sharpnesses of three networks", sharpness, rows...)
}

func fig4(s *study.Set) study.Figure {
	run := catapults(s, 0)
	return study.Figure{Name: "fig4", Title: "catapults on the plateau, measured every few steps", Runs: []study.Run{run},
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			opened, err := r.Run(run)
			if err != nil {
				return nil, err
			}
			found, _, err := catapultsOf(r, run)
			if err != nil {
				return nil, err
			}
			first := opened.Config.Parent.Step
			window := plots.Window{First: first, Last: first + catapultSteps}
			for _, c := range found {
				if c.HasBump() {
					window.Catapults = append(window.Catapults, c.Peak)
				}
			}
			sheet, err := plots.TrajectoryWindow(opened, window)
			return map[string]study.Drawing{"": sheet}, err
		}}
}
