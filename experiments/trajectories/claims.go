package trajectories

import (
	"fmt"
	"math"

	"eoss/experiments"
	"eoss/experiments/study"
)

func claims(s *study.Set) []study.Claim {
	return []study.Claim{hovers(s), below(s), batchHessian(s), gap(s), gradientDescent(s), cycles(s), arrival(s)}
}

// setting names a row's case.
func setting(s *study.Set, model string, lr float64, b int) string {
	return fmt.Sprintf("%s, η = %g, b = %d", model, s.Eta(model, lr), b)
}

// runsOf are the runs of the claims on plateaus: the mlp's middle η with all b and seeds.
func runsOf(s *study.Set) (all []study.Run) {
	for _, b := range gridBatches {
		all = append(all, seeds(s, "mlp", 0.01, b)...)
	}
	return all
}

// plateauRow judges the mean over seeds of a plateau at the middle η against a range.
func plateauRow(s *study.Set, r *study.Results, name, what string, b int, lo, hi float64) (study.Row, error) {
	runs := seeds(s, "mlp", 0.01, b)
	values, err := r.Ratios(name, runs...)
	if err != nil {
		return study.Row{}, err
	}
	note, err := r.Trend(name, runs...)
	if err != nil {
		return study.Row{}, err
	}
	m := study.OverSeeds(values)
	return study.Row{Case: setting(s, "mlp", 0.01, b) + what, Measured: m, Unit: "× 2/η", Expected: fmt.Sprintf("%g to %g", lo, hi),
		Outcome: study.Within(m, lo, hi), Note: note}, nil
}

// plateauRows are those of all b.
func plateauRows(s *study.Set, r *study.Results, name, what string, lo, hi float64) (rows []study.Row, err error) {
	for _, b := range gridBatches {
		row, err := plateauRow(s, r, name, what, b, lo, hi)
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func hovers(s *study.Set) study.Claim {
	return study.Claim{
		Number: 1, Stated: "Batch Sharpness rises, then hovers at 2/η",
		Runs: runsOf(s),
		Judge: func(r *study.Results) ([]study.Row, error) {
			ratios, err := plateauRows(s, r, "batch_sharpness_mean_ratio", ", mean of ratios", 0.9, 1.15)
			if err != nil {
				return nil, err
			}
			definition, err := plateauRows(s, r, "batch_sharpness", ", Definition 1", 1.0, 1.3)
			return append(ratios, definition...), err
		},
	}
}

func below(s *study.Set) study.Claim {
	return study.Claim{
		Number: 2, Stated: "λmax plateaus below 2/η, the lower the smaller b", Expected: "below 0.95",
		Runs: runsOf(s),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			var before []experiments.Interval
			for i, b := range gridBatches {
				row, err := plateauRow(s, r, "lambda_max", "", b, math.Inf(-1), 0.95)
				if err != nil {
					return rows, err
				}
				row.Expected = "below 0.95"
				if b == 16 && s.Profile.Name == "paper" {
					row.Expected = "0.33 ± 0.05"
					row.Outcome = study.Within(row.Measured, 0.28, 0.38)
				}
				rows = append(rows, row)
				values, err := r.Ratios("lambda_max", seeds(s, "mlp", 0.01, b)...)
				if err != nil {
					return rows, err
				}
				if i > 0 {
					rows = append(rows, rises("λmax", gridBatches[i-1], b, study.OverSeeds(study.Difference(values, before))))
				}
				before = values
			}
			return rows, nil
		},
	}
}

// rises judges a difference that should be positive.
func rises(what string, from, to int, d experiments.Interval) study.Row {
	return study.Row{Case: fmt.Sprintf("%s at b = %d over that at b = %d", what, to, from), Expected: "above 0",
		Measured: d, Unit: "× 2/η", Outcome: study.Positive(d), Note: "difference of the same seeds"}
}

func batchHessian(s *study.Set) study.Claim {
	return study.Claim{
		Number: 3, Stated: "λᵇmax stabilises above 2/η, below 4/η",
		Runs:  runsOf(s),
		Judge: func(r *study.Results) ([]study.Row, error) { return plateauRows(s, r, "lambda_b_max", "", 1, 2) },
	}
}

func gap(s *study.Set) study.Claim {
	return study.Claim{
		Number: 4, Stated: "λmax < λᵇmax, and the gap grows as b falls", Expected: "above 0",
		Runs: runsOf(s),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			var before []experiments.Interval
			for i, b := range gridBatches {
				runs := seeds(s, "mlp", 0.01, b)
				ofBatches, err := r.Ratios("lambda_b_max", runs...)
				if err != nil {
					return rows, err
				}
				full, err := r.Ratios("lambda_max", runs...)
				if err != nil {
					return rows, err
				}
				gaps := study.Difference(ofBatches, full)
				row := rises("", 0, 0, study.OverSeeds(gaps))
				row.Case, row.Note = setting(s, "mlp", 0.01, b)+", λᵇmax − λmax", study.CountSeeds(len(runs))
				rows = append(rows, row)
				if i > 0 {
					rows = append(rows, rises("gap", b, gridBatches[i-1], study.OverSeeds(study.Difference(before, gaps))))
				}
				before = gaps
			}
			return rows, nil
		},
	}
}

func gradientDescent(s *study.Set) study.Claim {
	var runs []study.Run
	for seed := range s.Seeds {
		runs = append(runs, descent(s, seed))
	}
	return study.Claim{
		Number: 5, Stated: "full-batch gradient descent: λmax hovers at 2/η", Expected: "1.0 to 1.1",
		Runs: runs,
		Judge: func(r *study.Results) ([]study.Row, error) {
			values, err := r.Ratios("lambda_max", runs...)
			if err != nil {
				return nil, err
			}
			note, err := r.Trend("lambda_max", runs...)
			if len(runs) == 1 {
				note += "; interval of the plateau"
			}
			m := study.OverSeeds(values)
			return []study.Row{{Case: fmt.Sprintf("mlp, η = %s, b = n", runs[0].Variables["EOSS_LR"]), Measured: m, Unit: "× 2/η", Outcome: study.Within(m, 1, 1.1), Note: note}}, err
		},
	}
}
