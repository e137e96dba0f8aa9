package blas_test

import (
	"fmt"
	"testing"

	"eoss/graph/blas"
)

// BenchmarkGemm runs the products of the paper's MLP: forward, weight gradient and input gradient of its
// layers, for a mini-batch and for the full batch.
func BenchmarkGemm(b *testing.B) {
	for _, c := range []struct {
		m, n, k        int
		transA, transB bool
	}{
		{16, 512, 3072, false, true}, {512, 3072, 16, true, false}, {16, 512, 512, false, true}, {16, 512, 512, false, false},
		{512, 512, 16, true, false}, {16, 10, 512, false, true}, {10, 512, 16, true, false},
		{1024, 512, 3072, false, true}, {512, 3072, 1024, true, false}, {1024, 512, 512, false, true},
		{8192, 512, 3072, false, true}, {512, 3072, 8192, true, false}, {8192, 512, 512, false, true},
	} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%dx%dx%d/%s/threads=%d", c.m, c.n, c.k, flags(c.transA, c.transB), threads), func(b *testing.B) {
				x, y, z := make([]float32, c.m*c.k), make([]float32, c.k*c.n), make([]float32, c.m*c.n)
				for i := range x {
					x[i] = float32(i%7) - 3
				}
				for i := range y {
					y[i] = float32(i%5) - 2
				}
				lda, ldb := c.k, c.n
				if c.transA {
					lda = c.m
				}
				if c.transB {
					ldb = c.k
				}
				blas.SetThreads(threads)
				defer blas.SetThreads(0)
				for b.Loop() {
					blas.Gemm(c.transA, c.transB, c.m, c.n, c.k, 1, x, lda, y, ldb, 0, z, c.n)
				}
				b.ReportMetric(2*float64(c.m)*float64(c.n)*float64(c.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

func flags(transA, transB bool) string {
	return map[bool]string{false: "N", true: "T"}[transA] + map[bool]string{false: "N", true: "T"}[transB]
}
