// Package scaling is the study of batch sizes: where the sharpnesses settle as b changes, and how the gap between λᵇmax and
// λmax shrinks with it, for one fixed network and for trained ones (sections 5.2 and 5.3, appendix G; Figures 6 and 8 to 15).
package scaling

import (
	"fmt"
	"math"

	"eoss/experiments/study"
)

// Study makes Figures 6 and 8 to 15, and judges claims 11, 12, 15 and 16.
var Study = study.Study{
	Name:    "scaling",
	Title:   "the sharpnesses against the batch size: figures 6, 8-15, claims 11, 12, 15, 16",
	Figures: figures,
	Claims:  claims,
}

// family is a sweep over b of one network and subset, with its seeds.
type family struct {
	label   string
	batches []int
	seeds   []seeding
	train   func(b int, k seeding) study.Run
}

// seeding tells runs of one setting apart.
type seeding struct {
	seed   int
	subset int // EOSS_SEED_DATA
}

// secondSubset is the seed of another subset of the training images.
const secondSubset = 100

// families are the sweeps whose exponents are compared. The mlp's first one makes the figures.
func families(s *study.Set) []family {
	var seeds []seeding
	for k := range s.Seeds {
		seeds = append(seeds, seeding{seed: k})
	}
	other := []seeding{{seed: 0, subset: secondSubset}}
	few := []int{8, 16, 32, 64, 128}
	list := []family{
		{"mlp", s.Batches, seeds, sweep(s, "mlp")},
		{"mlp, another subset", few, other, sweep(s, "mlp")},
		{"mlp-l", few, seeds[:1], sweep(s, "mlp-l")},
	}
	if s.Profile.Name == "paper" {
		for _, c := range convolutional {
			list = append(list, family{c.model, few[:4], seeds[:1], func(b int, k seeding) study.Run { return s.Train(c.model, c.lr, b, k.seed, nil) }})
		}
	}
	return list
}

// convolutional are the networks whose runs are long: their families share those of Figure 3, and its η.
var convolutional = []struct {
	model string
	lr    float64
}{{"cnn", 0.02}, {"resnet14", 0.02}}

func sweep(s *study.Set, model string) func(int, seeding) study.Run {
	return func(b int, k seeding) study.Run { return Sweep(s, model, b, k.seed, k.subset) }
}

// SweepRate is η of the sweep, as the paper would write it.
func SweepRate(s *study.Set) float64 {
	if s.Profile.Name == "quick" {
		return 0.01 // twice that is too much for these networks at b = 2 and 4
	}
	return 0.02
}

// Sweep is the run of one batch size. A step of a large batch is dear, and 2/η is reached in fewer of them; small batches need more: at the
// paper's size 2/η is reached after some 9000 steps at b = 16, and only half of it after 12 000 at b = 4.
func Sweep(s *study.Set, model string, b, seed, subset int) study.Run {
	r := s.Train(model, SweepRate(s), b, seed, nil)
	steps := s.Steps(model, SweepRate(s))
	rare := 1 // of the measurements whose cost grows with b
	switch size := int(r.Variables.Number("EOSS_BATCH")); {
	case size >= 1024 || 2*size >= s.Size(model):
		steps, rare = steps/4, 2
	case size >= 128:
		steps, rare = steps/2, 2
	case size < 64 && s.Profile.Name == "paper":
		steps = int(float64(steps) * math.Sqrt(64/float64(size)))
	}
	steps = max(1, steps/200) * 200
	own, moment := study.Variables{}, steps/5*4 // a batch's IAS is a product with the Hessian of all images: at the start and twice in the last quarter
	if s.Profile.Name == "paper" {
		own["EOSS_BS_MAX_BATCHES"] = "128"
	}
	own["EOSS_STEPS"] = fmt.Sprint(steps)
	own["EOSS_MEASURE"] = fmt.Sprintf("loss@%d,step_sharpness@%d,batch_sharpness@%d,lambda_max@%d,lambda_b_max@%d,ias@%[6]d,ntk_max@%[6]d,fim_max@%[6]d",
		steps/s.Points, steps/(2*s.Points), max(steps/s.Points, rare*steps/100), steps/25, rare*steps/20, moment)
	if subset != 0 {
		own["EOSS_SEED_DATA"] = fmt.Sprint(subset)
	}
	return study.Run{Variables: r.Variables.With(own)}
}

func (f family) runs(s *study.Set) (all []study.Run) {
	for _, k := range f.seeds {
		for _, b := range f.batches {
			all = append(all, f.train(b, k))
		}
	}
	return all
}

// within counts the batch sizes of a range.
func (f family) within(lo, hi float64) (n int) {
	for _, b := range f.batches {
		if float64(b) >= lo && float64(b) <= hi {
			n++
		}
	}
	return n
}

// converged says whether training has come to the end that it would have without a profile's own: a loss below stopLoss, or that many steps.
func converged(loss float64, steps int) bool { return loss < stopLoss || steps >= longest }

const (
	stopLoss = 0.001
	longest  = 100_000
)

// static is a network trained to convergence, whose λᵇmax is measured at all b before its first step and after its last.
func static(s *study.Set, model string, seed, subset int) study.Run {
	lr, b := 0.004, 256
	own := study.Variables{"EOSS_BS_MIN_BATCHES": "32", "EOSS_BS_MAX_BATCHES": "512", "EOSS_BS_REL_ERR": "0.005"}
	if model == "cnn" { // a batch's λᵇmax costs twenty times the mlp's
		lr, b = 0.02, 16
		own = study.Variables{"EOSS_BS_MIN_BATCHES": "8", "EOSS_BS_MAX_BATCHES": "512", "EOSS_BS_REL_ERR": "0.0075"}
	}
	steps := longest
	if s.Profile.Name == "quick" {
		steps = s.Steps(model, lr) / 2
		own["EOSS_BS_MIN_BATCHES"], own["EOSS_BS_MAX_BATCHES"], own["EOSS_BS_REL_ERR"], own["EOSS_LMAX_TOL"] = "32", "32", "0.005", "0.005"
	}
	own["EOSS_STEPS"], own["EOSS_STOP_LOSS"] = fmt.Sprint(steps), fmt.Sprint(stopLoss)
	own["EOSS_MEASURE"] = fmt.Sprintf("loss@%d,lambda_max@%d,lambda_b_max_by_size@%d", max(1, steps/(5*s.Points)), steps, steps)
	if subset != 0 {
		own["EOSS_SEED_DATA"] = fmt.Sprint(subset)
	}
	return study.Run{Variables: s.Train(model, lr, b, seed, nil).Variables.With(own)}
}

// statics are the networks whose static gaps are compared, by model.
func statics(s *study.Set, model string) (all []study.Run) {
	if model != "mlp" {
		return []study.Run{static(s, model, 0, 0)}
	}
	for k := range s.Seeds {
		all = append(all, static(s, model, k, 0))
	}
	return append(all, static(s, model, 0, secondSubset))
}
