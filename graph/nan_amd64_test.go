package graph

import (
	"math"
	"testing"
)

// withEach runs f with the vector code that the CPU has, and with the Go code.
func withEach(f func(code string)) {
	best := vectors
	defer func() { vectors = best }()
	for vectors = noVectors; vectors <= best; vectors++ {
		f(vectors.String())
	}
}

// TestNaNOfReLU: NaN stays NaN in rows of any length, by itself and after a bias; the gate of NaN is closed.
func TestNaNOfReLU(t *testing.T) {
	withEach(func(code string) {
		nanOfReLU[float32](t, code)
		nanOfReLU[float64](t, code)
	})
}

func nanOfReLU[T Float](t *testing.T, code string) {
	for n := 1; n < 40; n++ {
		for _, sign := range []float64{1, -1} {
			x, dst := make([]T, n), make([]T, n)
			for i := range x {
				x[i] = T([]float64{math.Copysign(math.NaN(), sign), 2, -3, 0, math.Inf(1)}[i%5])
			}
			for name, f := range map[string]kernel[T]{
				"ReLU":    unary(reluVec[T]),
				"AddBias": addBias(1, n, 1, reluVec[T]),
				"Gate":    func(dst []T, in [][]T) { gateVec(dst, in[1], in[0]) },
			} {
				ones := make([]T, n)
				if name == "Gate" {
					fill(ones, 1)
				}
				f(dst, [][]T{x, ones})
				for i, y := range dst {
					want := map[bool][]float64{false: {math.NaN(), 2, 0, 0, math.Inf(1)}, true: {0, 1, 0, 0, 1}}[name == "Gate"][i%5]
					if float64(y) != want && !(math.IsNaN(want) && y != y) {
						t.Errorf("%s of %T, row of %d, %s: %v at %v, want %v", name, y, n, code, y, x[i], want)
					}
				}
			}
		}
	}
}

// TestNaNOfMaxPool: the first NaN of a window is its largest element, wherever it stands.
func TestNaNOfMaxPool(t *testing.T) {
	values := []float64{math.NaN(), -1, 2, math.Inf(1), math.Inf(-1)}
	const n = 5 * 5 * 5 * 5
	x := make([]float64, 4*n)
	want := make([]float64, n)
	for i := range n {
		w := [4]float64{values[i%5], values[i/5%5], values[i/25%5], values[i/125]}
		x[2*i], x[2*i+1], x[2*n+2*i], x[2*n+2*i+1] = w[0], w[1], w[2], w[3]
		for k, v := range w {
			if largest := w[int(want[i])]; v > largest || v != v && largest == largest {
				want[i] = float64(k)
			}
		}
	}
	withEach(func(code string) {
		nanOfMaxPool[float32](t, code, x, want)
		nanOfMaxPool[float64](t, code, x, want)
	})
}

func nanOfMaxPool[T Float](t *testing.T, code string, x, want []float64) {
	images := Shape{1, 1, 2, len(x) / 2}
	in, place := elements[T](x), make([]T, len(want))
	maxIndex[T](images)(place, [][]T{in})
	for i, p := range place {
		if p != T(want[i]) {
			t.Fatalf("%s: the largest of %v, %v and %v, %v is at %v, want %v", code, in[2*i], in[2*i+1], in[2*len(want)+2*i], in[2*len(want)+2*i+1], p, want[i])
		}
	}
}
