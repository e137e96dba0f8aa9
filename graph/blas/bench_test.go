package blas

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkGemm times the products of the mlp 3072-512-512-10 at b = 16 and n = 8192 on one thread, on all, and on as many as
// the size of the product makes Gemm choose.
func BenchmarkGemm(b *testing.B) {
	b.Log(Describe())
	for _, p := range []product[float32]{
		{false, false, 8192, 512, 3072, 1, 0, 0},
		{false, false, 8192, 512, 512, 1, 0, 0},
		{true, false, 512, 3072, 8192, 1, 0, 0},
		{false, true, 16, 512, 3072, 1, 0, 0},
		{false, true, 16, 64, 3072, 1, 0, 0},
		{false, false, 16, 512, 3072, 1, 0, 0},
		{true, false, 512, 3072, 16, 1, 0, 0},
		{false, true, 16, 512, 512, 1, 0, 0},
		{true, false, 512, 512, 16, 1, 0, 0},
		{false, true, 16, 10, 512, 1, 0, 0},
		{false, true, 1, 512, 3072, 1, 0, 0},
		{false, false, 512, 1, 3072, 1, 0, 0},
	} {
		for _, threads := range []int{1, 0} {
			b.Run(fmt.Sprintf("%dx%dx%d/%s/threads=%d", p.m, p.n, p.k, string([]byte{letterOf(p.transA), letterOf(p.transB)}), threads), func(b *testing.B) {
				x, y, z, ldx, ldy, ldz := p.operands(rand.New(rand.NewPCG(7, 4)))
				if err := SetThreads(threads); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, x, ldx, y, ldy, 0, z, ldz)
				}
				flops := 2 * float64(p.m) * float64(p.n) * float64(p.k)
				b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// BenchmarkAlternating times a product on all threads followed by one that is shared out in products of one thread each, as a
// training step takes them.
func BenchmarkAlternating(b *testing.B) {
	large := product[float32]{true, false, 512, 3072, 16, 1, 0, 0}
	skinny := product[float32]{false, true, 16, 512, 3072, 1, 0, 0}
	x, y, z, ldx, ldy, ldz := large.operands(rand.New(rand.NewPCG(7, 4)))
	u, v, w, ldu, ldv, ldw := skinny.operands(rand.New(rand.NewPCG(7, 5)))
	if err := SetThreads(0); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Gemm(large.transA, large.transB, large.m, large.n, large.k, 1, x, ldx, y, ldy, 0, z, ldz)
		Gemm(skinny.transA, skinny.transB, skinny.m, skinny.n, skinny.k, 1, u, ldu, v, ldv, 0, w, ldw)
	}
}

func letterOf(trans bool) byte {
	if trans {
		return 'T'
	}
	return 'N'
}
