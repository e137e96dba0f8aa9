package graph_test

import (
	"math"
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

// TestLargeLogits: logits of a thousand neither overflow nor lose the loss, wherever the largest is and whatever its sign.
func TestLargeLogits(t *testing.T) {
	f := []float64{1000, 0, -1000, 0, 0, 1000, -1000, -1001, -1002}
	y := []float64{0, 1, 0, 1, 0, 0, 0, 0, 1}
	got := graphtest.Eval(t, two(graph.SoftmaxCrossEntropy), []graph.Shape{{3, 3}, {3, 3}}, [][]float64{f, y})
	compare(t, "cross-entropy", got, [][]float64{{1000, 1000, 2 + math.Log(1+math.Exp(-1)+math.Exp(-2))}}, 1e-12)
}

// TestLogitsFarFromZero: the loss depends on differences of logits alone, and float32 does not lose it among large ones. Targets need not sum
// to 1.
func TestLogitsFarFromZero(t *testing.T) {
	f := []float64{3, -2, 0.5, 0, 12, -1}
	y := []float64{0, 1, 0, 0, 0.9, 0.1}
	loss := func(shift float64, y []float64) (x32 []float32, x64 []float64) {
		moved := make([]float64, len(f))
		for i := range f {
			moved[i] = f[i] + shift
		}
		shapes := []graph.Shape{{2, 3}, {2, 3}}
		single := [][]float32{elements[float32](moved), elements[float32](y)}
		return graphtest.Eval(t, two(graph.SoftmaxCrossEntropy), shapes, single)[0], graphtest.Eval(t, two(graph.SoftmaxCrossEntropy), shapes, [][]float64{moved, y})[0]
	}
	_, want := loss(0, y)
	got, _ := loss(1024, y)
	for i := range want {
		if math.Abs(float64(got[i])-want[i]) > 2e-7*want[i] {
			t.Errorf("row %d: %v far from zero, %v near it", i, got[i], want[i])
		}
	}
	y[0], y[3] = 0.5, -1
	_, want = loss(0, y)
	_, far := loss(1024, y)
	for i, sum := range []float64{1.5, 0} {
		if math.Abs(far[i]-(want[i]+(1-sum)*1024)) > 1e-12*1024 {
			t.Errorf("row %d of targets that sum to %v: %v, want %v", i, sum, far[i], want[i]+(1-sum)*1024)
		}
	}
}

func elements[T graph.Float](x []float64) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}
