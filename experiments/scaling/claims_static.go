package scaling

import (
	"cmp"
	"fmt"
	"slices"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/plots"
)

// staticCase is a row of claim 11: the networks of one model, before their first step or after their last.
type staticCase struct {
	model string
	runs  []study.Run
	atEnd bool
}

// inverse is where the exponent of 1/b is expected.
var inverse = study.Between(-1.15, -0.85)

func staticClaim(s *study.Set) study.Claim {
	mlp, cnn := statics(s, "mlp"), statics(s, "cnn")
	return study.Claim{
		Number: 11, Stated: "the static gap λᵇmax − λmax is proportional to 1/b", Expected: inverse.Words,
		Runs: append(slices.Clone(mlp), cnn...),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			for _, c := range []staticCase{{"mlp", mlp, true}, {"mlp", mlp, false}, {"cnn", cnn, true}} {
				row, err := c.row(r, float64(s.Size(c.model)))
				if err != nil {
					return rows, err
				}
				rows = append(rows, row)
			}
			return rows, nil
		},
	}
}

// row judges the slope of the gap of n images against b.
func (c staticCase) row(r *study.Results, n float64) (study.Row, error) {
	title := func(when string) string { return fmt.Sprintf("%s %s, b ≤ %g", c.model, when, n/16) }
	when, reached, err := c.trained(r)
	if err != nil {
		return study.Absent(title("at convergence"), "", err)
	}
	all, _, err := staticGaps(r, c.runs, c.atEnd)
	if err != nil {
		return study.Absent(title(when), "", err)
	}
	f, _, err := power(all, plots.OverBLess(n), 2, n/16)
	if err != nil {
		return study.Row{}, err
	}
	m := interval(f.Exponent) // of 1/b − 1/n: its negative is that of b, freed of the end at b = n
	m = experiments.Interval{Value: -m.Value, Lo: -m.Hi, Hi: -m.Lo}
	return study.Row{Case: title(when), Measured: m, Unit: "slope", Note: "log-log, against 1/b − 1/n; " + c.networks() + reached}.In(inverse), nil
}

// trained says when the gap is measured, and how far training had come by then.
func (c staticCase) trained(r *study.Results) (when, reached string, err error) {
	if !c.atEnd {
		return "at initialisation", "", nil
	}
	e, err := endsOf(r, c.runs)
	if err != nil {
		return "", "", err
	}
	when = "at convergence"
	if !e.converged() {
		when = "after training"
	}
	return when, "; " + e.String(), nil
}

// networks counts and names them: at initialisation those of one seed are one network, on several subsets of the images.
func (c staticCase) networks() string {
	text := plural(len(c.runs), "network")
	if !c.atEnd {
		networks, subsets := map[string]bool{}, map[string]bool{}
		for _, run := range c.runs {
			networks[run.Variables["EOSS_SEED"]] = true
			subsets[cmp.Or(run.Variables["EOSS_SEED_DATA"], run.Variables["EOSS_SEED"])] = true
		}
		text = plural(len(networks), "network") + " on " + plural(len(subsets), "subset")
	}
	return text + ": " + seeds(c.runs)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
