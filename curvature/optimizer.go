package curvature

import (
	"fmt"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/graph/crew"
)

// Optimizer takes the steps of training: [Descent], [MomentumDescent], [Adam] or [NoisyDescent].
type Optimizer[T graph.Float] interface {
	// Step moves θ by one step along the batch d (of a NoisyDescent: all samples) and returns L_B before it.
	Step(theta []T, d Data[T]) (loss float64, err error)
	// State returns what the next step depends on besides θ and the batch.
	State() OptimizerState[T]
	// Restore copies a state of the same kind of optimizer into this one, which then continues bit for bit. A state of
	// other vectors, or of other lengths, is an error and changes nothing.
	Restore(OptimizerState[T]) error
}

// OptimizerState is an optimizer's memory: the steps it has taken, and its vectors, each as long as θ, in a fixed order. The vectors
// are the optimizer's own: the next step changes them.
type OptimizerState[T graph.Float] struct {
	Steps   int
	Vectors []StateVector[T]
}

// StateVector is one of an optimizer's vectors: velocity, or first_moment and second_moment.
type StateVector[T graph.Float] struct {
	Name   string
	Values []T
}

// restore copies the vectors of saved into those of s, and its number of steps.
func (s OptimizerState[T]) restore(saved OptimizerState[T], steps *int) error {
	if saved.Steps < 0 {
		return fmt.Errorf("curvature: the saved optimizer has taken %d steps", saved.Steps)
	}
	if len(saved.Vectors) != len(s.Vectors) {
		return fmt.Errorf("curvature: the saved optimizer has %d vectors, this one has %d", len(saved.Vectors), len(s.Vectors))
	}
	for i, v := range s.Vectors {
		switch w := saved.Vectors[i]; {
		case w.Name != v.Name:
			return fmt.Errorf("curvature: vector %d of the saved optimizer is %q, this one's is %q", i, w.Name, v.Name)
		case len(w.Values) != len(v.Values):
			return fmt.Errorf("curvature: the saved %s has %d entries, this one has %d", v.Name, len(w.Values), len(v.Values))
		}
	}
	for i, v := range s.Vectors {
		copy(v.Values, saved.Vectors[i].Values)
	}
	*steps = saved.Steps
	return nil
}

// sweepPart is the number of entries that are worth a thread.
const sweepPart = 16 * span

// sweep updates vectors entry by entry, span by span so that what an update reads again is still in the fastest cache, shared among the
// threads. The arithmetic of an entry does not depend on who does it. Running it again allocates nothing.
type sweep struct {
	update func(lo, hi int)
	n      int
	parts  int
	shared *crew.Work
}

func newSweep(n int, update func(lo, hi int)) *sweep {
	s := &sweep{update: update, n: n}
	s.shared = crew.New(s.part)
	return s
}

// run updates all entries.
func (s *sweep) run() {
	s.parts = max(1, min(blas.Threads(), s.n/sweepPart))
	s.shared.Run(s.parts)
}

func (s *sweep) part(p int) {
	spans := (s.n + span - 1) / span
	for k := p * spans / s.parts; k < (p+1)*spans/s.parts; k++ {
		s.update(k*span, min((k+1)*span, s.n))
	}
}
