package plots_test

import (
	"slices"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/plots"
)

// without is the run without the rows of a measure.
func without(r *plots.Run, name string) *plots.Run {
	r.Rows = slices.DeleteFunc(r.Rows, func(row record.Row) bool { return row.Name == name })
	return r
}

func TestSeveralRefusals(t *testing.T) {
	run := func(dir string) *plots.Run { return several(dir, 1000, nil) }
	tiles := func(runs ...*plots.Run) (row []plots.Tile) {
		for _, r := range runs {
			row = append(row, plots.Tile{Run: r})
		}
		return row
	}
	drawGrid := func(measures []string, rows ...[]plots.Tile) error {
		_, err := plots.Grid(plots.GridFigure{Rows: rows, Measures: measures, Loss: true})
		return err
	}
	compare := func(c plots.CompareFigure, runs ...*plots.Run) error {
		c.Runs = tiles(runs...)
		_, err := plots.Compare(c)
		return err
	}
	shifts := func(change func(*plots.ShiftCase)) error {
		s := shift("EOSS_LR", "0.02")
		change(&s)
		_, err := plots.Shift("", shift("EOSS_BATCH", "4"), s)
		return err
	}
	window := func(w plots.Window) error {
		_, err := plots.TrajectoryWindow(run("runs/a"), w)
		return err
	}
	noLR := run("runs/nolr")
	delete(noLR.Config.Variables, "EOSS_LR")
	for _, c := range []struct {
		err  error
		want string
	}{
		{drawGrid(sharpnesses), "at least one"},
		{drawGrid(nil, tiles(run("runs/a"))), "name some"},
		{drawGrid([]string{"tea"}, tiles(run("runs/a"))), `no figure draws a measure "tea"; they draw batch_sharpness, `},
		{drawGrid(sharpnesses, tiles(run("runs/a"), nil)), "row 1, column 2"},
		{drawGrid(sharpnesses, tiles(run("runs/a")), tiles(run("runs/a"), run("runs/b"))), "row 2 of the grid has 2 runs"},
		{drawGrid(sharpnesses, tiles(run("runs/a"), without(run("runs/b"), "lambda_max"))), "runs/b/metrics.jsonl has no lambda_max to draw: name it in EOSS_MEASURE"},
		{drawGrid(sharpnesses, tiles(without(run("runs/b"), "loss"))), "runs/b/metrics.jsonl has no loss to draw"},
		{drawGrid(sharpnesses, tiles(run("runs/a"), noLR)), "runs/nolr/config.json: no EOSS_LR"},
		{compare(plots.CompareFigure{Measure: "lambda_max"}), "at least one"},
		{compare(plots.CompareFigure{Measure: "tea"}, run("runs/a")), `"tea"`},
		{compare(plots.CompareFigure{Measure: "lambda_max"}, run("runs/a"), without(run("runs/b"), "lambda_max")), "runs/b/metrics.jsonl has no lambda_max"},
		{compare(plots.CompareFigure{Measure: "lambda_max", Axis: plots.Time}, noLR), "runs/nolr/config.json: no EOSS_LR"},
		{compare(plots.CompareFigure{Measure: "lambda_max"}, run("runs/a"), nil), "run 2 of the comparison is missing"},
		{shifts(func(s *plots.ShiftCase) { s.Control = nil }), "change 2: there is no control"},
		{shifts(func(s *plots.ShiftCase) { s.Changed = run("runs/f") }), "change 2: runs/f is no fork"},
		{shifts(func(s *plots.ShiftCase) { s.Fresh = s.Changed }), "runs/fork is a fork, so it cannot be the run from scratch"},
		{shifts(func(s *plots.ShiftCase) { s.Fresh = run("runs/s") }), "runs/s differs from runs/fork in EOSS_LR"},
		{shifts(func(s *plots.ShiftCase) { s.Control = s.Changed }), "runs/fork changes EOSS_LR, so it is no control"},
		{shifts(func(s *plots.ShiftCase) { s.Changed = s.Control }), "runs/control changes nothing"},
		{shifts(func(s *plots.ShiftCase) { s.Control.Config.Parent.Step = 400 }), "fork both from one checkpoint"},
		{shifts(func(s *plots.ShiftCase) { without(s.Control, "lambda_b_max") }), "runs/control/metrics.jsonl has no lambda_b_max"},
		{window(plots.Window{First: 2000, Last: 3000}), "runs/a/metrics.jsonl holds no measurements from step 2000 to step 3000; it goes to step 1000"},
		{window(plots.Window{First: 300, Last: 200}), "runs/a: a window from step 300 to step 200"},
	} {
		switch {
		case c.err == nil:
			t.Errorf("drawn, want %q", c.want)
		case !strings.Contains(c.err.Error(), c.want) || strings.Contains(c.err.Error(), "\n"):
			t.Errorf("%q lacks %q, or has several lines", c.err, c.want)
		}
	}
}

func TestCompareAxes(t *testing.T) {
	runs := grid([]string{"0.01"}, []string{"16", "64"}, 1000)[0]
	for axis, want := range map[plots.Axis]float64{plots.Steps: 1000, plots.Epochs: 1000. / 512, plots.Time: 10} {
		figure, err := plots.Compare(plots.CompareFigure{Runs: runs, Measure: "batch_sharpness", Axis: axis, Loss: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := plots.End(figure); got != want {
			t.Errorf("axis %d ends at %g, want %g", axis, got, want)
		}
	}
}
