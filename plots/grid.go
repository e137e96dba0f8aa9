package plots

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"eoss/internal/record"
)

// Tile is one run of a figure of several.
type Tile struct {
	Title string // if empty, the variables by which the runs of the figure differ
	Run   *Run
}

// GridFigure is trajectories side by side.
type GridFigure struct {
	Caption  string   // if empty, what the runs have in common
	Note     string   // if not empty, the end of the caption
	Measures []string // of the curvature, the first at the bottom, such as step_sharpness, lambda_max, batch_sharpness
	Loss     bool     // a panel with the training loss below each tile
	Rows     [][]Tile // of the same number of tiles
}

// Grid draws trajectories side by side, as in Figures 2, 3, 7 and 17 to 26 of
// the paper: in every tile the measures of one run against 2/η, with λᵇmax
// against 4/η as well (see [Trajectory] for other optimizers), and below them
// the training loss. The legend is one for all.
//
// Tiles share their vertical axis where their thresholds are the same, in the
// whole figure or in a row, and their horizontal axis in a column unless the
// runs were to take more than twice as many steps as one another. Outbursts
// are cut at three times the lowest threshold.
//
// It is an error when a run lacks one of the measures.
func Grid(g GridFigure) (*Figure, error) {
	runs, err := g.runs()
	if err != nil {
		return nil, err
	}
	f := &Figure{caption: noted(cmp.Or(g.Caption, caption(runs...)), g.Note), shared: true}
	names := differing(runs...)
	for i, row := range g.Rows {
		f.tiles = append(f.tiles, nil)
		for j, t := range row {
			panels, err := g.panels(t.Run, len(row) > 1)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				for _, p := range panels {
					p.Y.Label.Text = ""
				}
			}
			f.tiles[i] = append(f.tiles[i], tile{cmp.Or(t.Title, t.Run.title(names)), panels})
		}
	}
	shareHeights(f.tiles)
	shareSteps(f.tiles, g.Rows)
	alike(f.panels())
	f.fit()
	return f, nil
}

func (g GridFigure) runs() (runs []*Run, err error) {
	if len(g.Rows) == 0 || len(g.Rows[0]) == 0 {
		return nil, errors.New("a grid needs runs: give at least one")
	}
	if len(g.Measures) == 0 {
		return nil, errors.New("a grid needs measures of the curvature, such as batch_sharpness and lambda_max: name some")
	}
	for i, row := range g.Rows {
		if len(row) != len(g.Rows[0]) {
			return nil, fmt.Errorf("row %d of the grid has %d runs and row 1 has %d: give every row the same number", i+1, len(row), len(g.Rows[0]))
		}
		for j, t := range row {
			if t.Run == nil {
				return nil, fmt.Errorf("row %d, column %d of the grid has no run: give one", i+1, j+1)
			}
			runs = append(runs, t.Run)
		}
	}
	return runs, checkMeasures(g.Measures)
}

// checkMeasures refuses a measure that no figure knows.
func checkMeasures(names []string) error {
	for _, name := range names {
		if _, ok := looks[name]; !ok {
			return fmt.Errorf("no figure draws a measure %q; they draw %s", name, strings.Join(drawnMeasures(), ", "))
		}
	}
	return nil
}

// lacks is the error of a run without a measure that can be drawn.
func (r *Run) lacks(name string) error {
	return fmt.Errorf("%s has no %s to draw: name it in EOSS_MEASURE and run again", filepath.Join(r.Dir, record.MetricsFile), name)
}

// panels are those of one tile.
func (g GridFigure) panels(r *Run, small bool) ([]*panel, error) {
	curvature := newPanel("sharpness", curvatureWeight, false)
	panels, names := []*panel{curvature}, g.Measures
	if g.Loss {
		panels = append(panels, newPanel("loss", 1, true))
		names = append(slices.Clone(names), "loss")
	}
	for _, name := range names {
		if !r.has(name) {
			return nil, r.lacks(name)
		}
	}
	for i, p := range panels {
		if small {
			p.shrink()
		}
		if i == 0 {
			if err := p.against(r, g.Measures); err != nil {
				return nil, err
			}
		} else {
			p.measures(r, []string{"loss"})
		}
		p.fork(r, true)
	}
	return panels, nil
}

// fit gives the figure a size by its content.
func (f *Figure) fit() {
	columns := len(f.tiles[0])
	width := map[int]vg.Length{1: 6, 2: 3.2}[columns]
	if width == 0 {
		width = 2.3
	}
	f.size.X = (0.7 + vg.Length(columns)*(width+0.2)) * vg.Inch
	f.size.Y = 0.9 * vg.Inch
	for _, row := range f.tiles {
		f.size.Y += 0.3 * vg.Inch
		for _, p := range row[0].panels {
			f.size.Y += vg.Length(p.weight) * 0.62 * vg.Inch
		}
	}
}
