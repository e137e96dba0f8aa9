package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestVectorTransforms: the assembly computes what the Go code computes, and touches nothing else.
func TestVectorTransforms(t *testing.T) {
	if !vectors {
		t.Skip("this CPU has no AVX-512")
	}
	defer func() { vectors = true }()
	for _, n := range []int{1, 2, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33} {
		for _, rows := range []int{1, 3} {
			stride, pitch := rows*n+3, 2*n+5
			blocks, image := 16*stride, (2*rows+2)*pitch
			for name, f := range map[string]func(dst, src []float32){
				"splitWindows":  func(dst, src []float32) { splitWindows(dst, stride, src, pitch, n, rows) },
				"splitBlocks":   func(dst, src []float32) { splitBlocks(dst, stride, src, pitch, n, rows) },
				"joinWindows":   func(dst, src []float32) { joinWindows(dst, pitch, src, stride, n, rows) },
				"joinBlocks":    func(dst, src []float32) { joinBlocks(dst, pitch, src, stride, n, rows, false) },
				"joinBlocks to": func(dst, src []float32) { joinBlocks(dst, pitch, src, stride, n, rows, true) },
			} {
				rng := rand.New(rand.NewPCG(5, uint64(n)))
				src, want := make([]float32, max(blocks, image)), make([]float32, max(blocks, image))
				for i := range src {
					src[i], want[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
				}
				got := append([]float32{}, want...)
				vectors = true
				f(got, src)
				vectors = false
				f(want, src)
				compareVectors(t, fmt.Sprintf("%s of %d rows of %d blocks", name, rows, n), got, want)
			}
		}
	}
}

// compareVectors allows for another order of summation: a few units in the last place of numbers of about 10.
func compareVectors(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if !(math.Abs(float64(got[i]-want[i])) <= 1e-5) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}
