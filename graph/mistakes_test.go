package graph_test

import (
	"testing"

	"eoss/graph"
)

// TestShapeMistakes: a wrong shape is reported while the graph is built, by op and shapes.
func TestShapeMistakes(t *testing.T) {
	for want, f := range map[string]func(g *graph.Graph){
		"graph: MatMul of (2, 3) and (2, 3): the inner sizes must be equal": func(g *graph.Graph) {
			graph.MatMul(g.Input("a", 2, 3), g.Input("b", 2, 3), false, false)
		},
		"graph: MatMul of (2, 3) and (2, 3, 4): both operands must be matrices, or both lists of matrices": func(g *graph.Graph) {
			graph.MatMul(g.Input("a", 2, 3), g.Input("b", 2, 3, 4), false, false)
		},
		"graph: MatMul of (5, 2, 3) and (4, 3, 2): the lists must be equally long": func(g *graph.Graph) {
			graph.MatMul(g.Input("a", 5, 2, 3), g.Input("b", 4, 3, 2), false, false)
		},
		"graph: Add of (2) and (3): the shapes must be equal": func(g *graph.Graph) { graph.Add(g.Input("a", 2), g.Input("b", 3)) },
		"graph: AddBias of (2, 3) and (2): the bias must be a vector as long as axis 1": func(g *graph.Graph) {
			graph.AddBias(g.Input("a", 2, 3), g.Input("b", 2), 1)
		},
		"graph: Reshape of (2, 3): the new shape (7) has another number of elements": func(g *graph.Graph) { graph.Reshape(g.Input("a", 2, 3), 7) },
		"graph: Sum of (2, 3): there is no axis 2":                                   func(g *graph.Graph) { graph.Sum(g.Input("a", 2, 3), 2) },
		"graph: Gradient of (2, 3): the loss must be a scalar": func(g *graph.Graph) {
			x := g.Input("a", 2, 3)
			graph.Gradient(x, nodes{x})
		},
		"graph: input a of (1, 2, 3, 4, 5, 6, 7): a tensor has from one to 6 axes": func(g *graph.Graph) { g.Input("a", 1, 2, 3, 4, 5, 6, 7) },
		"graph: input a of (): a tensor has from one to 6 axes":                    func(g *graph.Graph) { g.Input("a") },
		"graph: Reshape of (6): the new shape (1, 1, 1, 1, 1, 1, 6): a tensor has from one to 6 axes": func(g *graph.Graph) {
			graph.Reshape(g.Input("a", 6), 1, 1, 1, 1, 1, 1, 6)
		},
		"graph: Reshape of (6): the new shape (-2, -3): every size must be positive": func(g *graph.Graph) { graph.Reshape(g.Input("a", 6), -2, -3) },
		"graph: Broadcast of (6): the new shape (1, 1, 1, 1, 1, 1, 6): a tensor has from one to 6 axes": func(g *graph.Graph) {
			graph.Broadcast(g.Input("a", 6), graph.Shape{1, 1, 1, 1, 1, 1, 6}, 0, 1, 2, 3, 4, 5)
		},
		"graph: Broadcast of (2): the new shape (0, 2): every size must be positive": func(g *graph.Graph) {
			graph.Broadcast(g.Input("a", 2), graph.Shape{0, 2}, 0)
		},
		"graph: Broadcast of (3, 2): there is no axis 9": func(g *graph.Graph) {
			graph.Broadcast(g.Input("a", 3, 2), graph.Shape{3, 2}, 9)
		},
		"graph: Broadcast of (2): there is no axis -1": func(g *graph.Graph) { graph.Broadcast(g.Input("a", 2), graph.Shape{3, 2}, -1) },
		"graph: ZeroPadShortcut of (2, 4, 6, 6): there must be at least the 4 channels of the images, not 3, and stride 1 must be at least 1": func(g *graph.Graph) {
			graph.ZeroPadShortcut(g.Input("a", 2, 4, 6, 6), 3, 1)
		},
		"graph: ZeroPadShortcut of (2, 4, 6, 6): there must be at least the 4 channels of the images, not 4, and stride 0 must be at least 1": func(g *graph.Graph) {
			graph.ZeroPadShortcut(g.Input("a", 2, 4, 6, 6), 4, 0)
		},
		"graph: ZeroPadShortcut of (5): the images must have four axes (n, c, h, w)": func(g *graph.Graph) {
			graph.ZeroPadShortcut(g.Input("a", 5), 6, 1)
		},
		"graph: VJP of (2) and (3): there must be a cotangent for every output, not 1 for 2": func(g *graph.Graph) {
			x, y := g.Input("a", 2), g.Input("b", 3)
			graph.VJP(nodes{x, y}, nodes{x}, nodes{x})
		},
		"graph: VJP of (2): there must be a cotangent for every output, not 0 for 1": func(g *graph.Graph) {
			x := g.Input("a", 2)
			graph.HVP(graph.Sum(x), nodes{x}, nil)
		},
		"graph: JVP of (2) and (3): there must be a tangent for every input, not 1 for 2": func(g *graph.Graph) {
			x, y := g.Input("a", 2), g.Input("b", 3)
			graph.JVP(nodes{x}, nodes{x, y}, nodes{x})
		},
		"graph: JVP of (2): there must be a tangent for every input, not 0 for 1": func(g *graph.Graph) {
			x := g.Input("a", 2)
			graph.HVPForward(graph.Sum(x), nodes{x}, nil)
		},
	} {
		if _, err := graph.Build[float64](f); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
