package graph_test

import (
	"math"
	"testing"

	"eoss/graph"
)

// TestDerivativesOfScaledAndReshapedNodes: a node between two scalings, or two reshapes, has the derivatives it would have elsewhere.
func TestDerivativesOfScaledAndReshapedNodes(t *testing.T) {
	scale := func(alpha, beta float64) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node { return graph.Affine(x, alpha, beta) }
	}
	shape := func(to ...int) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node { return graph.Reshape(x, to...) }
	}
	for name, c := range map[string]struct {
		first, second func(x *graph.Node) *graph.Node
		gradient      float64
	}{
		"scale":          {scale(2, 0), scale(3, 0), 3},
		"affine":         {scale(2, 0), scale(3, 1), 3},
		"back to itself": {scale(2, 0), scale(0.5, 0), 0.5},
		"reshape":        {shape(2, 3), shape(3, 2), 1},
		"and back":       {shape(2, 3), shape(6), 1},
	} {
		var x, v *graph.Node
		var out nodes
		if _, err := graph.Build[float64](func(g *graph.Graph) {
			x, v = g.Input("x", 6), g.Input("v", 6)
			h := c.first(x)
			y := c.second(h)
			dh := graph.Reshape(v, h.Shape()...)
			out = append(graph.Gradient(graph.Sum(y), nodes{h}), graph.JVP(nodes{graph.Sum(y)}, nodes{h}, nodes{dh})...)
		}); err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile[float64](out...)
		if err != nil {
			t.Fatal(err)
		}
		d := c.gradient
		got := outputs(t, p, out, map[*graph.Node][]float64{x: {1, 2, 3, 4, 5, 6}, v: {1, 2, 3, 4, 5, 6}})
		p.Run()
		compare(t, name, got, [][]float64{{d, d, d, d, d, d}, {21 * d}}, 1e-15)
	}
}

// TestFoldedOrder: of nodes that folding finds equal the one asked for first computes the value of all, before what an older one was for.
func TestFoldedOrder(t *testing.T) {
	var x *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x = g.Input("x", 3)
		z := graph.Sum(graph.Tanh(graph.Scale(x, 6)))
		out = nodes{graph.Scale(graph.Scale(x, 2), 3), z}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: {0, 0.1, -1}})
	p.Run()
	compare(t, "first run", got, [][]float64{{0, 0.6, -6}, {math.Tanh(0.6) - math.Tanh(6)}}, 1e-13)
}
