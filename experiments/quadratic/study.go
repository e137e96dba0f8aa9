package quadratic

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"sync"

	"eoss/experiments"
	"eoss/experiments/study"
)

// Study makes the figures of the quadratic facts and judges claim 14.
var Study = study.Study{
	Name:    "quadratic",
	Title:   "the quadratic facts, exact beside simulated: sections 4, 5.3, appendices A-F, I, claim 14",
	Figures: figuresOfSet,
	Claims:  claimsOfSet,
}

// once computes the facts for all figures and the claim of a process. The seed is fixed: nothing here depends on a profile.
var once = sync.OnceValues(func() (computed, error) {
	facts, figures, err := Facts(context.Background(), Options{Seed: 0}, nil)
	return computed{facts, figures}, err
})

type computed struct {
	facts   []Fact
	figures []Figure
}

// pictures are the names and titles of the figures that Facts returns.
var pictures = []struct{ name, title string }{
	{"thresholds", "the three stability thresholds in the plane of α and γ"},
	{"replacement", "growth rate with and without replacement against η"},
	{"random-matrices", "λmax of averages of b random matrices, in both regimes"},
	{"bernstein", "deviation of averages under the matrix Bernstein bound"},
}

func figuresOfSet(*study.Set) (list []study.Figure) {
	for _, p := range pictures {
		list = append(list, study.Figure{Name: "quadratic-" + p.name, Title: p.title, Draw: func(*study.Results) (map[string]study.Drawing, error) {
			c, err := once()
			if err != nil {
				return nil, err
			}
			for _, f := range c.figures {
				if f.Name == p.name {
					sheet, err := f.Sheet()
					return map[string]study.Drawing{"": sheet}, err
				}
			}
			return nil, fmt.Errorf("the quadratic study has no figure %q", p.name)
		}})
	}
	return list
}

func claimsOfSet(*study.Set) []study.Claim {
	return []study.Claim{{
		Number: 14, Stated: "the facts about quadratics (sections 4 and 5.3, appendices A to F and I), exact against simulated",
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			c, err := once()
			if err != nil {
				return nil, err
			}
			if err := write(filepath.Join(filepath.Dir(r.Dir), "quadratic"), c.facts, c.figures); err != nil {
				return nil, err
			}
			for _, f := range c.facts {
				rows = append(rows, f.row())
			}
			return rows, nil
		},
	}}
}

// row is the fact's line in the table of claims: what the formula gives, give or take the tolerance, is expected, the second way is measured.
func (f Fact) row() study.Row {
	row := study.Row{Case: f.Statement, Expected: number(float64(f.Exact)), Measured: f.Simulated, Outcome: study.Fails, Note: f.Source}
	if f.Tolerance > 0 {
		exact := float64(f.Exact)
		row.Limits = study.Around(exact, f.Tolerance).Limits()
		if row.Limits != nil && f.Tolerance < 1e-4*math.Abs(exact) { // it shows only beyond five digits
			row.Expected = fmt.Sprintf("%.6g", exact)
		}
		row.Expected += fmt.Sprintf(" ± %.2g", f.Tolerance)
	}
	if f.Holds {
		row.Outcome = study.Holds
	}
	if !f.hasInterval() {
		row.Measured = experiments.Interval{Value: f.Simulated.Value, Lo: f.Simulated.Value, Hi: f.Simulated.Value}
	}
	if f.Note != "" {
		row.Note += "; " + f.Note
	}
	return row
}
