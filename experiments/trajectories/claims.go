package trajectories

import (
	"fmt"
	"math"
	"slices"

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

// plateauRow judges the mean over runs that differ in their seeds of a plateau against a range.
func plateauRow(r *study.Results, name, what string, lo, hi float64, runs ...study.Run) (study.Row, error) {
	values, err := r.Ratios(name, runs...)
	if err != nil {
		return study.Row{}, err
	}
	note, err := r.Trend(name, runs...)
	if err != nil {
		return study.Row{}, err
	}
	m := study.OverSeeds(values)
	return study.Row{Case: what, Measured: m, Unit: "× 2/η", Expected: between(lo, hi), Outcome: study.Within(m, lo, hi), Note: note}, nil
}

func between(lo, hi float64) string {
	if math.IsInf(lo, -1) {
		return fmt.Sprintf("below %g", hi)
	}
	return fmt.Sprintf("%g to %g", lo, hi)
}

// plateauRows are those of the middle η, of all b.
func plateauRows(s *study.Set, r *study.Results, name, what string, lo, hi float64) (rows []study.Row, err error) {
	for _, b := range gridBatches {
		row, err := plateauRow(r, name, setting(s, "mlp", 0.01, b)+what, lo, hi, seeds(s, "mlp", 0.01, b)...)
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// otherRows are those of the figures' other settings, of one seed. They say how far training had come: the paper's plateaus are of networks
// that have not fitted their data yet. Where a run of a setting is not done, the setting has one row that says so.
func otherRows(s *study.Set, r *study.Results, name, what string, lo, hi float64) (rows []study.Row, err error) {
	for _, x := range otherSettings(s) {
		for _, b := range x.batches {
			run := s.Train(x.model, x.lr, b, 0, nil)
			row, err := plateauRow(r, name, setting(s, x.model, x.lr, b)+what, lo, hi, run)
			if err != nil {
				if row, err = study.Absent(fmt.Sprintf("%s, η = %g", x.model, s.Eta(x.model, x.lr))+what, between(lo, hi), err); err != nil {
					return rows, err
				}
				rows = append(rows, row)
				break
			}
			loss, err := r.Series(run, "loss")
			if err != nil {
				return rows, err
			}
			row.Note += fmt.Sprintf("; loss at the end %.2g", loss.Values[len(loss.Values)-1])
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func hovers(s *study.Set) study.Claim {
	return study.Claim{
		Number: 1, Stated: "Batch Sharpness rises, then hovers at 2/η",
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) ([]study.Row, error) {
			ratios, err := plateauRows(s, r, "batch_sharpness_mean_ratio", ", mean of ratios", 0.9, 1.15)
			if err != nil {
				return nil, err
			}
			definition, err := plateauRows(s, r, "batch_sharpness", ", Definition 1", 1.0, 1.3)
			if err != nil {
				return ratios, err
			}
			others, err := otherRows(s, r, "batch_sharpness_mean_ratio", ", mean of ratios", 0.9, 1.15)
			return slices.Concat(ratios, definition, others), err
		},
	}
}

func below(s *study.Set) study.Claim {
	return study.Claim{
		Number: 2, Stated: "λmax plateaus below 2/η, the lower the smaller b", Expected: "below 0.95",
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			var before []experiments.Interval
			for i, b := range gridBatches {
				row, err := plateauRow(r, "lambda_max", setting(s, "mlp", 0.01, b), math.Inf(-1), 0.95, seeds(s, "mlp", 0.01, b)...)
				if err != nil {
					return rows, err
				}
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
			others, err := otherRows(s, r, "lambda_max", "", math.Inf(-1), 0.95)
			return append(rows, others...), err
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
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) ([]study.Row, error) {
			rows, err := plateauRows(s, r, "lambda_b_max", "", 1, 2)
			if err != nil {
				return rows, err
			}
			others, err := otherRows(s, r, "lambda_b_max", "", 1, 2)
			return append(rows, others...), err
		},
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
			m := study.OverSeeds(values)
			return []study.Row{{Case: fmt.Sprintf("mlp, η = %s, b = n", runs[0].Variables["EOSS_LR"]), Measured: m, Unit: "× 2/η", Outcome: study.Within(m, 1, 1.1), Note: note}}, err
		},
	}
}
