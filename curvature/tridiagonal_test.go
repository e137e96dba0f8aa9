package curvature

import (
	"math"
	"testing"
)

// TestTridiagonalPair: the matrix with 2 on the diagonal and 1 beside it has the eigenvalues 2 and 2 ± √2, the first with (1, √2, 1)/2.
func TestTridiagonalPair(t *testing.T) {
	p := tridiagonal{alpha: []float64{2, 2, 2}, beta: []float64{1, 1}}
	p.solve()
	for name, x := range map[string][2]float64{"value": {p.value, 2 + math.Sqrt2}, "gap": {p.gap, math.Sqrt2}, "last component": {p.last, 0.5}} {
		if math.Abs(x[0]-x[1]) > 1e-14 {
			t.Errorf("%s %.15g, want %.15g", name, x[0], x[1])
		}
	}
}
