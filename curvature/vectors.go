package curvature

import "eoss/graph"

// vectors is memory for vectors of one length that is used again: a fresh vector of a million numbers costs a page fault every 4 kB.
type vectors[T graph.Float] struct {
	length int
	free   [][]T
}

// take returns a vector of n numbers, whatever they are.
func (m *vectors[T]) take(n int) []T {
	if m.length != n {
		m.length, m.free = n, nil
	}
	last := len(m.free) - 1
	if last < 0 {
		return make([]T, n)
	}
	v := m.free[last]
	m.free = m.free[:last]
	return v
}

// memoryOf returns memory for vectors of a's length, most of which are in use at once: the objective's, which counts them, if a is of size P.
func memoryOf[T graph.Float](a Operator[T], most int) *vectors[T] {
	if m, ok := a.(interface{ basis(most int) *vectors[T] }); ok {
		return m.basis(most)
	}
	return new(vectors[T])
}

func (m *Matrix[T]) basis(most int) *vectors[T] { return m.o.basis(most) }

func (m *SecondMoment[T]) basis(most int) *vectors[T] { return m.o.basis(most) }

// basis returns the memory that all matrices of size P share, having counted the vectors.
func (o *Objective[T]) basis(most int) *vectors[T] {
	o.needs.basis = max(o.needs.basis, most*o.Dim()*int(graph.DtypeOf[T]().Size()))
	return &o.vectors
}

// give takes vectors back that nobody reads any more.
func (m *vectors[T]) give(v ...[]T) { m.free = append(m.free, v...) }
