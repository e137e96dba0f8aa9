package blas_test

import (
	"math"
	"testing"

	"eoss/graph/blas"
)

// TestGemmBatch: the products of a list are those of Gemm one by one, whatever the number of threads and whichever way they are
// shared out; float32 rounds sums of 40 terms of order 1 to some 1e-5.
func TestGemmBatch(t *testing.T) {
	defer blas.SetThreads(0)
	for _, c := range []struct{ count, m, n, k int }{{1, 300, 200, 40}, {2, 128, 128, 40}, {3, 5, 4, 0}, {70, 40, 30, 40}, {5, 3, 1, 2}, {0, 3, 3, 3}} {
		for flags := range 4 {
			for _, beta := range []float32{0, 1} {
				transA, transB := flags&1 == 1, flags&2 == 2
				lda, ldb := c.k, c.n
				if transA {
					lda = c.m
				}
				if transB {
					ldb = c.k
				}
				a, b := waves(c.count*c.m*c.k, 0.3), waves(c.count*c.k*c.n, 0.7)
				want := waves(c.count*c.m*c.n, 1.1)
				for i := range c.count {
					blas.Gemm(transA, transB, c.m, c.n, c.k, 2, a[i*c.m*c.k:], max(1, lda), b[i*c.k*c.n:], max(1, ldb), beta, want[i*c.m*c.n:], c.n)
				}
				for _, threads := range []int{1, 2, 4} {
					blas.SetThreads(threads)
					got := waves(c.count*c.m*c.n, 1.1)
					blas.GemmBatch(c.count, transA, transB, c.m, c.n, c.k, 2, a, b, beta, got)
					for i := range want {
						if !(math.Abs(float64(got[i]-want[i])) <= 5e-5) {
							t.Fatalf("%+v, transposed %v %v, β = %v, %d threads: entry %d is %v, want %v", c, transA, transB, beta, threads, i, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

func waves(n int, step float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(step * float64(i+1)))
	}
	return x
}

// TestGemmBatchMistakes: an operand of the wrong length is a panic that says so.
func TestGemmBatchMistakes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a short operand was accepted")
		}
	}()
	blas.GemmBatch(2, false, false, 2, 2, 2, 1, make([]float64, 8), make([]float64, 7), 0, make([]float64, 8))
}
