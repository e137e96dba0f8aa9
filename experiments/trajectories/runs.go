// Package trajectories are the studies of single runs: the sharpnesses in the course of training, Figures 1 to 4 and 17 to 26 (section 3,
// appendices J and K).
package trajectories

import (
	"fmt"
	"slices"

	"eoss/experiments/scaling"
	"eoss/experiments/study"
)

// Study makes Figures 1 to 4 and 17 to 26, and judges claims 1 to 5, 17 and 18.
var Study = study.Study{
	Name:    "trajectories",
	Title:   "the sharpnesses along a run: figures 1-4, 17-26, claims 1-5, 17, 18",
	Figures: figures,
	Claims:  claims,
}

// seeds are runs that differ in nothing but their seed.
func seeds(s *study.Set, model string, lr float64, b int) (runs []study.Run) {
	for seed := range s.Seeds {
		runs = append(runs, s.Train(model, lr, b, seed, nil))
	}
	return runs
}

// The grid of Figure 2.
var (
	gridRates   = []float64{0.005, 0.01, 0.02}
	gridBatches = []int{4, 16, 64}
)

// threeNetworks are the rows of Figure 3, whose caption has no η: these are of those that the authors found to work, the ResNet's the largest,
// for it sharpens slowly.
var threeNetworks = []struct {
	model string
	lr    float64
}{{"mlp", 0.01}, {"cnn", 0.02}, {"resnet14", 0.02}}

// threeBatches are those of Figures 3 and 17 to 26.
var threeBatches = []int{8, 16, 64}

// ofBatches are runs of one model and η, by b.
func ofBatches(s *study.Set, model string, lr float64, batches ...int) (runs []study.Run) {
	for _, b := range batches {
		runs = append(runs, s.Train(model, lr, b, 0, nil))
	}
	return runs
}

// series are the runs of one model and η.
type series struct {
	model   string
	lr      float64
	batches []int
	swept   bool // of Figure 6's sweep, whose runs have lengths of their own
}

// runs are those of b: one, or in the sweep one of every seed.
func (x series) runs(s *study.Set, b int) (runs []study.Run) {
	if !x.swept {
		return ofBatches(s, x.model, x.lr, b)
	}
	for seed := range s.Seeds {
		runs = append(runs, scaling.Sweep(s, x.model, b, seed, 0))
	}
	return runs
}

// setting is the case of x's row of b.
func (x series) setting(s *study.Set, b int) string {
	what := setting(s, x.model, x.lr, b)
	if x.swept {
		what += ", in the sweep"
	}
	return what
}

// sweep are Figure 6's b but for the full batch, which is gradient descent.
func sweep(s *study.Set) series {
	below := slices.DeleteFunc(slices.Clone(s.Batches), func(b int) bool { return b == 0 })
	return series{"mlp", scaling.SweepRate(s), below, true}
}

// otherSettings are those of Figures 2, 3 and 17 to 26 but for the mlp's middle η and the b that the claims have all seeds of, each once, and
// the sweep of Figure 6.
func otherSettings(s *study.Set) (list []series) {
	for _, lr := range gridRates {
		list = append(list, series{model: "mlp", lr: lr, batches: gridBatches})
	}
	for _, row := range threeNetworks {
		list = append(list, series{model: row.model, lr: row.lr, batches: threeBatches})
	}
	for _, p := range byBatch {
		for _, lr := range append(p.others(s), p.rates[0]) {
			list = append(list, series{model: p.model, lr: lr, batches: threeBatches})
		}
	}
	seen := map[string]bool{}
	unseen := func(x series) series {
		x.batches = slices.DeleteFunc(slices.Clone(x.batches), func(b int) bool {
			key := fmt.Sprint(x.model, " ", x.lr, " ", b)
			again := seen[key]
			seen[key] = true
			return again
		})
		return x
	}
	unseen(series{model: "mlp", lr: 0.01, batches: gridBatches})
	for i, x := range list {
		list[i] = unseen(x)
	}
	return append(slices.DeleteFunc(list, func(x series) bool { return len(x.batches) == 0 }), sweep(s))
}

// others are their runs.
func others(s *study.Set) (all []study.Run) {
	for _, x := range otherSettings(s) {
		for _, b := range x.batches {
			all = append(all, x.runs(s, b)...)
		}
	}
	return all
}

// descent is full-batch gradient descent at η = 1/200 (Figure 1).
func descent(s *study.Set, seed int) study.Run {
	r := s.Train("mlp", 0.005, 0, seed, nil)
	steps := s.Steps("mlp", 0.005) / 4 // λmax is at 2/η by then, and a step costs as much as n/b of the others
	r.Variables["EOSS_STEPS"] = fmt.Sprint(steps)
	r.Variables["EOSS_MEASURE"] = fmt.Sprintf("loss@%[1]d,batch_sharpness@%[1]d,lambda_max@%[1]d", max(1, steps/s.Points))
	return r
}

// catapults is the run of Figure 4, measured every few steps: its plateau is forked from a run that has reached it.
func catapults(s *study.Set, seed int) study.Run {
	base := s.Train("mlp", 0.02, 16, seed, nil)
	steps := s.Steps("mlp", 0.02)
	return base.Fork(steps, study.Variables{
		"EOSS_STEPS":   fmt.Sprint(steps + catapultSteps),
		"EOSS_MEASURE": "loss@10,step_sharpness@2,batch_sharpness@5,lambda_max@50",
	})
}

// catapultSteps is the length of Figure 4.
const catapultSteps = 1000
