package curvature

import "eoss/graph"

// Descent takes steps of stochastic gradient descent, θ ← θ − η∇L_B(θ), of a fixed step size. The update
// is part of the compiled program: a weight's −η∇L_B is added to θ by the matrix product that
// computes it, so the gradient itself is never stored.
type Descent[T graph.Float] struct {
	o       *Objective[T]
	lr      float64
	steps   int
	recipe  *recipe
	grad    []T // of batches larger than a chunk
	lossOut [1]T
}

// NewDescent returns a descent with step size lr (η).
func (o *Objective[T]) NewDescent(lr float64) *Descent[T] {
	r := &recipe{update: true, build: func(s symbols) []*graph.Node {
		return append([]*graph.Node{s.loss}, graph.Gradient(graph.Scale(s.loss, -lr), s.theta)...)
	}}
	return &Descent[T]{o: o, lr: lr, recipe: r}
}

// Step moves θ by one step along the batch d and returns L_B before it.
func (s *Descent[T]) Step(theta []T, d Data[T]) (loss float64, err error) {
	if d.N > s.o.Chunk {
		return s.large(theta, d)
	}
	if err := s.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	loss, err = s.o.evaluate(s.recipe, d.N, theta, d, s.lossOut[:], theta)
	if err == nil {
		s.steps++
	}
	return loss, err
}

func (s *Descent[T]) large(theta []T, d Data[T]) (float64, error) {
	if s.grad == nil {
		s.grad = make([]T, len(theta))
	}
	loss, err := s.o.writeGradient(s.grad, theta, d, s.lossOut[:])
	if err == nil {
		Axpy(T(-s.lr), s.grad, theta)
		s.steps++
	}
	return loss, err
}

// State returns the number of steps: plain descent has no other memory.
func (s *Descent[T]) State() OptimizerState[T] { return OptimizerState[T]{Steps: s.steps} }

// Restore continues from a saved state.
func (s *Descent[T]) Restore(saved OptimizerState[T]) error {
	return s.State().restore(saved, &s.steps)
}
