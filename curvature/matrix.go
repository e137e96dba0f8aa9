package curvature

import "eoss/graph"

// hessianRecipe is H·v by double backward: the VJP of the gradients with cotangents v. The linearisation computes f and ℓ anyway.
var hessianRecipe = &recipe{linear: inV, adding: true, evaluates: true, build: func(s symbols) []*graph.Node {
	return append(graph.HVP(s.loss, s.theta, s.v), s.f, s.losses)
}}

// gaussNewtonRecipe is G·v with G = (1/n) Σ_i J_iᵀ A_i J_i: v is pushed to the outputs, multiplied by
// the loss's Hessian A in the outputs, and pulled back.
var gaussNewtonRecipe = &recipe{linear: inV, adding: true, build: func(s symbols) []*graph.Node {
	f := []*graph.Node{s.f}
	jv := graph.JVP(f, s.theta, s.v)
	ajv := graph.HVPForward(s.loss, f, jv)
	return graph.VJP(f, ajv, s.theta)
}}

// fisherRecipe is (1/n) Jᵀ(J·v).
var fisherRecipe = &recipe{linear: inV, adding: true, build: func(s symbols) []*graph.Node {
	f := []*graph.Node{s.f}
	jv := graph.JVP(f, s.theta, s.v)[0]
	return graph.VJP(f, []*graph.Node{graph.Scale(jv, 1/float64(s.denominator))}, s.theta)
}}

// Matrix is a P×P curvature matrix over a set of samples at one θ, linearised: what
// does not depend on the vector is computed once, chunk by chunk, and kept while memory allows.
type Matrix[T graph.Float] struct {
	linearized[T]
	coarse *Matrix[T] // over the first quarter of the samples; nil before it is needed
	shares bool       // its chunks are those of a finer matrix
	moved  bool       // since coarse was linearised
}

// Hessian returns ∇²L over the samples d, to be linearised at a θ before use.
func (o *Objective[T]) Hessian(d Data[T]) (*Matrix[T], error) { return o.matrix(hessianRecipe, d) }

// GaussNewton returns the Gauss–Newton matrix over the samples d, to be linearised at a θ before use.
func (o *Objective[T]) GaussNewton(d Data[T]) (*Matrix[T], error) {
	return o.matrix(gaussNewtonRecipe, d)
}

func (o *Objective[T]) matrix(r *recipe, d Data[T]) (*Matrix[T], error) {
	l, err := o.linearized(d, r)
	return &Matrix[T]{linearized: l}, err
}

// Linearize implements Linearization.
func (m *Matrix[T]) Linearize(theta []T) error {
	m.moved = true
	return m.linearized.Linearize(theta)
}

// Rebind implements Linearization.
func (m *Matrix[T]) Rebind(d Data[T]) error {
	m.dropCoarse()
	return m.linearized.Rebind(d)
}

// Release gives the memory of the kept linearisations back to the objective. The matrix cannot be used again.
func (m *Matrix[T]) Release() {
	m.dropCoarse()
	m.linearized.Release()
}

// Kept returns how many of the chunks keep their linearisation, and how many chunks there are.
func (m *Matrix[T]) Kept() (kept, chunks int) {
	for _, c := range m.chunks[0] {
		if c.keep {
			kept++
		}
	}
	return kept, len(m.chunks[0])
}

// Loss returns what Objective.Loss would at the θ of the last Linearize, which has computed it on its way. ok is false when it has not:
// of a matrix other than the Hessian, or when a chunk's linearisation is not kept.
func (m *Matrix[T]) Loss() (loss, accuracy float64, ok bool) {
	if kept, chunks := m.Kept(); m.theta == nil || m.losses == nil || kept < chunks {
		return 0, 0, false
	}
	loss, accuracy = mean(m.outputs, m.losses, m.data)
	return loss, accuracy, true
}

// Dim returns P.
func (m *Matrix[T]) Dim() int { return m.o.Dim() }

// KeptBytes returns the memory of the linearisations that are kept.
func (m *Matrix[T]) KeptBytes() (n int) {
	for _, c := range m.chunks[0] {
		if c.keep {
			n += c.p.ResidualBytes()
		}
	}
	return n
}

// Apply computes dst = A·v. It panics when the lengths are wrong or Linearize was never called:
// these are mistakes of the program, not of its user.
func (m *Matrix[T]) Apply(dst, v []T) { m.ApplyBlock([][]T{dst}, [][]T{v}) }

// ApplyBlock computes dst[t] = A·v[t] for every t, with the bits that Apply gives. A linearisation that is not kept is recomputed once for
// all vectors; with one that is kept a block costs what its products cost, because they are taken one after another: stacking the vectors
// would multiply the buffers. No two vectors may overlap.
func (m *Matrix[T]) ApplyBlock(dst, v [][]T) {
	for t := range dst {
		clear(dst[t])
	}
	m.apply(0, len(m.chunks[0]), len(dst), func(c *chunk[T], t int) {
		must(c.p.direction(v[t]))
		must(c.p.result(0, dst[t]))
	})
}
