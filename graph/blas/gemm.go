package blas

import (
	"fmt"
	"math"
)

// Float is the element type of the matrices.
type Float interface{ float32 | float64 }

// Gemm computes C ← alpha·op(A)·op(B) + beta·C, where op(X) is X, or Xᵀ if the flag is set.
//
// op(A) is m×k, op(B) is k×n and C is m×n, all row-major: A is stored m×k (k×m if transA) with row stride lda,
// B k×n (n×k if transB) with stride ldb, C m×n with stride ldc. With beta = 0, C is overwritten whatever it held, NaN included.
// C must not overlap A or B. The call allocates nothing.
//
// A negative dimension, a stride below the row's width and a slice too short for its matrix are programming errors: Gemm panics
// naming the argument.
func Gemm[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	gemmChecked(Threads(), transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// GemmOne is Gemm on one thread, whatever the size of the product: for products that run side by side, and whose bits must not depend on
// the number of threads.
func GemmOne[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	gemmChecked(1, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// gemmChecked is Gemm on so many threads at the most.
func gemmChecked[T Float](threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if m < 0 || n < 0 || k < 0 {
		panic(fmt.Sprintf("blas: Gemm: m, n, k = %d, %d, %d: a dimension is negative", m, n, k))
	}
	rowsA, colsA, rowsB, colsB := m, k, k, n
	if transA {
		rowsA, colsA = k, m
	}
	if transB {
		rowsB, colsB = n, k
	}
	checkMatrix("a", rowsA, colsA, lda, len(a))
	checkMatrix("b", rowsB, colsB, ldb, len(b))
	checkMatrix("c", m, n, ldc, len(c))
	if m == 0 || n == 0 {
		return
	}
	if k == 0 || alpha == 0 {
		scale(m, n, beta, c, ldc)
		return
	}
	gemm(threads, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// gemm is Gemm, of checked operands, on so many threads at the most.
func gemm[T Float](threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	lib := active()
	if lib == nil || max(m, n, k, lda, ldb, ldc) > math.MaxInt32 {
		goGemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	if m == 1 || n == 1 {
		libGemv(lib, gemvThreads(m*n*k, threads), transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	threads = gemmThreads(m, n, k, threads)
	if isSkinny(transA, transB, m, n, k) {
		libSkinny(lib, threads, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	libGemm(lib, threads, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Axpy computes y ← alpha·x + y. It panics if x and y differ in length.
func Axpy[T Float](alpha T, x, y []T) {
	if len(x) != len(y) {
		panic(fmt.Sprintf("blas: Axpy: len(x) = %d, len(y) = %d: they must be equal", len(x), len(y)))
	}
	if len(x) == 0 {
		return
	}
	lib := active()
	if lib == nil || len(x) > math.MaxInt32 {
		goAxpy(alpha, x, y)
		return
	}
	libAxpy(lib, axpyThreads(len(x), Threads()), alpha, x, y)
}

// checkMatrix panics unless length elements hold a rows×cols matrix of row stride ld.
func checkMatrix(name string, rows, cols, ld, length int) {
	if ld < max(1, cols) {
		panic(fmt.Sprintf("blas: Gemm: ld%s = %d is below %d, the row width of the %d×%d matrix %s",
			name, ld, max(1, cols), rows, cols, name))
	}
	if rows > 0 && cols > 0 && length < (rows-1)*ld+cols {
		panic(fmt.Sprintf("blas: Gemm: len(%s) = %d, but a %d×%d matrix of row stride %d needs %d",
			name, length, rows, cols, ld, (rows-1)*ld+cols))
	}
}

// scale computes C ← beta·C.
func scale[T Float](m, n int, beta T, c []T, ldc int) {
	if beta == 1 {
		return
	}
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}
