package scaling

import (
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

// ranges are the regimes of the trained gap with the paper's exponents (appendix G).
var ranges = []struct {
	lo, hi, stated float64
}{{2, 10, 0}, {10, 100, -0.7}, {100, 1000, -1}}

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
	left, leftGroups, err := trained(s, r, toLargest)
	if err != nil {
		return nil, err
	}
	right, rightGroups, err := trained(s, r, gaps)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(caption("Gaps of trained networks", families(s)[0].runs(s)), []plots.GapPanel{
		{Y: "largest λ_{max} − λ_{max}", X: plots.B, Log: true, Groups: leftGroups, Fits: pieces(left, 1, 2)},
		{X: plots.B, Log: true, Groups: rightGroups, Fits: pieces(right, 1, 3)},
	})
}

func fig13(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	all, groups, err := trained(s, r, gaps)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(caption("Gap of trained networks", families(s)[0].runs(s)),
		[]plots.GapPanel{{X: plots.B, Log: true, Groups: groups, Fits: pieces(all, 0, 3), References: []float64{-0.7, -1}}})
}

// fig14 shows both laws: the caption's 1/√b and the text's b^−0.7.
func fig14(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverRootB, 10, 100, plots.OverRootB, plots.Variable{Power: -0.7})
}

func fig15(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	return straight(s, r, plots.OverB, 100, 1000, plots.OverB)
}

// straight draws the gap against a power of b in a range, with a line for each law.
func straight(s *study.Set, r *study.Results, x plots.Variable, lo, hi float64, laws ...plots.Variable) (*plots.Sheet, error) {
	all, groups, err := trained(s, r, gaps)
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
		if err != nil {
			return nil, err
		}
		panel.Fits = append(panel.Fits, f)
	}
	return plots.GapPlot(caption("Gap of trained networks", families(s)[0].runs(s)), []plots.GapPanel{panel})
}
