package plots

import "slices"

// shareHeights fixes the vertical axes: one for all tiles whose levels are the
// same, in the figure or else in a row.
func shareHeights(rows [][]tile) {
	for k := range rows[0][0].panels {
		shared := sameLevels(slices.Concat(rows...))
		var all []*panel
		for _, row := range rows {
			var panels []*panel
			for _, t := range row {
				panels = append(panels, t.panels[k])
			}
			all = append(all, panels...)
			switch {
			case shared:
			case sameLevels(row):
				finishTogether(panels)
				bareHeights(panels[1:])
			default:
				for _, p := range panels {
					p.finish()
				}
			}
		}
		if shared {
			finishTogether(all)
			for i, p := range all {
				if i%len(rows[0]) > 0 {
					bareHeights([]*panel{p})
				}
			}
		}
	}
}

func bareHeights(panels []*panel) {
	for _, p := range panels {
		p.Y.Tick.Marker = blankTicks{p.Y.Tick.Marker}
	}
}

func sameLevels(tiles []tile) bool {
	return !slices.ContainsFunc(tiles, func(t tile) bool {
		return !slices.Equal(t.panels[0].levels, tiles[0].panels[0].levels)
	})
}

// shareSteps fixes the horizontal axes, labelled below the lowest tiles, or
// below all when the tiles of a column do not share theirs.
func shareSteps(rows [][]tile, runs [][]Tile) {
	shared := true
	for j := range rows[0] {
		least, most := runs[0][j].Run.plannedSteps(), 0.0
		for i := range rows {
			steps := runs[i][j].Run.plannedSteps()
			least, most = min(least, steps), max(most, steps)
		}
		shared = shared && most <= 2*least
	}
	for j := range rows[0] {
		var column []*panel
		for _, row := range rows {
			column = append(column, row[j].panels...)
		}
		first, last := stepsOfAll(column)
		for i, row := range rows {
			panels := row[j].panels
			lowest := panels[len(panels)-1]
			if !shared {
				first, last = stepsOfAll(panels)
			}
			setSteps(panels, first, last)
			for _, p := range panels {
				if p != lowest || shared && i < len(rows)-1 {
					p.X.Tick.Marker = bareTicks{p.X.Tick.Marker}
				}
			}
			if i == len(rows)-1 {
				lowest.X.Label.Text = "step"
				if label := runs[i][j].Run.stepLabel(); len(rows) == 1 {
					lowest.X.Label.Text = label
				}
			}
		}
	}
}

// plannedSteps is EOSS_STEPS, which a run that diverged or converged did not reach.
func (r *Run) plannedSteps() float64 {
	if steps, err := r.positive("EOSS_STEPS"); err == nil {
		return steps
	}
	return float64(r.lastStep())
}
