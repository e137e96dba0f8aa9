package blas

import "github.com/tphakala/simd/cpu"

// ownDots says whether [Dots] is there: where the CPU has AVX2 and no wider vectors, in which OpenBLAS multiplies twice as fast.
var ownDots = cpu.X86.AVX2 && cpu.X86.FMA && !cpu.X86.AVX512F

// dotsAVX2 stores, or adds where keep has ones, the dot products of four rows of X with three rows of W, over eights times eight elements: of
// each row of W four sums, ldt from those of the next.
//
//go:noescape
func dotsAVX2(t *float32, ldt int, x *float32, ldx int, w *float32, ldw, eights int, keep uint32)

// dotsBlock is the number of elements of X that stay in the second-level cache, of 256 kB or more, while the rows of W pass.
const dotsBlock = 1 << 15

// Dots computes T = W·Xᵀ (n×m, float32) of m ≥ 4 rows of X and n ≥ 3 rows of W, k elements each, ldx and ldw elements from row to row.
// The order of summation depends on m and k alone. The CPU must have AVX2 and FMA.
func Dots(m, n, k int, x []float32, ldx int, w []float32, ldw int, t []float32) {
	_, _, _ = x[(m-1)*ldx+k-1], w[(n-1)*ldw+k-1], t[n*m-1]
	whole, block := k/8*8, max(8, dotsBlock/m/8*8)
	tile := func(i, j, lo int) {
		keep := uint32(0)
		if lo > 0 {
			keep = 0xffffffff
		}
		dotsAVX2(&t[j*m+i], m, &x[i*ldx+lo], ldx, &w[j*ldw+lo], ldw, min(block, whole-lo)/8, keep)
	}
	for lo := 0; lo < whole; lo += block {
		for j := 0; j+3 <= n; j += 3 {
			for i := 0; i+4 <= m; i += 4 {
				tile(i, j, lo)
			}
		}
	}
	again := func(i, j int) { // rows that are left, with some that have been
		for lo := 0; lo < whole; lo += block {
			tile(i, j, lo)
		}
	}
	for j := 0; m%4 > 0 && j+3 <= n; j += 3 {
		again(m-4, j)
	}
	for i := 0; n%3 > 0 && i < m; i += 4 {
		again(min(i, m-4), n-3)
	}
	for j := range n {
		for i := range m {
			for l := whole; l < k; l++ {
				t[j*m+i] += x[i*ldx+l] * w[j*ldw+l]
			}
		}
	}
}
