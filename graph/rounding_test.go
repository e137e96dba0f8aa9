package graph_test

import (
	"math"
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

// TestLongSums: equal float32 numbers, whose sums round the same way at every addition. Rows are summed in float64, and round once (6e-8);
// columns in blocks of 64, whose sums are added in float32 again: 64 + 2¹⁴/64 roundings bound the error, and one after another 2¹⁴ would.
func TestLongSums(t *testing.T) {
	const n, ulp = 1 << 14, 1. / (1 << 24)
	x := make([]float32, 128*n)
	for i := range x {
		x[i] = 0.1
	}
	for name, c := range map[string]struct {
		shape     graph.Shape
		over      []int
		roundings float64
	}{
		"rows":    {graph.Shape{2, 64 * n}, []int{1}, 1},
		"ends":    {graph.Shape{16 * n, 2, 4}, []int{0, 2}, 1},
		"columns": {graph.Shape{n, 2}, []int{0}, 64 + n/64},
	} {
		in := x[:c.shape.TotalSize()]
		y := graphtest.Eval(t, one(func(x *graph.Node) *graph.Node { return graph.Sum(x, c.over...) }), []graph.Shape{c.shape}, [][]float32{in})
		for _, sum := range y[0] {
			want := float64(x[0]) * float64(len(in)/2)
			if math.Abs(float64(sum)-want) > c.roundings*ulp*want {
				t.Errorf("%s: %v, want %v: off by %.1e of it", name, sum, want, float64(sum)/want-1)
			}
		}
	}
}
