package trajectories

import (
	"fmt"
	"slices"

	"eoss/experiments"
	"eoss/experiments/scaling"
	"eoss/experiments/study"
)

func claims(s *study.Set) []study.Claim {
	return []study.Claim{hovers(s), below(s), batchHessian(s), gap(s), gradientDescent(s), cycles(s), arrival(s)}
}

// Where the plateaus are expected, in units of 2/η.
var (
	atEdge             = study.Between(0.9, 1.15) // Batch Sharpness, mean of ratios
	atEdgeByDefinition = study.Between(1, 1.3)    // Definition 1
	belowEdge          = study.Below(0.95)
	descended          = study.Between(1, 1.1) // λmax of full-batch descent
)

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

func hovers(s *study.Set) study.Claim {
	return study.Claim{
		Number: 1, Stated: "Batch Sharpness rises, then hovers at 2/η",
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) ([]study.Row, error) {
			ratios, err := plateauRows(s, r, "batch_sharpness_mean_ratio", ", mean of ratios", atEdge)
			if err != nil {
				return nil, err
			}
			definition, err := plateauRows(s, r, "batch_sharpness", ", Definition 1", atEdgeByDefinition)
			if err != nil {
				return ratios, err
			}
			rows := append(ratios, definition...)
			others, err := otherRows(s, r, "batch_sharpness_mean_ratio", ", mean of ratios", atEdge)
			if rows = append(rows, others...); err != nil {
				return rows, err
			}
			others, err = otherRows(s, r, "batch_sharpness", ", Definition 1", atEdgeByDefinition)
			return append(rows, others...), err
		},
	}
}

func below(s *study.Set) study.Claim {
	return study.Claim{
		Number: 2, Stated: "λmax plateaus below 2/η, the lower the smaller b", Expected: belowEdge.Words,
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			lambda := func(runs []study.Run) ([]experiments.Interval, error) { return r.Ratios("lambda_max", runs...) }
			for i, b := range gridBatches {
				row, err := plateauRow(r, "lambda_max", setting(s, "mlp", 0.01, b), belowEdge, seeds(s, "mlp", 0.01, b)...)
				if err != nil {
					return rows, err
				}
				if b == 16 && s.Profile.Name == "paper" {
					row = row.In(study.Around(0.33, 0.05))
				}
				rows = append(rows, row)
				if i == 0 {
					continue
				}
				rise, err := exceeds(compared("λmax", b, gridBatches[i-1]), lambda, seeds(s, "mlp", 0.01, b), seeds(s, "mlp", 0.01, gridBatches[i-1]))
				if err != nil {
					return rows, err
				}
				rows = append(rows, rise)
			}
			others, err := otherRows(s, r, "lambda_max", "", belowEdge)
			return append(rows, others...), err
		},
	}
}

func batchHessian(s *study.Set) study.Claim {
	return study.Claim{
		Number: 3, Stated: "λᵇmax stabilises above 2/η, below 4/η",
		Runs: append(runsOf(s), others(s)...),
		Judge: func(r *study.Results) ([]study.Row, error) {
			rows, err := plateauRows(s, r, "lambda_b_max", "", study.Between(1, 2))
			if err != nil {
				return rows, err
			}
			others, err := otherRows(s, r, "lambda_b_max", "", study.Between(1, 2))
			return append(rows, others...), err
		},
	}
}

func gap(s *study.Set) study.Claim {
	return study.Claim{
		Number: 4, Stated: "λmax < λᵇmax, and the gap grows as b falls", Expected: positive.Words,
		Runs: runsOf(s),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			gaps := func(runs []study.Run) ([]experiments.Interval, error) { return gapsOf(r, runs) }
			for i, b := range gridBatches {
				runs := seeds(s, "mlp", 0.01, b)
				row, err := gapRow(r, setting(s, "mlp", 0.01, b)+", λᵇmax − λmax", runs)
				if err != nil {
					return rows, err
				}
				rows = append(rows, row)
				if i == 0 {
					continue
				}
				rise, err := exceeds(compared("gap", gridBatches[i-1], b), gaps, seeds(s, "mlp", 0.01, gridBatches[i-1]), runs)
				if err != nil {
					return rows, err
				}
				rows = append(rows, rise)
			}
			return rows, nil
		},
	}
}

func gapRow(r *study.Results, what string, runs []study.Run) (study.Row, error) {
	values, err := gapsOf(r, runs)
	if err != nil {
		return study.Absent(what, positive.Words, err)
	}
	return study.Row{Case: what, Measured: study.OverSeeds(values), Unit: "× 2/η", Note: study.CountSeeds(len(runs))}.In(positive), nil
}

// gapsOf are where λᵇmax − λmax of the runs stood, in units of 2/η.
func gapsOf(r *study.Results, runs []study.Run) (list []experiments.Interval, err error) {
	for _, run := range runs {
		p, err := r.Gap(run, "lambda_b_max", "lambda_max")
		if err != nil {
			return nil, err
		}
		list = append(list, p.Ratio)
	}
	return list, nil
}

func gradientDescent(s *study.Set) study.Claim {
	var own, swept []study.Run
	for seed := range s.Seeds {
		own, swept = append(own, descent(s, seed)), append(swept, scaling.Sweep(s, "mlp", 0, seed, 0))
	}
	return study.Claim{
		Number: 5, Stated: "full-batch gradient descent: λmax hovers at 2/η",
		Runs: slices.Concat(own, swept),
		Judge: func(r *study.Results) ([]study.Row, error) {
			row, err := plateauRow(r, "lambda_max", fmt.Sprintf("mlp, η = %s, b = n", own[0].Variables["EOSS_LR"]), descended, own...)
			if err != nil {
				return nil, err
			}
			other, err := plateauRow(r, "lambda_max", fmt.Sprintf("mlp, η = %s, b = n, in the sweep", swept[0].Variables["EOSS_LR"]), descended, swept...)
			return []study.Row{row, other}, err
		},
	}
}
