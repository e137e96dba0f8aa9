package scaling

import (
	"errors"
	"fmt"
	"slices"

	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

// regime is a range of batch sizes, with the paper's exponent of the trained gap in it (appendix G).
type regime struct{ lo, hi, stated float64 }

var ranges = []regime{{2, 10, 0}, {10, 100, -0.7}, {100, 1000, -1}}

// expected is where the exponent is: hardly falling is at most as b^±0.2.
func (g regime) expected() study.Range {
	if g.stated == 0 {
		return study.Between(-0.2, 0.2)
	}
	return study.Around(g.stated, 0.15)
}

// references are the paper's exponents other than 0, each where it states them.
var references = []plots.Reference{
	{Exponent: ranges[1].stated, Range: plots.Range{From: ranges[1].lo, To: ranges[1].hi}},
	{Exponent: ranges[2].stated, Range: plots.Range{From: ranges[2].lo, To: ranges[2].hi}},
}

// pieces are the fits of the regimes from the first to before the last; notes say where, on a side of the figure, points do not make one.
func pieces(side string, all []fit.Point, first, last int) (list []plots.GapFit, notes []string, err error) {
	for _, r := range ranges[first:last] {
		_, f, err := power(all, plots.B, r.lo, r.hi)
		if note := noLine("no fit"+side, err, r.lo, r.hi); note != "" {
			notes = append(notes, note)
		} else if err != nil {
			return nil, nil, err
		} else {
			list = append(list, f)
		}
	}
	return list, notes, nil
}

// noLine says why there is no line, if err is that runs which diverged left too few points.
func noLine(what string, err error, lo, hi float64) string {
	switch {
	case errors.Is(err, fit.ErrFewPoints):
		return fmt.Sprintf("%s: fewer than three points in [%g, %g]", what, lo, hi)
	case errors.Is(err, fit.ErrOnePlace):
		return fmt.Sprintf("%s: one batch size in [%g, %g]", what, lo, hi)
	}
	return ""
}

func fig9(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	w, err := sweepOf(s, r)
	if err != nil {
		return nil, err
	}
	panels, notes, err := w.bothGaps()
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(w.caption("Gaps of trained networks", notes...), panels)
}

// bothGaps are those of λmax to its largest, and of λᵇmax to λmax.
func (w swept) bothGaps() (panels []plots.GapPanel, notes []string, err error) {
	left, leftGroups := w.gaps(toLargest)
	right, rightGroups := w.gaps(gaps)
	leftFits, leftNotes, err := pieces(" on the left", left, 1, 2)
	if err != nil {
		return nil, nil, err
	}
	rightFits, rightNotes, err := pieces(" on the right", right, 1, 3)
	if err != nil {
		return nil, nil, err
	}
	return []plots.GapPanel{
		{Y: "largest λ_{max} − λ_{max}", X: plots.B, Log: true, Groups: leftGroups, Fits: leftFits},
		{X: plots.B, Log: true, Groups: rightGroups, Fits: rightFits},
	}, slices.Concat([]string{w.largestAt()}, leftNotes, rightNotes), nil
}

func fig13(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	w, err := sweepOf(s, r)
	if err != nil {
		return nil, err
	}
	all, groups := w.gaps(gaps)
	fits, notes, err := pieces("", all, 0, 3)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(w.caption("Gap of trained networks", notes...),
		[]plots.GapPanel{{X: plots.B, Log: true, Groups: groups, Fits: fits, References: references}})
}

// fig14 shows both laws: the caption's 1/√b and the text's b^−0.7.
func fig14(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverRootB, 10, 100, plots.OverRootB, plots.Variable{Power: ranges[1].stated})
}

func fig15(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverB, 100, 1000, plots.OverB)
}

// straight draws the gap against a power of b in a range, with a line for each law.
func straight(s *study.Set, r *study.Results, x plots.Variable, lo, hi float64, laws ...plots.Variable) (*plots.Sheet, error) {
	w, err := sweepOf(s, r)
	if err != nil {
		return nil, err
	}
	panel, notes, err := w.straight(x, lo, hi, laws...)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(w.caption("Gap of trained networks", notes...), []plots.GapPanel{panel})
}

func (w swept) straight(x plots.Variable, lo, hi float64, laws ...plots.Variable) (panel plots.GapPanel, notes []string, err error) {
	all, groups := w.gaps(gaps)
	for i, g := range groups {
		groups[i].Points = slices.DeleteFunc(g.Points, func(p plots.Measured) bool { return p.X < lo || p.X > hi })
	}
	panel = plots.GapPanel{X: x, Groups: groups}
	for _, law := range laws {
		f, err := line(all, law, lo, hi)
		if note := noLine("no line", err, lo, hi); note != "" {
			return panel, []string{note}, nil // as for the other laws
		} else if err != nil {
			return panel, nil, err
		}
		panel.Fits = append(panel.Fits, f)
	}
	return panel, nil, nil
}
