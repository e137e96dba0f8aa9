package curvature

import (
	"errors"
	"math"
)

// coarsest is the fewest samples that a coarse matrix is taken over.
const coarsest = 256

// coarseTol, divided by the square root of a number of samples, is the residual to which eigenvectors over them are found: half
// of what these have over four times as many.
const coarseTol = 2

// flip, divided by the square root of a number of samples, is the relative gap between the two largest eigenvalues over
// those samples below which they may come in another order over four times as many.
const flip = 4

// Top finds the largest eigenpairs of m by Lanczos. Without a start vector, λmax alone is found from coarse to fine, so that the random
// start is paid for at the price of a subset: the top eigenvector over the first quarter of the samples, found in the same way, is the
// start, or the two top ones when they are close. What is returned depends on m alone, to the tolerance. Samples must come in an order that
// has nothing to do with what they are: the first quarter stands for all. MinProducts 0 is 2 then, and
// each subset takes MaxProducts at most.
//
// The first product of such a start then has a residual of about a tenth of λ, the second of a hundredth. So few products do not show
// the gap to the second eigenvalue: that of the subsets stands for it in residual²/gap.
func (m *Matrix[T]) Top(opt EigenOptions[T]) (Eigen[T], error) {
	if m.theta == nil {
		return Eigen[T]{}, errors.New("curvature: Top before Linearize")
	}
	if opt.Start != nil || opt.K > 1 || m.data.N/4 < coarsest {
		return Lanczos(m, opt)
	}
	if opt.Tol == 0 {
		opt.Tol = 1e-3
	}
	e, _, err := m.top(1, opt)
	return e, err
}

// top finds the first pairs, one or two, and the gap between the two largest eigenvalues relative to the first.
func (m *Matrix[T]) top(pairs int, opt EigenOptions[T]) (e Eigen[T], gap float64, err error) {
	c, err := m.coarser()
	if err != nil {
		return e, 0, err
	}
	if c == nil {
		opt.K, opt.oneEach = min(pairs, m.Dim()), true
		e, err = Lanczos(m, opt)
		if len(e.Values) > 1 {
			gap = 1 - e.Values[1]/e.Values[0]
		}
		return e, gap, err
	}
	coarse, gap, err := c.top(2, EigenOptions[T]{Tol: coarseTol / math.Sqrt(float64(c.data.N)), Seed: opt.Seed,
		MaxProducts: opt.MaxProducts, Basis: opt.Basis})
	if err != nil {
		return e, 0, err
	}
	start := coarse.Vectors
	if gap > flip/math.Sqrt(float64(c.data.N)) {
		start = start[:1]
		m.o.vectors.give(coarse.Vectors[1:]...)
	}
	setDefault(&opt.MinProducts, 2)
	e, gap, err = refine(m, start, min(pairs, len(start)), opt, gap)
	e.Coarse = (float64(coarse.Products) + coarse.Coarse) * float64(c.data.N) / float64(m.data.N)
	return e, gap, err
}

// coarser returns the matrix over the first quarter of the samples at the same θ, up to a factor, or nil if it would be too coarse.
// It is made of the first quarter of the chunks, which are linearised already, or of samples of its own.
func (m *Matrix[T]) coarser() (c *Matrix[T], err error) {
	n, chunks := m.data.N/4, len(m.chunks[0])/4
	if n < coarsest {
		return nil, nil
	}
	if m.coarse == nil {
		m.coarse, m.moved = &Matrix[T]{shares: true}, true
		if chunks == 0 {
			if m.coarse, err = m.o.matrix(m.passes[0], m.data.Rows(0, n)); err != nil {
				return nil, err
			}
		}
	}
	if !m.moved {
		return m.coarse, nil
	}
	m.moved = false
	if !m.coarse.shares {
		return m.coarse, m.coarse.Linearize(m.theta)
	}
	m.coarse.linearized, m.coarse.moved = m.first(chunks), true
	return m.coarse, nil
}

// dropCoarse forgets the coarser matrices and releases their memory.
func (m *Matrix[T]) dropCoarse() {
	switch c := m.coarse; {
	case c == nil:
	case c.shares:
		c.dropCoarse()
	default:
		c.Release()
	}
	m.coarse = nil
}
