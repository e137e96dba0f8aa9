package curvature

import (
	"fmt"
	"math"

	"eoss/graph"
	"eoss/graph/blas"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// span is the length over which a float32 inner product is accumulated in float32, in several lanes;
// the spans' results are added in float64.
const span = 1024

// Dot returns ⟨x, y⟩: sums over spans of 1024 in the numbers' own type, these in float64. It panics when the lengths differ.
func Dot[T graph.Float](x, y []T) float64 {
	sameLength(len(x), len(y))
	if len(x) > parallelFrom*span {
		return inner([][]T{x}, y)[0]
	}
	s := 0.0
	for len(x) > span {
		s += dotSpan(x[:span], y[:span])
		x, y = x[span:], y[span:]
	}
	return s + dotSpan(x, y)
}

// sameLength panics unless two lengths are the same: a mistake of the program, not of its user.
func sameLength(x, y int) {
	if x != y {
		panic(fmt.Sprintf("curvature: vectors of %d and %d entries: they must be as long as each other", x, y))
	}
}

func dotSpan[T graph.Float](x, y []T) float64 {
	switch x := any(x).(type) {
	case []float32:
		return float64(f32.DotProduct(x, any(y).([]float32)))
	case []float64:
		return f64.DotProduct(x, any(y).([]float64))
	}
	panic("curvature: unreachable")
}

// Norm returns ‖x‖.
func Norm[T graph.Float](x []T) float64 { return math.Sqrt(Dot(x, x)) }

// Axpy computes y ← αx + y.
func Axpy[T graph.Float](alpha T, x, y []T) { blas.Axpy(alpha, x, y) }

// scale computes x ← αx.
func scale[T graph.Float](alpha T, x []T) {
	switch x := any(x).(type) {
	case []float32:
		f32.Scale(x, x, float32(alpha))
	case []float64:
		f64.Scale(x, x, float64(alpha))
	}
}
