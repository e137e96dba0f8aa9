package curvature

import "eoss/graph"

// sample is the part of a Matrix that its first chunk contributes: up to a factor, the matrix over a
// subset of the samples, at a fraction of the cost.
type sample[T graph.Float] struct{ m *Matrix[T] }

func (s sample[T]) Dim() int         { return s.m.Dim() }
func (s sample[T]) Apply(dst, v []T) { s.m.product(dst, v, 1) }

// coarseFrom is the number of chunks from which a coarse start pays.
const coarseFrom = 4

// coarseTol is the residual of the coarse eigenvector: the subset's own eigenvector is farther than
// this from that of all samples.
const coarseTol = 0.03

// Top finds the largest eigenpairs of m by Lanczos. Without a start vector, and with enough
// chunks, it first finds those of the first chunk alone: coarse to fine, so that the random start is
// paid for at the price of a subset. What is returned depends on m alone, to the tolerance.
func (m *Matrix[T]) Top(opt EigenOptions[T]) (Eigen[T], error) {
	if opt.Start != nil || len(m.chunks[0]) < coarseFrom {
		return Lanczos(m, opt)
	}
	coarse, err := Lanczos(sample[T]{m}, EigenOptions[T]{Tol: coarseTol, Seed: opt.Seed})
	if err != nil {
		return Eigen[T]{}, err
	}
	opt.Start = coarse.Vectors[0]
	e, err := Lanczos(m, opt)
	e.Coarse = coarse.Products
	return e, err
}
