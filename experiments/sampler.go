package experiments

import "math/rand/v2"

// Sampler draws mini-batches of b out of n samples. It cuts random permutations: every epoch is one permutation, its
// short last batch dropped; or, with Replacement, a batch is b independent samples, which may repeat. The batch of a step
// is a function of (seed, step), so that a resumed or forked run sees the very same batches.
type Sampler struct {
	N, B        int
	Seed        uint64
	Replacement bool

	epoch  int
	order  []int
	source rand.PCG
	rng    *rand.Rand
}

// streamOrder and streamDraws name the random streams of the batch order, which the epoch's number completes, and of the
// batches with replacement, completed by the step's.
const (
	streamOrder = 0x6f72646572 // "order"
	streamDraws = 0x6472617773 // "draws"
)

// PerEpoch returns the number of batches in an epoch.
func (s *Sampler) PerEpoch() int { return s.N / s.B }

// Batch returns the samples of the given step (0 is the first), valid until the next call.
func (s *Sampler) Batch(step int) []int {
	if s.Replacement {
		return s.draw(step)
	}
	epoch, k := step/s.PerEpoch(), step%s.PerEpoch()
	if s.order == nil || epoch != s.epoch {
		rng := rand.New(rand.NewPCG(s.Seed, streamOrder<<20^uint64(epoch)))
		s.epoch, s.order = epoch, rng.Perm(s.N)
	}
	return s.order[k*s.B : (k+1)*s.B]
}

func (s *Sampler) draw(step int) []int {
	if s.rng == nil {
		s.order, s.rng = make([]int, s.B), rand.New(&s.source)
	}
	s.source.Seed(s.Seed, streamDraws<<24^uint64(step))
	for i := range s.order {
		s.order[i] = s.rng.IntN(s.N)
	}
	return s.order
}
