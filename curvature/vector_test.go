package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestLongSums: inner products of equal float32 numbers, in one goroutine (2¹⁶ of them) and in several (2²⁰), and the mean square of the
// gradients of 2¹⁵ samples, to 1e-6: half the rounding of the last place of a float32 result is 6e-8, and a span of 1024 in lanes adds a few of
// these. Sums in float32 throughout would be off by 1e-5 and more, because equal terms round the same way every time.
func TestLongSums(t *testing.T) {
	for _, n := range []int{1 << 16, 1 << 20} {
		x := make([]float32, n)
		for i := range x {
			x[i] = 0.1
		}
		equal(t, "⟨x, x⟩", curvature.Dot(x, x), float64(n)*math.Pow(float64(x[0]), 2), 1e-6)
	}
	// ∂ℓ/∂a of f = a·b·x at a = 0, b = 1 is −2yx: ∓0.2, in turn
	const n = 1 << 15
	s := newSmall[float32](t, models.Spec{Name: "diaglin", Input: []int{1}, Outputs: 1}, "mse", n, 1)
	copy(s.theta, []float32{0, 1})
	for i := range n {
		s.data.X[i] = 0.1 * float32(1-i%2*2)
	}
	diag, grad := make([]float32, 2), make([]float32, 2)
	_, err := s.o.GradientVariance(diag, grad, s.theta, s.data)
	noError(t, err)
	equal(t, "variance", float64(diag[0]), 4*math.Pow(float64(s.data.X[0]), 2), 1e-6)
}
