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
	for _, n := range []int{1, 2, 15, 16, 17, 33} {
		const large = 64 * 128
		pixels := steps{(n + 1) * lanes, lanes}
		cases := map[string]func(dst, src []float32){
			"toLanes":     func(dst, src []float32) { toLanes(dst, src, n+3, n, lanes); clear(dst[n*lanes : n*lanes+lanes*lanes]) },
			"fromLanes":   func(dst, src []float32) { fromLanes(dst, n+3, src, n, lanes, false) },
			"fromLanes +": func(dst, src []float32) { fromLanes(dst, n+3, src, n, lanes, true) },
		}
		for which := range transforms {
			cases[fmt.Sprint("transform ", which)] = func(dst, src []float32) {
				transform(which, dst, steps{lanes, 7 * lanes}, src, pixels, n)
			}
			cases[fmt.Sprint("transform of neighbours ", which)] = func(dst, src []float32) {
				transform(which, dst, pixels, src, steps{lanes, 4 * lanes}, n)
			}
		}
		for name, f := range cases {
			rng := rand.New(rand.NewPCG(5, uint64(n)))
			src, want := make([]float32, large), make([]float32, large)
			for i := range src {
				src[i], want[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
			}
			got := append([]float32{}, want...)
			vectors = true
			f(got, src)
			vectors = false
			f(want, src)
			compareVectors(t, fmt.Sprintf("%s, n = %d", name, n), got, want)
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
