package curvature

import "eoss/graph"

// MomentumDescent takes steps of stochastic gradient descent with momentum, Polyak's heavy ball in PyTorch's form:
//
//	v ← μv + ∇L_B(θ),  θ ← θ − ηv
//
// from v = 0. On a quadratic the full-batch iteration is stable up to λmax = 2(1+μ)/η (Polyak 1964; Cohen et al. 2021).
// The gradient is never stored: a weight's is added to μv by the matrix product that computes it.
type MomentumDescent[T graph.Float] struct {
	o        *Objective[T]
	lr, mu   float64
	steps    int
	velocity []T
	theta    []T // of the step being taken
	loss     [1]T
	decay    *sweep // v ← μv
	move     *sweep // θ ← θ − ηv
}

// NewMomentumDescent returns a descent with step size lr (η) and momentum mu (μ, from 0 to below 1).
func (o *Objective[T]) NewMomentumDescent(lr, mu float64) *MomentumDescent[T] {
	m := &MomentumDescent[T]{o: o, lr: lr, mu: mu, velocity: make([]T, o.Dim())}
	m.decay = newSweep(o.Dim(), func(lo, hi int) { scale(T(m.mu), m.velocity[lo:hi]) })
	m.move = newSweep(o.Dim(), func(lo, hi int) { addScaled(m.theta[lo:hi], T(-m.lr), m.velocity[lo:hi]) })
	return m
}

// Step moves θ by one step along the batch d and returns L_B before it.
func (m *MomentumDescent[T]) Step(theta []T, d Data[T]) (loss float64, err error) {
	if err := m.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	m.decay.run()
	if loss, err = m.o.addGradient(m.velocity, theta, d, m.loss[:]); err != nil {
		return 0, err
	}
	m.theta = theta
	m.move.run()
	m.steps++
	return loss, nil
}

// Velocity returns v and μ. The next step changes v.
func (m *MomentumDescent[T]) Velocity() (v []T, mu float64) { return m.velocity, m.mu }

// State returns the velocity v.
func (m *MomentumDescent[T]) State() OptimizerState[T] {
	return OptimizerState[T]{m.steps, []StateVector[T]{{"velocity", m.velocity}}}
}

// Restore continues from a saved state.
func (m *MomentumDescent[T]) Restore(saved OptimizerState[T]) error {
	return m.State().restore(saved, &m.steps)
}
