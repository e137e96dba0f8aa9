package graph

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestVectorKernels: Gate and the places of the largest elements in AVX-512 are those of the Go code, ties and zeros included, and nothing
// else is written.
func TestVectorKernels(t *testing.T) {
	if !vectors {
		t.Skip("this CPU has no AVX-512")
	}
	defer func() { vectors = true }()
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
			got, want := make([]float32, n+20), make([]float32, n+20)
			vectors = true
			f(got)
			vectors = false
			f(want)
			compareVectors(t, fmt.Sprintf("%s of %d", name, n), got, want)
		}
	}
}
