package curvature

import "eoss/graph"

// pullRecipe adds Jᵀu to a vector of length P.
var pullRecipe = &recipe{linear: inU, adding: true, build: func(s symbols) []*graph.Node {
	return graph.VJP([]*graph.Node{s.f}, []*graph.Node{s.u}, s.theta)
}}

// pushRecipe is (1/n) J·v.
var pushRecipe = &recipe{linear: inV, build: func(s symbols) []*graph.Node {
	jv := graph.JVP([]*graph.Node{s.f}, s.theta, s.v)[0]
	return []*graph.Node{graph.Scale(jv, 1/float64(s.denominator))}
}}

// ntk is the kernel (1/n) JJᵀ of size n·c, entry i·c + j belonging to output j of sample i: u is pulled back to the
// parameters, over all chunks, and the sum is pushed forward, chunk by chunk.
type ntk[T graph.Float] struct {
	linearized[T]
	pulled []T
}

func (o *Objective[T]) ntk(d Data[T]) (*ntk[T], error) {
	l, err := o.linearized(d, pullRecipe, pushRecipe)
	return &ntk[T]{l, make([]T, o.Dim())}, err
}

// Dim returns n·c.
func (k *ntk[T]) Dim() int { return k.data.N * k.o.Outputs }

// rows returns the part of u that belongs to a chunk's outputs.
func (k *ntk[T]) rows(u []T, c *chunk[T]) []T {
	return u[c.first*k.o.Outputs : (c.first+c.data.N)*k.o.Outputs]
}

// Apply computes dst = (1/n) J(Jᵀu).
func (k *ntk[T]) Apply(dst, u []T) {
	sameLength(len(u), k.Dim())
	sameLength(len(dst), k.Dim())
	clear(k.pulled)
	k.apply(0, len(k.chunks[0]), 1, func(c *chunk[T], _ int) {
		must(c.p.BindInput(c.p.s.u, k.rows(u, c)))
		must(c.p.result(0, k.pulled))
	})
	k.apply(1, len(k.chunks[1]), 1, func(c *chunk[T], _ int) {
		must(c.p.direction(k.pulled))
		must(c.p.BindOutput(0, k.rows(dst, c)))
	})
}
