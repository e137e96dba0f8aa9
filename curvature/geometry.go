package curvature

import (
	"math"

	"eoss/graph"
)

// GradientProjection returns, for k = 1, 2, …, the share of g in the span of the first k of the orthonormal vectors v:
// Σ_{i≤k} ⟨g, v_i⟩²/‖g‖². With the top eigenvectors of the Hessian it says how much of the gradient lies where the
// loss is sharp. NaN when g vanishes.
func GradientProjection[T graph.Float](g []T, v [][]T) []float64 {
	share, sum, gg := make([]float64, len(v)), 0.0, Dot(g, g)
	for i := range v {
		c := Dot(g, v[i])
		sum += c * c
		share[i] = sum / gg
	}
	return share
}

// Distance returns ‖x − y‖: param_distance ‖θ − θ_ref‖. It panics when the lengths differ.
func Distance[T graph.Float](x, y []T) float64 {
	sameLength(len(x), len(y))
	s := 0.0
	for i := range x {
		d := float64(x[i]) - float64(y[i])
		s += d * d
	}
	return math.Sqrt(s)
}
