package experiments

import "math/rand/v2"

// Sampler cuts random permutations of n samples into mini-batches of b: every epoch is one permutation, its
// short last batch dropped. The batch of a step is a function of (seed, step), so that a resumed
// or forked run sees the very same batches.
type Sampler struct {
	N, B int
	Seed uint64

	epoch int
	order []int
}

// streamOrder names the random streams of the batch order; the epoch number completes them.
const streamOrder = 0x6f72646572 // "order"

// PerEpoch returns the number of batches in an epoch.
func (s *Sampler) PerEpoch() int { return s.N / s.B }

// Batch returns the samples of the given step (0 is the first), valid until the next call.
func (s *Sampler) Batch(step int) []int {
	epoch, k := step/s.PerEpoch(), step%s.PerEpoch()
	if s.order == nil || epoch != s.epoch {
		rng := rand.New(rand.NewPCG(s.Seed, streamOrder<<20^uint64(epoch)))
		s.epoch, s.order = epoch, rng.Perm(s.N)
	}
	return s.order[k*s.B : (k+1)*s.B]
}
