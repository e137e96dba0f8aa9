package graph

import "eoss/graph/blas"

// multiply computes C = A B, or adds it, with A m×k, or k×m and transposed, of whole vectors of columns: B and C have wholeVectors(n), those
// beyond n of zeros. Matrices so small cost OpenBLAS as much to pack, and to call from Go, as to multiply. Where the CPU has AVX-512, which
// OpenBLAS multiplies twice as wide in, they stay with it.
func multiply[T Float](add, transA bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	if c, ok := any(c).([]float32); ok && vectors != noVectors && (vectors == avx2 || !blas.Loaded()) {
		row, col := lda, 1
		if transA {
			row, col = 1, lda
		}
		multiply32(add, m, n, k, any(a).([]float32), row, col, any(b).([]float32), ldb, c, ldc)
		return
	}
	blas.GemmOne(transA, false, m, n, k, 1, a, lda, b, ldb, beta[T](add), c, ldc)
}
