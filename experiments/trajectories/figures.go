package trajectories

import (
	"errors"
	"fmt"
	"slices"

	"eoss/experiments/study"
	"eoss/plots"
)

// What the figures draw, the first at the bottom.
var (
	sharpness = []string{"step_sharpness", "lambda_max", "batch_sharpness_mean_ratio", "batch_sharpness"}
	ofBatch   = []string{"step_lambda_b_max", "lambda_b_max", "lambda_max"}
)

// panels are one of Figures 17 to 26: a model, three b, and η (the paper's). Where its text and its captions disagree on η, the others
// follow, each a drawing of its own.
type panels struct {
	name, model string
	measures    []string
	rates       []float64
}

var byBatch = []panels{
	{"fig17", "mlp", sharpness, []float64{0.01, 0.004, 0.002}}, {"fig18", "cnn", sharpness, []float64{0.03}}, {"fig19", "resnet14", sharpness, []float64{0.005}},
	{"fig20", "mlp", ofBatch, []float64{0.004}}, {"fig21", "mlp", ofBatch, []float64{0.01, 0.002}},
	{"fig22", "mlp-l", ofBatch, []float64{0.002}}, {"fig23", "mlp-l", ofBatch, []float64{0.004}},
	{"fig24", "cnn", ofBatch, []float64{0.02}}, {"fig25", "cnn", ofBatch, []float64{0.005}}, {"fig26", "resnet14", ofBatch, []float64{0.005}},
}

// others are the further η that the set has runs of: η = 0.002 takes five times the steps of 0.01, too many for the quick one.
func (p panels) others(s *study.Set) []float64 {
	return slices.DeleteFunc(slices.Clone(p.rates[1:]), func(lr float64) bool { return s.Profile.Name == "quick" && lr < 0.004 })
}

func (p panels) figure(s *study.Set) study.Figure {
	what := "Batch Sharpness, λmax and the steps' batches"
	if p.measures[0] == "step_lambda_b_max" {
		what = "λᵇmax, λmax and the steps' batches"
	}
	f := grid(s, p.name, fmt.Sprintf("%s, η = %g: %s", p.model, s.Eta(p.model, p.rates[0]), what), p.measures, ofBatches(s, p.model, p.rates[0], threeBatches...))
	for _, lr := range p.others(s) {
		f = with(f, fmt.Sprintf("-eta%g", s.Eta(p.model, lr)), grid(s, "", "", p.measures, ofBatches(s, p.model, lr, threeBatches...)))
	}
	return f
}

// with is a figure with the drawing of another beside its own, under a suffix. In part, it is left out while its runs are not done.
func with(f study.Figure, suffix string, other study.Figure) study.Figure {
	own := f.Draw
	f.Runs = slices.Concat(f.Runs, other.Runs)
	f.Draw = func(r *study.Results) (map[string]study.Drawing, error) {
		drawings, err := own(r)
		if err != nil {
			return nil, err
		}
		switch more, err := other.Draw(r); {
		case err == nil:
			drawings[suffix] = more[""]
		case !r.Partial || !errors.As(err, new(*study.UndoneError)):
			return nil, err
		}
		return drawings, nil
	}
	return f
}

func figures(s *study.Set) []study.Figure {
	list := []study.Figure{fig1(s), fig2(s), fig3(s), fig4(s)}
	for _, p := range byBatch {
		list = append(list, p.figure(s))
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

// grid is a figure of rows of runs. In part, it is of the whole rows, a single row of its finished runs.
func grid(s *study.Set, name, title string, measures []string, rows ...[]study.Run) study.Figure {
	var all []study.Run
	for _, row := range rows {
		all = append(all, row...)
	}
	return study.Figure{Name: name, Title: title, Runs: all, Draw: func(r *study.Results) (map[string]study.Drawing, error) {
		g := plots.GridFigure{Measures: measures, Loss: true}
		var missing error
		read, drawn := r.Runs, 0
		if len(rows) == 1 {
			read = r.Done
		}
		for _, row := range rows {
			opened, err := read(row...)
			switch {
			case r.Partial && errors.As(err, new(*study.UndoneError)):
				missing = err
				continue
			case err != nil:
				return nil, err
			}
			g.Rows = append(g.Rows, tiles(opened))
			drawn += len(opened)
		}
		if len(g.Rows) == 0 {
			return nil, missing
		}
		g.Note = inPart(drawn, len(all))
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
	return study.Figure{Name: "fig4", Title: "catapults on the plateau, measured every few steps", Runs: []study.Run{run}, SGD: true,
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			opened, err := r.Run(run)
			if err != nil {
				return nil, err
			}
			found, _, err := catapultsOf(r, run)
			if err != nil {
				return nil, err
			}
			sheet, err := plots.TrajectoryWindow(opened, window(opened.Config.Parent.Step, found))
			return map[string]study.Drawing{"": sheet}, err
		}}
}

// window is Figure 4's, with the catapults whose loss has a bump.
func window(first int, found []Catapult) plots.Window {
	w := plots.Window{First: first, Last: first + catapultSteps,
		MarkLabel: fmt.Sprintf("cycle with loss > %g × before (%d of %d)", bumpHeight, bumps(found), len(found)),
		Note:      fmt.Sprintf("a cycle: Batch Sharpness (mean of ratios) above %g × 2/η, marked at its highest, then below %g × 2/η, and back at 2/η", over, under)}
	for _, c := range found {
		if c.HasBump() {
			w.Marks = append(w.Marks, c.Peak)
		}
	}
	return w
}
