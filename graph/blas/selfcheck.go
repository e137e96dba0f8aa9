package blas

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// selfCheck computes a few products and returns the first one that is wrong, "" if all are right. Old OpenBLAS builds are known to
// compute wrong results on processors they were not made for, and nothing downstream would tell.
func selfCheck(lib *library, threads int) string {
	for _, size := range [][3]int{{16, 70, 500}, {200, 130, 1000}} {
		for flags := range 4 {
			m, n, k, transA, transB := size[0], size[1], size[2], flags&1 != 0, flags&2 != 0
			if !checkProduct(onLibrary[float32](lib, threads), transA, transB, m, n, k) {
				return fmt.Sprintf("float32, m, n, k = %d, %d, %d, transposed: %t, %t", m, n, k, transA, transB)
			}
			if !checkProduct(onLibrary[float64](lib, threads), transA, transB, m, n, k) {
				return fmt.Sprintf("float64, m, n, k = %d, %d, %d, transposed: %t, %t", m, n, k, transA, transB)
			}
		}
	}
	return ""
}

// multiplier has Gemm's signature.
type multiplier[T Float] func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

func onLibrary[T Float](lib *library, threads int) multiplier[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		libGemm(lib, threads, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// checkProduct is Freivalds' check, C·x = A·(B·x) for a random x: O(n²) for a product of O(n³). The entries of A and B are integers
// in [-3, 3], so that C is exact (9k < 2²⁴) and one wrong element shows as an error of the size of an x_j.
func checkProduct[T Float](multiply multiplier[T], transA, transB bool, m, n, k int) bool {
	random := rand.New(rand.NewPCG(1, uint64(m)))
	small := func(length int) []T {
		v := make([]T, length)
		for i := range v {
			v[i] = T(random.IntN(7) - 3)
		}
		return v
	}
	a, b, c, x := small(m*k), small(k*n), make([]T, m*n), make([]float64, n)
	for i := range x {
		x[i] = 1 + random.Float64()
	}
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	multiply(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, n)
	expected := matVec(transA, m, k, a, matVec(transB, k, n, b, x))
	for i, got := range matVec(false, m, n, c, x) {
		// The float64 sums are off by about 1e-10; a wrong element changes one by at least 1. NaN fails too.
		if !(math.Abs(got-expected[i]) < 1e-3) {
			return false
		}
	}
	return true
}

// matVec returns op(A)·x for an op(A) of rows×cols, in float64.
func matVec[T Float](trans bool, rows, cols int, a []T, x []float64) []float64 {
	y := make([]float64, rows)
	for i := range rows {
		for j := range cols {
			element := i*cols + j
			if trans {
				element = j*rows + i
			}
			y[i] += float64(a[element]) * x[j]
		}
	}
	return y
}
