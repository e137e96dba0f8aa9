package scaling

import (
	"errors"
	"strings"

	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

// ranges are the regimes of the trained gap with the paper's exponents (appendix G).
var ranges = []struct {
	lo, hi, stated float64
}{{2, 10, 0}, {10, 100, -0.7}, {100, 1000, -1}}

// references are the paper's exponents other than 0, each where it states them.
var references = []plots.Reference{
	{Exponent: ranges[1].stated, Range: plots.Range{From: ranges[1].lo, To: ranges[1].hi}},
	{Exponent: ranges[2].stated, Range: plots.Range{From: ranges[2].lo, To: ranges[2].hi}},
}

// pieces are the fits of the regimes from the first to before the last, of those that hold three points at least.
func pieces(all []fit.Point, first, last int) (list []plots.GapFit) {
	for _, r := range ranges[first:last] {
		if _, f, err := power(all, plots.B, r.lo, r.hi); err == nil {
			list = append(list, f)
		}
	}
	return list
}

func fig9(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	left, leftGroups, out, err := trained(s, r, toLargest)
	if err != nil {
		return nil, err
	}
	right, rightGroups, _, err := trained(s, r, gaps)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(sweepCaption("Gaps of trained networks", s, out), []plots.GapPanel{
		{Y: "largest λ_{max} − λ_{max}", X: plots.B, Log: true, Groups: leftGroups, Fits: pieces(left, 1, 2)},
		{X: plots.B, Log: true, Groups: rightGroups, Fits: pieces(right, 1, 3)},
	})
}

func fig13(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	all, groups, out, err := trained(s, r, gaps)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(sweepCaption("Gap of trained networks", s, out),
		[]plots.GapPanel{{X: plots.B, Log: true, Groups: groups, Fits: pieces(all, 0, 3), References: references}})
}

// fig14 shows both laws: the caption's 1/√b and the text's b^−0.7.
func fig14(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverRootB, 10, 100, plots.OverRootB, plots.Variable{Power: -0.7})
}

func fig15(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverB, 100, 1000, plots.OverB)
}

// sweepCaption is the caption of the mlp's sweep, with the runs that diverged.
func sweepCaption(title string, s *study.Set, diverged []string) string {
	return strings.Join(append([]string{caption(title, families(s)[0].runs(s))}, diverged...), "; ")
}

// straight draws the gap against a power of b in a range, with a line for each law that three points or more are left for.
func straight(s *study.Set, r *study.Results, x plots.Variable, lo, hi float64, laws ...plots.Variable) (*plots.Sheet, error) {
	all, groups, out, err := trained(s, r, gaps)
	if err != nil {
		return nil, err
	}
	for i, g := range groups {
		var kept []plots.Measured
		for _, p := range g.Points {
			if p.X >= lo && p.X <= hi {
				kept = append(kept, p)
			}
		}
		groups[i].Points = kept
	}
	panel := plots.GapPanel{X: x, Groups: groups}
	for _, law := range laws {
		f, err := line(all, law, lo, hi)
		switch {
		case errors.Is(err, fit.ErrFewPoints): // where a run diverged
		case err != nil:
			return nil, err
		default:
			panel.Fits = append(panel.Fits, f)
		}
	}
	return plots.GapPlot(sweepCaption("Gap of trained networks", s, out), []plots.GapPanel{panel})
}
