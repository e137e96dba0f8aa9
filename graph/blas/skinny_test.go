package blas

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSkinnyParts: no part is a product that OpenBLAS computes with its kernels for small matrices, unless the whole is.
func TestSkinnyParts(t *testing.T) {
	for _, c := range []struct{ m, n, k, threads, want int }{
		{8, 64, 3072, 2, 1}, {16, 64, 3072, 2, 2}, {8, 512, 3072, 16, 12}, {8, 512, 3072, 2, 2}, {8, 64, 3072, 1, 1}, {2, 8, 1024, 4, 1}, {2, 8, 1 << 20, 4, 2},
	} {
		if got := skinnyParts(c.m, c.n, c.k, c.threads); got != c.want {
			t.Errorf("%d×%d×%d on %d threads has %d parts, want %d", c.m, c.n, c.k, c.threads, got, c.want)
		}
	}
}

// TestSkinnyOnThreads: two threads give the bits of one.
func TestSkinnyOnThreads(t *testing.T) {
	if Current().Core != "SkylakeX" && !ownDots {
		t.Skip("seen of OpenBLAS's SkylakeX kernels and of Dots only: ", Describe())
	}
	before := Threads()
	defer SetThreads(before)
	for _, shape := range [][3]int{{8, 64, 3072}, {16, 64, 3072}, {8, 512, 3072}, {64, 512, 3072}} {
		if ownDots && shape[0] > dotsRows {
			continue
		}
		p := product[float32]{false, true, shape[0], shape[1], shape[2], 1, 0, 0}
		a, b, _, lda, ldb, ldc := p.operands(rand.New(rand.NewPCG(7, 4)))
		for _, x := range [][]float32{a, b} { // sums that are rounded
			for i := range x {
				x[i] /= 3
			}
		}
		var by [2][]float32
		for i := range by {
			if err := SetThreads(i + 1); err != nil {
				t.Fatal(err)
			}
			by[i] = make([]float32, p.m*p.n)
			Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, by[i], ldc)
		}
		if !slices.Equal(by[0], by[1]) {
			t.Errorf("%v: two threads differ from one", shape)
		}
	}
}
