package blas

import (
	"fmt"

	"eoss/graph/crew"
)

// GemmBatch computes count products of one shape, C_i ← alpha·op(A_i)·op(B_i) + beta·C_i. The matrices of a list are stored one
// after another, each row-major without gaps: A is count × m×k, B count × k×n and C count × m×n, before transposition.
//
// Small products are shared out among the threads, one thread to a product; when there are fewer products than threads, all
// threads work on one product after another.
func GemmBatch[T Float](count int, transA, transB bool, m, n, k int, alpha T, a, b []T, beta T, c []T) {
	if count < 0 || m < 0 || n < 0 || k < 0 {
		panic(fmt.Sprintf("blas: GemmBatch: count, m, n, k = %d, %d, %d, %d: a dimension is negative", count, m, n, k))
	}
	if len(a) != count*m*k || len(b) != count*k*n || len(c) != count*m*n {
		panic(fmt.Sprintf("blas: GemmBatch: %d products of %d×%d by %d×%d have operands of length %d and %d and a result of length %d",
			count, m, k, k, n, len(a), len(b), len(c)))
	}
	if count*m*n == 0 {
		return
	}
	if k == 0 {
		scale(1, len(c), beta, c, len(c))
		return
	}
	l := list[T]{transA, transB, m, n, k, alpha, beta, a, b, c, 1}
	workers := min(gemmThreads(count*m, n, k, Threads()), count)
	if workers < Threads() && workers == count {
		l.threads = gemmThreads(m, n, k, Threads())
		workers = 1
	}
	if workers == 1 {
		l.run(0, count)
		return
	}
	crew.Do(workers, func(w int) { l.run(w*count/workers, (w+1)*count/workers) })
}

// list is the arguments of a GemmBatch.
type list[T Float] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	a, b, c        []T
	threads        int // of one product
}

// run computes the products lo … hi−1.
func (l *list[T]) run(lo, hi int) {
	m, n, k := l.m, l.n, l.k
	lda, ldb := k, n
	if l.transA {
		lda = m
	}
	if l.transB {
		ldb = k
	}
	for i := lo; i < hi; i++ {
		gemm(l.threads, l.transA, l.transB, m, n, k, l.alpha, l.a[i*m*k:(i+1)*m*k], lda, l.b[i*k*n:(i+1)*k*n], ldb, l.beta, l.c[i*m*n:(i+1)*m*n], n)
	}
}
