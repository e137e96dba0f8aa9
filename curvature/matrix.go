package curvature

import "eoss/graph"

// Operator is a symmetric linear map on flat vectors; the algorithms of this package know nothing else.
type Operator[T graph.Float] interface {
	Dim() int
	// Apply computes dst = A·x. dst and x must not overlap.
	Apply(dst, x []T)
}

// hessianRecipe is H·v by double backward: the VJP of the gradients with cotangents v.
var hessianRecipe = &recipe{linear: true, adding: true, build: func(s symbols) []*graph.Node {
	return graph.HVP(s.loss, s.theta, s.v)
}}

// gaussNewtonRecipe is G·v with G = (1/n) Σ_i J_iᵀ A_i J_i: v is pushed to the outputs, multiplied by
// the loss's Hessian A in the outputs, and pulled back.
var gaussNewtonRecipe = &recipe{linear: true, adding: true, build: func(s symbols) []*graph.Node {
	f := []*graph.Node{s.f}
	jv := graph.JVP(f, s.theta, s.v)
	ajv := graph.HVPForward(s.loss, f, jv)
	return graph.VJP(f, ajv, s.theta)
}}

// Matrix is a P×P curvature matrix of the loss over a set of samples at one θ, linearised: what
// does not depend on the vector is computed once, chunk by chunk, and kept while memory allows.
type Matrix[T graph.Float] struct {
	o      *Objective[T]
	recipe *recipe
	data   Data[T]
	chunks []chunk[T]
	shared map[*program[T]]*graph.Residual[T] // of the chunks beyond the memory bound
	theta  []T
}

type chunk[T graph.Float] struct {
	p        *program[T]
	data     Data[T]
	residual *graph.Residual[T] // nil: recomputed at every product
	keep     bool
}

// Hessian returns ∇²L over the samples d, to be linearised at a θ before use.
func (o *Objective[T]) Hessian(d Data[T]) (*Matrix[T], error) { return o.matrix(hessianRecipe, d) }

// GaussNewton returns the Gauss–Newton matrix over the samples d, to be linearised at a θ before use.
func (o *Objective[T]) GaussNewton(d Data[T]) (*Matrix[T], error) {
	return o.matrix(gaussNewtonRecipe, d)
}

func (o *Objective[T]) matrix(r *recipe, d Data[T]) (*Matrix[T], error) {
	if err := o.check(o.Dim(), len(d.X), len(d.Y), d.N); err != nil {
		return nil, err
	}
	m := &Matrix[T]{o: o, recipe: r, data: d, shared: map[*program[T]]*graph.Residual[T]{}}
	used := 0
	err := o.chunks(d.N, func(lo, hi int) error {
		p, err := o.program(r, hi-lo, d.N)
		if err != nil {
			return err
		}
		used += p.ResidualBytes()
		keep := o.Memory == 0 || used <= o.Memory
		m.chunks = append(m.chunks, chunk[T]{p: p, data: d.Rows(lo, hi), keep: keep})
		return nil
	})
	return m, err
}

// Kept returns how many of the chunks keep their linearisation, and how many chunks there are.
func (m *Matrix[T]) Kept() (kept, chunks int) {
	for _, c := range m.chunks {
		if c.keep {
			kept++
		}
	}
	return kept, len(m.chunks)
}

// Linearize moves the matrix to θ, which is kept by reference and must not change while products
// are taken.
func (m *Matrix[T]) Linearize(theta []T) error {
	if err := m.o.check(len(theta), len(m.data.X), len(m.data.Y), m.data.N); err != nil {
		return err
	}
	m.theta = theta
	for i := range m.chunks {
		if c := &m.chunks[i]; c.keep {
			if err := c.p.bind(theta, c.data); err != nil {
				return err
			}
			c.residual = c.p.Linearize(c.residual)
		}
	}
	return nil
}

// Dim returns P.
func (m *Matrix[T]) Dim() int { return m.o.Dim() }

// Apply computes dst = A·v. It panics when the lengths are wrong or Linearize was never called:
// these are mistakes of the program, not of its user.
func (m *Matrix[T]) Apply(dst, v []T) {
	m.apply(dst, v, len(m.chunks))
}

// apply computes the contribution of the first few chunks to A·v.
func (m *Matrix[T]) apply(dst, v []T, chunks int) {
	if m.theta == nil {
		panic("curvature: Apply before Linearize")
	}
	clear(dst)
	for i := range chunks {
		c := &m.chunks[i]
		r := c.residual
		if !c.keep {
			must(c.p.bind(m.theta, c.data))
			r = c.p.Linearize(m.shared[c.p])
			m.shared[c.p] = r
		}
		must(c.p.direction(v))
		must(c.p.result(0, dst))
		c.p.Apply(r)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
