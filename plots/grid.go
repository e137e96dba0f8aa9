package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Tile is one run of a [Grid].
type Tile struct {
	Title string
	Run   *Run
}

// GridFigure is rows of tiles, one run each.
type GridFigure struct {
	Caption string
	// Measures are drawn in this order, the first at the bottom: step_sharpness, step_lambda_b_max, lambda_b_max, lambda_max, batch_sharpness_mean_ratio,
	// batch_sharpness. A run that has none of them is an error.
	Measures []string
	Loss     bool // a panel with the training loss below each tile
	Rows     [][]Tile
	// First and Last are the steps that are shown; 0 and 0: all.
	First, Last int
}

// Grid draws tiles of trajectories, as in Figures 2, 3, 7 and 17 to 26: the named measures against 2/η, and against 4/η where λᵇmax
// is drawn, with one legend for all of them.
func Grid(g GridFigure) (*Sheet, error) {
	var frames [][]*frame
	var shared []entry
	for i, row := range g.Rows {
		var upper, lower []*frame
		for _, t := range row {
			a, b, err := g.tile(t, i == len(g.Rows)-1)
			if err != nil {
				return nil, err
			}
			upper = append(upper, a)
			if b != nil {
				lower = append(lower, b)
			}
		}
		if len(upper) == 0 {
			return nil, fmt.Errorf("a row of the figure %q has no tiles: leave it out", g.Caption)
		}
		frames = append(frames, upper)
		if lower != nil {
			frames = append(frames, lower)
		}
	}
	if len(frames) == 0 {
		return nil, fmt.Errorf("the figure %q has no tiles: give it one or more", g.Caption)
	}
	height := 1.9
	if g.Loss {
		height = 2.6
	}
	sheet := newSheet(g.Caption, g.width(), vg.Length(0.75+height*float64(len(g.Rows)))*vg.Inch, frames...)
	for _, row := range frames {
		for _, f := range row {
			f.share(&shared)
		}
	}
	sheet.shared = shared
	return sheet, nil
}

func (g GridFigure) width() vg.Length {
	widest := 0
	for _, row := range g.Rows {
		widest = max(widest, len(row))
	}
	if widest == 1 {
		return figureWidth
	}
	return vg.Length(min(3.1*float64(widest), 9.3)) * vg.Inch
}

// tile is the panel of one run and, if it is wanted, that of its loss.
func (g GridFigure) tile(t Tile, lowest bool) (upper, lower *frame, err error) {
	lr, err := t.Run.positive("EOSS_LR")
	if err != nil {
		return nil, nil, err
	}
	upper = newSteps("curvature", false)
	upper.weight = 2
	drawn := map[string]bool{}
	for _, name := range g.Measures {
		drawn[name] = upper.measure(g.rows(t.Run), name)
	}
	if upper.empty() {
		return nil, nil, fmt.Errorf("%s has nothing to draw of %s between steps %d and %d", t.Run.Dir, strings.Join(g.Measures, ", "), g.First, g.Last)
	}
	levels, err := t.Run.levels(drawn, lr)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range levels {
		upper.level(l.times/lr, l.label, threshold(l.dashes...))
	}
	upper.title = t.Title
	upper.spanSteps()
	if g.Loss {
		lower = newSteps("loss", true)
		lower.weight = 0.8
		for _, name := range []string{"step_loss", "loss"} {
			lower.measure(g.rows(t.Run), name)
		}
		if lower.empty() {
			return nil, nil, fmt.Errorf("%s has no loss to draw", t.Run.Dir)
		}
		lower.spanSteps()
		upper.upperOf(lower)
	}
	for _, f := range []*frame{upper, lower} {
		if f != nil && !(lowest && (f == lower || lower == nil)) {
			f.X.Label.Text = ""
		}
	}
	return upper, lower, nil
}
