package blas

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDots: sums of every remainder of rows and columns, over one block of columns and several, are those in float64; those of some of W's rows
// are the same alone.
func TestDots(t *testing.T) {
	if !ownDots {
		t.Skip("Dots is for CPUs whose widest vectors are AVX2")
	}
	rng := rand.New(rand.NewPCG(3, 9))
	for _, size := range [][3]int{{4, 3, 8}, {5, 4, 1024}, {6, 7, 1027}, {7, 5, 9001}, {8, 9, 4099}, {16, 64, 3072}, {17, 71, 3079}, {64, 256, 2000}} {
		m, n, k := size[0], size[1], size[2]
		ldx, ldw := k+rng.IntN(5), k+rng.IntN(5)
		x, w, sums := make([]float32, m*ldx), make([]float32, n*ldw), make([]float32, n*m+1)
		for _, v := range [][]float32{x, w, sums} {
			for i := range v {
				v[i] = float32(rng.NormFloat64())
			}
		}
		last := sums[n*m]
		Dots(m, n, k, x, ldx, w, ldw, sums[:n*m])
		if sums[n*m] != last {
			t.Fatalf("%v: an element behind the sums is written", size)
		}
		for j := range n {
			for i := range m {
				var want, scale float64
				for l := range k {
					p := float64(x[i*ldx+l]) * float64(w[j*ldw+l])
					want, scale = want+p, scale+math.Abs(p)
				}
				if got := float64(sums[j*m+i]); math.Abs(got-want) > 0x1p-24*scale*30 { // k/8 ≤ 1126 roundings of partial sums, at random: some √1126
					t.Fatalf("%v: sum %d, %d is %g, want %g", size, j, i, got, want)
				}
			}
		}
		if part := make([]float32, 3*m); n > 3 {
			Dots(m, 3, k, x, ldx, w[(n-3)*ldw:], ldw, part)
			if !slices.Equal(part, sums[(n-3)*m:n*m]) {
				t.Errorf("%v: the sums of the last rows differ alone", size)
			}
		}
	}
}
