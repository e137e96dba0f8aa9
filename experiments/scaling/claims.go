package scaling

import (
	"errors"
	"fmt"
	"strings"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

func claims(s *study.Set) []study.Claim {
	return []study.Claim{staticClaim(s), trainedClaim(s), agreement(s), peak(s)}
}

func trainedClaim(s *study.Set) study.Claim {
	var runs []study.Run
	for _, f := range families(s) {
		runs = append(runs, f.runs(s)...)
	}
	return study.Claim{
		Number: 12, Stated: "the gap of trained networks scales as b^−0.7 on [10, 100], as 1/b on [100, 1000], and hardly below 10",
		Runs: runs,
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			for _, f := range families(s) {
				list, diverged, err := f.settled(r)
				if err != nil {
					row, err := study.Absent(f.label, ranges[1].expected().Words+" on [10, 100]", err)
					if err != nil {
						return rows, err
					}
					rows = append(rows, row)
					continue
				}
				note := f.note(list, diverged)
				rows = append(rows, f.exponents(note, "λᵇmax − λmax", points(gaps(list)), true)...)
				rows = append(rows, f.exponents(note, "λmax alone", lambdas(list), false)...)
				rows = append(rows, f.exponents(note, "λᵇmax alone", points(each(list, func(l levels) experiments.Interval { return l.lambdaB.Mean })), false)...)
			}
			return rows, nil
		},
	}
}

// exponents are the slopes in the regimes the family has three batch sizes in; what the paper gives no number for is reported and
// not judged.
func (f family) exponents(note, what string, all []fit.Point, judged bool) (rows []study.Row) {
	for _, g := range ranges {
		if f.within(g.lo, g.hi) < 3 {
			continue
		}
		fitted, _, err := power(all, plots.B, g.lo, g.hi)
		row := study.Row{Case: fmt.Sprintf("%s, %s, b in [%g, %g]", f.label, what, g.lo, g.hi), Unit: "slope", Note: note, Expected: "not stated", Outcome: study.Reported}
		if err != nil {
			if !judged {
				continue
			}
			row.Measured = study.Unknown
			if row.Note = err.Error(); errors.Is(err, fit.ErrFewPoints) {
				row.Note = "fewer than three positive gaps are left there, which give no interval; " + note
			}
		} else {
			row.Measured = interval(fitted.Exponent)
		}
		if fitted.Dropped > 0 {
			row.Note += fmt.Sprintf("; %d gaps that are not positive left out", fitted.Dropped)
		}
		if judged {
			row = row.In(g.expected())
		}
		rows = append(rows, row)
	}
	return rows
}

// note says what the family's numbers are of: how long its runs were, how far they came, and what is left out.
func (f family) note(list []levels, diverged []string) string {
	if len(list) == 0 {
		return strings.Join(diverged, ", ")
	}
	rising := 0
	for _, l := range list {
		if l.lambda.Direction == experiments.Rising {
			rising++
		}
	}
	note := fmt.Sprintf("%s; %s, λmax still rising in %d of %d runs", study.CountSeeds(len(f.seeds)), endsOfLevels(list), rising, len(list))
	return strings.Join(append([]string{note}, diverged...), "; ")
}

// of is the interval of a mean over seeds.
func of(m plots.Measured) experiments.Interval {
	return experiments.Interval{Value: experiments.Real(m.Y), Lo: experiments.Real(m.Lo), Hi: experiments.Real(m.Hi)}
}
