package graph_test

import (
	"testing"

	"eoss/graph"
)

// TestDerivativesOfScaledAndReshapedNodes: a node between two scalings, or two reshapes, has the derivatives it would have elsewhere.
func TestDerivativesOfScaledAndReshapedNodes(t *testing.T) {
	for name, c := range map[string]struct {
		first, second func(x *graph.Node) *graph.Node
		gradient      float64
	}{
		"scale":           {func(x *graph.Node) *graph.Node { return graph.Scale(x, 2) }, func(h *graph.Node) *graph.Node { return graph.Scale(h, 3) }, 3},
		"affine":          {func(x *graph.Node) *graph.Node { return graph.Scale(x, 2) }, func(h *graph.Node) *graph.Node { return graph.Affine(h, 3, 1) }, 3},
		"back to itself":  {func(x *graph.Node) *graph.Node { return graph.Scale(x, 2) }, func(h *graph.Node) *graph.Node { return graph.Scale(h, 0.5) }, 0.5},
		"reshape":         {func(x *graph.Node) *graph.Node { return graph.Reshape(x, 2, 3) }, func(h *graph.Node) *graph.Node { return graph.Reshape(h, 3, 2) }, 1},
		"reshape to what": {func(x *graph.Node) *graph.Node { return graph.Reshape(x, 2, 3) }, func(h *graph.Node) *graph.Node { return graph.Reshape(h, 6) }, 1},
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
