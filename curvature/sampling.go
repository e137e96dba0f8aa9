package curvature

import (
	"fmt"
	"math/rand/v2"
)

// Scheme says how mini-batches are drawn.
type Scheme int

const (
	// Distinct batches hold b distinct samples, each batch drawn anew: the batch distribution P_b of Definition 1.
	Distinct Scheme = iota
	// Replacement batches hold b independent samples, which may repeat.
	Replacement
	// Epoch is the ⌊n/b⌋ batches of one permutation, each once; a short last batch is left out. The mean over
	// them is exact for that partition, but one draw of many with respect to the batch distribution. Its standard error is
	// reported as if the batches were independent. Of a share that is linear in the samples' own terms, which cancels within an epoch, that is
	// too much; of one that is quadratic in the gradient's deviations, which K complementary batches share, too little: by a factor
	// √((K−1)/(K−2)) for independent normal deviations, 1.08 for 8 batches and 1.22 for 4; two batches tell nothing of such a share.
	Epoch
)

// Sampling says which mini-batches an estimate uses. The same Sampling means the same batches, whatever is
// measured on them.
type Sampling struct {
	Batch  int    // b
	Scheme Scheme // Distinct unless said otherwise
	Seed   uint64 // of the batches
	Stream uint64 // tells estimates of one seed apart, such as the training step
	// The estimate stops at a relative standard error of at most RelErr (of every number the estimator names as being
	// estimated), after MinBatches (and 8) at least and MaxBatches at most. RelErr 0 takes MaxBatches, as do batches
	// that all give zero. An Epoch takes all its batches, a List all of its own.
	RelErr                 float64
	MinBatches, MaxBatches int
	// List, when it is not nil, is the batches themselves, as sample numbers.
	List [][]int
}

// Draws says how an estimate was sampled.
type Draws struct {
	Sampling  Sampling
	Batches   int
	Converged bool // the stopping rule was met; false when there was none
}

func (s Sampling) check(n int) error {
	if n < 1 {
		return errEmpty
	}
	if s.List != nil {
		return s.checkList(n)
	}
	switch {
	case s.Batch < 1 || s.Batch > n && s.Scheme != Replacement:
		return fmt.Errorf("curvature: a batch of %d out of %d samples", s.Batch, n)
	case s.Scheme == Epoch && n/s.Batch < 2 && !s.all(n):
		return fmt.Errorf("curvature: an epoch of %d samples is one batch of %d: at least 2 are needed for a standard error", n, s.Batch)
	case s.Scheme != Epoch && (s.MaxBatches < 2 || s.MinBatches > s.MaxBatches):
		return fmt.Errorf("curvature: between %d and %d batches: at least 2 are needed for a standard error", s.MinBatches, s.MaxBatches)
	}
	return nil
}

func (s Sampling) checkList(n int) error {
	if len(s.List) < 2 {
		return fmt.Errorf("curvature: a list of %d batches: at least 2 are needed for a standard error", len(s.List))
	}
	for k, batch := range s.List {
		if len(batch) == 0 {
			return fmt.Errorf("curvature: batch %d of the list is empty", k)
		}
		for _, i := range batch {
			if i < 0 || i >= n {
				return fmt.Errorf("curvature: batch %d of the list names sample %d of %d", k, i, n)
			}
		}
	}
	return nil
}

// all says whether every batch holds all n samples, so that one of them tells everything.
func (s Sampling) all(n int) bool { return s.List == nil && s.Scheme != Replacement && s.Batch == n }

// moments accumulates over the batches of the sampling.
func (s Sampling) moments(n int) moments { return moments{exact: s.all(n)} }

// streamBatches names the random stream of the measured batches.
const streamBatches = 0x6261746368 // "batch"

// batches draws the batches of a sampling.
type batches struct {
	Sampling
	n, count    int
	rng         *rand.Rand
	permutation []int
}

func (s Sampling) batches(n int) *batches {
	b := &batches{Sampling: s, n: n, rng: rand.New(rand.NewPCG(s.Seed, streamBatches^s.Stream<<8)), permutation: make([]int, n)}
	if s.Scheme == Epoch && s.List == nil {
		b.shuffle(n)
	}
	return b
}

// stopping returns the rule that ends the sampling of n samples.
func (s Sampling) stopping(n int) stopping {
	stop := stopping{relErr: s.RelErr, min: s.MinBatches, max: s.most(n)}
	if s.Scheme == Epoch || s.List != nil {
		stop.min = stop.max
	}
	return stop
}

// most is the number of batches that can be drawn.
func (s Sampling) most(n int) int {
	switch {
	case s.List != nil:
		return len(s.List)
	case s.all(n):
		return 1
	case s.Scheme == Epoch:
		return n / s.Batch
	}
	return s.MaxBatches
}

// next returns the sample numbers of the next batch, valid until the next call.
func (b *batches) next() []int {
	k := b.count
	b.count++
	switch {
	case b.List != nil:
		return b.List[k]
	case b.Scheme == Epoch:
		return b.permutation[k*b.Batch : (k+1)*b.Batch]
	case b.Scheme == Replacement:
		idx := b.permutation[:0]
		for range b.Batch {
			idx = append(idx, b.rng.IntN(b.n))
		}
		return idx
	}
	b.shuffle(b.Batch)
	return b.permutation[:b.Batch]
}

// shuffle puts b distinct samples first: the first b steps of a Fisher–Yates shuffle.
func (b *batches) shuffle(first int) {
	for i := range b.permutation {
		b.permutation[i] = i
	}
	for i := range first {
		j := i + b.rng.IntN(b.n-i)
		b.permutation[i], b.permutation[j] = b.permutation[j], b.permutation[i]
	}
}

// sample measures one batch after the other until the estimates meet the stopping rule.
func (p *Probe[T]) sample(d Data[T], s Sampling, measure func(batch Data[T]) error, estimates func() []Estimate) (Draws, error) {
	draws := Draws{Sampling: s}
	if err := s.check(d.N); err != nil {
		return draws, err
	}
	b, stop := s.batches(d.N), s.stopping(d.N)
	for draws.Batches < stop.max && !draws.Converged {
		if err := p.o.interrupted(); err != nil {
			return draws, err
		}
		p.batch = d.Gather(p.batch, b.next())
		if err := measure(p.batch); err != nil {
			return draws, err
		}
		draws.Batches++
		draws.Converged = stop.met(draws.Batches, estimates)
	}
	return draws, nil
}
