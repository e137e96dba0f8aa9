package graph

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestVectorKernels: Gate and the places of the largest elements in vectors are those of the Go code, ties and zeros included, and nothing
// else is written.
func TestVectorKernels(t *testing.T) {
	if vectors == noVectors {
		t.Skip("this CPU has no AVX2")
	}
	rng := rand.New(rand.NewPCG(5, 6))
	negative := float32(-1)
	for n := 1; n < 70; n++ {
		x := make([]float32, 4*n+2)
		for i := range x {
			x[i] = float32(rng.IntN(5)-2) * negative // −0 is among them
		}
		places := maxIndex[float32](Shape{1, 1, 2, 2*n + 1})
		for name, f := range map[string]func(dst []float32){
			"Gate":     func(dst []float32) { gateVec(dst[:n], x[n:2*n], x[:n]) },
			"MaxIndex": func(dst []float32) { places(dst[:n], [][]float32{x}) },
		} {
			var want []float32
			withEach(func(code string) {
				got := make([]float32, n+20)
				f(got)
				if want == nil {
					want = got
				}
				compareVectors(t, fmt.Sprintf("%s of %d in %s", name, n, code), got, want)
			})
		}
	}
}
