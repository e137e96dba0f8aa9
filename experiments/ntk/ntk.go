// Package ntk is the study of what λᵇmax is made of at the edge: the largest eigenvalue of the mini-batch NTK (appendix H,
// Figure 16).
package ntk

import (
	"fmt"
	"maps"
	"slices"

	"eoss/experiments"
	"eoss/experiments/scaling"
	"eoss/experiments/study"
)

// Study makes Figure 16 and judges claim 13.
var Study = study.Study{
	Name:    "ntk",
	Title:   "λᵇmax against the mini-batch NTK: figure 16, claim 13",
	Figures: figures,
	Claims:  claims,
}

// measured are the means over the moments of a run's last quarter at which all were measured.
type measured struct {
	b, ntk, fim, gaussNewton float64
	lambdaB                  experiments.Interval
	ratio                    experiments.Interval // λᵇmax over 2·NTK, or over that of the Gauss–Newton matrix
	moments                  int

	loss, start float64 // the training loss at the end and before the first step
	sharpness   float64 // the plateau of Batch Sharpness (mean of ratios), × 2/η
}

// fitted says whether the network is near the fit, where the claim is of: the Hessian is a Gauss–Newton matrix and a sum of curvatures of the
// network times residuals, which vanish there. Half the loss of the start, where the network's outputs are near zero, counts as near.
func (m measured) fitted() bool { return m.loss <= m.start/2 }

// entropyBatches are those of the cross-entropy runs.
var entropyBatches = []int{8, 16, 32, 64, 128}

// squares are the sweep's runs, of loss mse.
func squares(s *study.Set, seed int) (runs []study.Run) {
	for _, b := range s.Batches {
		run := scaling.Sweep(s, "mlp", b, seed, 0)
		if s.User["EOSS_LOSS"] != "" {
			run.Variables = run.Variables.With(study.Variables{"EOSS_LOSS": "mse"}) // another loss of the user's is refused
		}
		runs = append(runs, run)
	}
	return runs
}

// entropies are runs with the loss ce, whose Gauss–Newton matrix is not the NTK's.
func entropies(s *study.Set) (runs []study.Run) {
	steps := s.Steps("mlp", 0.01)
	for _, b := range entropyBatches {
		runs = append(runs, s.Train("mlp", 0.01, b, 0, study.Variables{"EOSS_LOSS": "ce",
			"EOSS_MEASURE": fmt.Sprintf("loss@%[1]d,batch_sharpness@%[1]d,lambda_max@%[2]d,lambda_b_max@%[2]d,lambda_b_max_gn@%[2]d", steps/s.Points, steps/10)}))
	}
	return runs
}

// read returns the means of one run; measures that it does not have are 0.
func read(r *study.Results, run study.Run) (m measured, err error) {
	m.b = run.Variables.Number("EOSS_BATCH")
	names, to, times := []string{"ntk_max", "fim_max"}, []*float64{&m.ntk, &m.fim}, 2.0
	if run.Variables["EOSS_LOSS"] == "ce" {
		names, to, times = []string{"lambda_b_max_gn"}, []*float64{&m.gaussNewton}, 1
	}
	moments, err := r.Together(run, append([]string{"lambda_b_max"}, names...)...)
	if err != nil {
		return m, err
	}
	for i := range to {
		*to[i] = float64(moments.Mean(i + 1).Value)
	}
	m.lambdaB, m.ratio, m.moments = moments.Mean(0), moments.Quotient(0, 1, times), moments.N()
	loss, err := r.Series(run, "loss")
	if err != nil {
		return m, err
	}
	m.start, m.loss = loss.Values[0], loss.Values[len(loss.Values)-1]
	p, err := r.Plateau(run, "batch_sharpness_mean_ratio")
	m.sharpness = float64(p.Ratio.Value)
	return m, err
}

// readAll reads the runs that did not diverge, and gives the batch sizes of those that did.
func readAll(r *study.Results, runs []study.Run) (list []measured, gone []float64, err error) {
	for _, run := range runs {
		diverged, err := r.Diverged(run)
		if err != nil {
			return nil, nil, err
		}
		if diverged {
			gone = append(gone, run.Variables.Number("EOSS_BATCH"))
			continue
		}
		m, err := read(r, run)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, m)
	}
	return list, gone, nil
}

func claims(s *study.Set) []study.Claim {
	var runs []study.Run
	for seed := range s.Seeds {
		runs = append(runs, squares(s, seed)...)
	}
	return []study.Claim{{
		Number: 13, Stated: "λᵇmax is twice the largest eigenvalue of the mini-batch NTK (mse)", Expected: study.Between(claimed.From, claimed.To).Words,
		Runs: runs,
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			byB := map[float64][]measured{}
			diverged := map[float64]string{}
			for seed := range s.Seeds {
				list, gone, err := readAll(r, squares(s, seed))
				if err != nil {
					return rows, err
				}
				for _, m := range list {
					byB[m.b] = append(byB[m.b], m)
				}
				for _, b := range gone {
					if byB[b] == nil {
						byB[b] = []measured{}
					}
					diverged[b] += fmt.Sprintf("; seed %d diverged", seed)
				}
			}
			for _, b := range slices.Sorted(maps.Keys(byB)) {
				rows = append(rows, row(b, byB[b], diverged[b]))
			}
			return rows, nil
		},
	}}
}

// row judges the seeds of one batch size that are left; where one is far from the fit the ratio is reported only.
func row(b float64, seeds []measured, diverged string) study.Row {
	expected := study.Between(claimed.From, claimed.To)
	x := study.Row{Case: fmt.Sprintf("b = %g", b), Measured: study.Unknown, Note: study.CountSeeds(len(seeds)) + diverged}.In(expected)
	if len(seeds) == 0 {
		return x
	}
	var ratios []experiments.Interval
	fitted, loss := true, 0.0
	for _, m := range seeds {
		ratios = append(ratios, m.ratio)
		fitted, loss = fitted && m.fitted(), max(loss, m.loss)
	}
	x.Measured, x.Unit = study.OverSeeds(ratios), "λᵇmax / (2·NTK)"
	x = x.In(expected)
	x.Note += fmt.Sprintf("; %s; loss at the end %.2g", study.CountMeasurements(counts(seeds)...), loss)
	if !fitted {
		x.Outcome = study.Reported
		x.Note += ", far from the fit"
	}
	return x
}
