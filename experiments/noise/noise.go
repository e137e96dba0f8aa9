// Package noise is the study of what kind of noise leads to the edge of stochastic stability: mini-batch SGD against gradient
// descent with injected noise of the same trace (section 6, appendix D, Figure 7).
package noise

import (
	"fmt"
	"math"

	"eoss/experiments/study"
)

// Study makes Figure 7 and judges claim 10.
var Study = study.Study{
	Name:    "noise",
	Title:   "SGD against noisy gradient descent: figure 7, claim 10",
	Figures: figures,
	Claims:  claims,
}

// variant is one dynamics.
type variant struct {
	noise    string // EOSS_NOISE
	title    string
	expected study.Range // the plateau of λmax, in units of 2/η
}

var (
	below  = study.Range{Lo: math.Inf(-1), Hi: 0.8, Words: "at most 0.8"}
	atEdge = study.Range{Lo: 0.9, Hi: math.Inf(1), Words: "at least 0.9"}
)

var variants = []variant{
	{"epoch", "SGD without replacement", below},
	{"replacement", "SGD with replacement", below},
	{"directional", "directional noise", below},
	{"diagonal", "diagonal noise", atEdge},
	{"isotropic", "isotropic noise", atEdge},
	{"sde", fmt.Sprintf("SDE, h = η/%d", substeps), study.Range{Lo: math.Inf(-1), Hi: math.Inf(1), Words: "not stated"}}, // the claim is not about it
}

// The setting of the figure, in the paper's η.
const (
	rate  = 0.01
	batch = 16
)

// scales are the sizes of the profiles. A step of injected noise passes over all images, that of the SDE several times, so there are fewer
// than in the other figures; the fewer, the earlier λmax is where it stays. Too few are fitted before the noise has acted: at the paper's
// size SGD on 512 has a loss of 1e-4 after 6000 steps, and λmax is at 0.8 × 2/η by then; on 2048 it is at 0.6 from step 5000 on.
var scales = map[string]struct {
	n       int
	shorter int // the runs, than those of the other figures
}{"quick": {256, 4}, "paper": {2048, 3}}

// substeps of the SDE are taken in a step of SGD: gradient descent with steps as short is stable up to five times 2/η.
const substeps = 5

// run is a variant's run.
func run(s *study.Set, v variant, seed int) study.Run {
	scale := scales[s.Profile.Name]
	steps := s.Steps("mlp", rate) / scale.shorter
	own := study.Variables{"EOSS_NOISE": v.noise, "EOSS_STEPS": fmt.Sprint(steps)}
	if v.noise == "sde" {
		own["EOSS_SDE_STEP"] = fmt.Sprint(s.Eta("mlp", rate) / substeps)
	}
	own["EOSS_N"] = fmt.Sprint(scale.n)
	own["EOSS_MEASURE"] = fmt.Sprintf("loss@%[1]d,step_sharpness@%[2]d,batch_sharpness@%[1]d,lambda_max@%[1]d", max(1, steps/s.Points), max(1, steps/(2*s.Points)))
	return s.Train("mlp", rate, batch, seed, own)
}

// seeds are the runs of a variant; the SDE has one.
func seeds(s *study.Set, v variant) (list []study.Run) {
	for seed := range s.Seeds {
		list = append(list, run(s, v, seed))
		if v.noise == "sde" {
			break
		}
	}
	return list
}

func claims(s *study.Set) []study.Claim {
	var runs []study.Run
	for _, v := range variants {
		runs = append(runs, seeds(s, v)...)
	}
	return []study.Claim{{
		Number: 10, Stated: "only noise with the covariance and direction of SGD's keeps λmax below 2/η",
		Runs: runs,
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			for _, v := range variants {
				row, err := judge(r, v, seeds(s, v))
				if err != nil {
					if row, err = study.Absent(v.title, v.expected.Words, err); err != nil {
						return rows, err
					}
				}
				rows = append(rows, row)
			}
			return rows, nil
		},
	}}
}

// judge holds λmax of a variant against its range. The note says where SGD's Batch Sharpness is: below the edge λmax could be anywhere under it.
func judge(r *study.Results, v variant, runs []study.Run) (study.Row, error) {
	values, err := r.Ratios("lambda_max", runs...)
	if err != nil {
		return study.Row{}, err
	}
	note, err := r.Trend("lambda_max", runs...)
	if err != nil {
		return study.Row{}, err
	}
	note = fmt.Sprintf("λmax; %s, n = %s", note, runs[0].Variables["EOSS_N"])
	if v.noise == "epoch" || v.noise == "replacement" {
		sharpness, err := r.Ratios("batch_sharpness_mean_ratio", runs...)
		if err != nil {
			return study.Row{}, err
		}
		note += fmt.Sprintf("; Batch Sharpness (mean of ratios) at %.2f × 2/η", study.OverSeeds(sharpness).Value)
	}
	row := study.Row{Case: v.title, Measured: study.OverSeeds(values), Unit: "× 2/η", Note: note}.In(v.expected)
	if v.noise == "sde" {
		row.Outcome = study.Reported
	}
	return row, nil
}
