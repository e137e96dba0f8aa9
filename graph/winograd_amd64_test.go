package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVectorTransforms: the assembly computes what the Go code computes, and touches nothing else; AVX-512 makes the bits of AVX2.
func TestVectorTransforms(t *testing.T) {
	best := vectors
	if best == noVectors {
		t.Skip("this CPU has no AVX2")
	}
	defer func() { vectors = best }()
	for _, n := range []int{1, 2, 7, 8, 9, 15, 16, 17, 33} {
		for name, f := range vectorCode(n) {
			var results [avx512 + 1][]float32
			for vectors = noVectors; vectors <= best; vectors++ {
				rng := rand.New(rand.NewPCG(5, uint64(n)))
				src, dst := make([]float32, 64*128), make([]float32, 64*128)
				for i := range src {
					src[i], dst[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
				}
				f(dst, src)
				results[vectors] = dst
			}
			what := fmt.Sprintf("%s, n = %d", name, n)
			compareVectors(t, what, results[avx2], results[noVectors])
			if best == avx512 && !slices.Equal(results[avx512], results[avx2]) {
				t.Errorf("%s: AVX-512 makes other bits than AVX2", what)
			}
		}
	}
}

// vectorCode is what is in assembly, on n pixels.
func vectorCode(n int) map[string]func(dst, src []float32) {
	pixels := steps{(n + 1) * lanes, lanes}
	code := map[string]func(dst, src []float32){}
	for _, channels := range []int{lanes, lanes / 2, lanes/2 + 1} {
		what := fmt.Sprint(" of ", channels)
		code["toLanes"+what] = func(dst, src []float32) {
			toLanes(dst, src, n+3, n, channels)
			clear(dst[n*lanes : n*lanes+lanes*lanes])
		}
		for _, add := range []bool{false, true} {
			code[fmt.Sprint("fromLanes", what, " +", add)] = func(dst, src []float32) { fromLanes(dst, n+3, src, n, channels, add) }
		}
	}
	for which := range sizes {
		code[fmt.Sprint("transform ", which)] = func(dst, src []float32) {
			transform(which, dst, steps{lanes, 7 * lanes}, src, pixels, n)
		}
		code[fmt.Sprint("transform of neighbours ", which)] = func(dst, src []float32) {
			transform(which, dst, pixels, src, steps{lanes, 4 * lanes}, n)
		}
	}
	return code
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
