package graph_test

import (
	"testing"

	"eoss/graph"
)

// perSample is a network with the weight of a product of either orientation, a bias, a bias along the channels of an image, and a
// vector, a matrix and a product of matrices for which there is no short cut.
func perSample(x *graph.Node, w nodes) *graph.Node {
	m := x.Shape()[0]
	h := graph.Tanh(graph.AddBias(graph.MatMul(x, w[0], false, true), w[1], 1))
	h = graph.MatMul(h, w[2], false, false)
	image := graph.Tanh(graph.AddBias(graph.Reshape(h, m, 2, 3), w[3], 1))
	twice := graph.AddBias(graph.AddBias(h, w[4], 1), w[4], 1)
	left := graph.MatMul(w[5], h, false, true)        // samples as columns
	factors := graph.MatMul(w[6], w[7], false, false) // four rows, as many as there are samples
	both := graph.MatMul(h, factors, false, true)
	out := graph.Add(graph.Sum(graph.Mul(image, image), 1, 2), graph.Sum(graph.Mul(twice, h), 1))
	return graph.Add(graph.Add(out, graph.Sum(graph.Mul(both, both), 1)), graph.Sum(graph.Mul(left, left), 0))
}

// TestSumOfSquares compares with the gradients of every sample by themselves.
func TestSumOfSquares(t *testing.T) {
	const n, short = 4, 4
	shapes := []graph.Shape{{5, 3}, {5}, {5, 6}, {2}, {6}, {2, 6}, {4, 2}, {2, 6}}
	var all, squares nodes
	var inputs, single nodes
	build := func(g *graph.Graph, m int) (in nodes, y *graph.Node) {
		in = nodes{g.Input("x", m, 3)}
		for _, s := range shapes {
			in = append(in, g.Input("w", s...))
		}
		return in, perSample(in[0], in[1:])
	}
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		var y *graph.Node
		inputs, y = build(g, n)
		all = graph.SumOfSquares(y, inputs[1:])
	}); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		if (s != nil) != (i < short) {
			t.Fatalf("parameter %d: short cut %v", i, s)
		}
	}
	squares = all[:short]
	var gradients nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		var y *graph.Node
		single, y = build(g, 1)
		gradients = graph.Gradient(y, single[1:])[:short]
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](squares...)
	if err != nil {
		t.Fatal(err)
	}
	q, err := graph.Compile[float64](gradients...)
	if err != nil {
		t.Fatal(err)
	}
	in := draw(inputs)
	got := outputs(t, p, squares, in)
	p.Run()
	want := make([][]float64, short)
	for i := range n {
		one := map[*graph.Node][]float64{single[0]: in[inputs[0]][i*3 : (i+1)*3]}
		for k := range shapes {
			one[single[1+k]] = in[inputs[1+k]]
		}
		g := outputs(t, q, gradients, one)
		q.Run()
		for k := range g {
			want[k] = append(want[k], make([]float64, len(g[k])-len(want[k]))...)
			for j, v := range g[k] {
				want[k][j] += v * v
			}
		}
	}
	compare(t, "squares", got, want, 1e-10)
}
