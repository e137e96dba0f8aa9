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

// give takes vectors back that nobody reads any more.
func (m *vectors[T]) give(v ...[]T) { m.free = append(m.free, v...) }
