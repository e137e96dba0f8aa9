package curvature

import (
	"fmt"

	"eoss/graph"
)

// SecondMoment is the operator E[(I − ηH_B)²], averaged over a set of batches that is drawn once: the factor by which a step of
// SGD grows the squared distance to a minimum of quadratic losses that all batches have in common, in the worst direction. It differs from (I − ηH)² by η² Var(H_B).
type SecondMoment[T graph.Float] struct {
	o       *Objective[T]
	lr      float64
	batches []*Matrix[T]
	w, hw   []T
}

// SecondMoment draws the batches of the sampling (with RelErr 0: the set is fixed; an Epoch is the exact mean over one partition) and
// linearises their Hessians at θ, which is kept by reference and must not change while products are taken. It keeps the samples of
// the batches and, within o.Memory, their linearisations.
func (o *Objective[T]) SecondMoment(theta []T, lr float64, d Data[T], s Sampling) (*SecondMoment[T], error) {
	if err := s.check(d.N); err != nil {
		return nil, err
	}
	if s.RelErr != 0 {
		return nil, fmt.Errorf("curvature: the batches of a second moment are a fixed set: RelErr must be 0, not %g", s.RelErr)
	}
	m := &SecondMoment[T]{o: o, lr: lr, w: make([]T, o.Dim()), hw: make([]T, o.Dim())}
	draw := s.batches(d.N)
	for range draw.most(d.N) {
		l, err := o.linearized(d.Gather(Data[T]{}, draw.next()), hessianRecipe)
		if err == nil {
			h := &Matrix[T]{linearized: l}
			m.batches = append(m.batches, h)
			err = h.Linearize(theta)
		}
		if err != nil {
			m.Release()
			return nil, err
		}
	}
	return m, nil
}

// Release gives the memory of the batches' linearisations back to the objective. The operator cannot be used again.
func (m *SecondMoment[T]) Release() {
	for _, h := range m.batches {
		h.Release()
	}
	m.batches = nil
}

// Dim returns P.
func (m *SecondMoment[T]) Dim() int { return m.o.Dim() }

// Apply computes dst = (1/N) Σ_B (I − ηH_B)²x: two products a batch.
func (m *SecondMoment[T]) Apply(dst, x []T) {
	clear(dst)
	for _, h := range m.batches {
		m.contract(h, x)
		h.Apply(m.hw, m.w)
		Axpy(T(-m.lr), m.hw, m.w)
		Axpy(T(1/float64(len(m.batches))), m.w, dst)
	}
}

// contract computes w = (I − ηH_B)x.
func (m *SecondMoment[T]) contract(h *Matrix[T], x []T) {
	h.Apply(m.hw, x)
	copy(m.w, x)
	Axpy(T(-m.lr), m.hw, m.w)
}

// excess is the operator E[(I − ηH_B)²] − I = E[−2ηH_B + η²H_B²]. Its eigenvalues are the second moment's less 1, which is that of every
// direction no batch curves: nearly all of them, so that a tolerance relative to it would say nothing.
type excess[T graph.Float] struct{ *SecondMoment[T] }

// Apply computes dst = (1/N) Σ_B (−2ηH_Bx + η²H_B²x).
func (e excess[T]) Apply(dst, x []T) {
	clear(dst)
	n := float64(len(e.batches))
	for _, h := range e.batches {
		h.Apply(e.hw, x)
		h.Apply(e.w, e.hw)
		Axpy(T(-2*e.lr/n), e.hw, dst)
		Axpy(T(e.lr*e.lr/n), e.w, dst)
	}
}

// Along estimates v·E[(I − ηH_B)²]v = E‖(I − ηH_B)v‖² for a unit vector v from the set of batches.
func (m *SecondMoment[T]) Along(v []T) Estimate {
	var e moments
	for _, h := range m.batches {
		m.contract(h, v)
		e.add(Dot(m.w, m.w), 1)
	}
	return e.mean()
}

// Contraction is the top eigenvalue of E[(I − ηH_B)²]: one step of SGD expands in mean square, in some direction, where it is above 1.
// It is not below 1 as long as there are directions that no batch curves.
type Contraction[T graph.Float] struct {
	// Value is the top eigenvalue over the set of batches, with the error of its Rayleigh quotient. The eigenvector suits these
	// batches best, so that Value is too large on average …
	Value Estimate
	// … and HeldOut too small: the Rayleigh quotient of the same vector over as many fresh batches. The truth lies
	// between their expectations.
	HeldOut  Estimate
	Vector   []T
	Residual float64 // relative to |Value − 1|
	Products int     // Hessian-vector products, of all batches
	Draws
}

// heldOutStream tells the fresh batches from the set.
const heldOutStream = 1 << 40

// SecondMomentContraction estimates the contraction at θ for the step size lr (η); the tolerances of opt are relative to its distance
// from 1. A sampling of a List or with every sample in
// every batch has no fresh batches: HeldOut.N is 0.
func (p *Probe[T]) SecondMomentContraction(theta []T, lr float64, d Data[T], s Sampling, opt EigenOptions[T]) (Contraction[T], error) {
	c := Contraction[T]{Draws: Draws{Sampling: s}}
	m, err := p.o.SecondMoment(theta, lr, d, s)
	if err != nil {
		return c, err
	}
	defer m.Release()
	opt.K = 1
	e, err := Lanczos(excess[T]{m}, opt)
	if err != nil {
		return c, err
	}
	c.Batches, c.Converged = len(m.batches), e.Converged
	c.Vector, c.Residual = e.Vectors[0], e.Residuals[0]
	c.Products = 2*e.Products*c.Batches + c.Batches
	c.Value = m.Along(c.Vector)
	c.Value.Mean = 1 + e.Values[0]
	if s.all(d.N) {
		c.Value.StdErr = 0
	}
	if s.List != nil || s.all(d.N) {
		return c, nil
	}
	s.Stream ^= heldOutStream
	fresh, err := p.o.SecondMoment(theta, lr, d, s)
	if err != nil {
		return c, err
	}
	defer fresh.Release()
	c.HeldOut = fresh.Along(c.Vector)
	c.Products += c.Batches
	return c, finite(c.HeldOut.Mean)
}
