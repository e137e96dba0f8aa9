package graph_test

import (
	"strings"
	"testing"

	"eoss/graph"
)

// ofSamples builds something of four samples and weights, both (4, 4).
type ofSamples func(x, w *graph.Node) *graph.Node

func checkSamples(b ofSamples) error {
	_, err := graph.Build[float64](func(g *graph.Graph) {
		x, w := g.Input("x", 4, 4), g.Input("w", 4, 4)
		graph.PerSample(b(x, w), x)
	})
	return err
}

// TestPerSample: what keeps samples apart passes, whichever axis they stand along, also when another axis is as long; what mixes them is refused.
func TestPerSample(t *testing.T) {
	const n = 4
	mean := func(x *graph.Node) *graph.Node { return graph.Scale(graph.Sum(x, 0), 1.0/n) }
	column := func(x *graph.Node) *graph.Node { return graph.Reshape(x, n, 1) }
	images := func(x *graph.Node) *graph.Node { return graph.Reshape(x, n, 1, 2, 2) }
	vector := func(w *graph.Node) *graph.Node { return graph.Sum(w, 1) }
	apart := map[string]ofSamples{
		"rows":             func(x, w *graph.Node) *graph.Node { return graph.MatMul(x, w, false, true) },
		"columns":          func(x, w *graph.Node) *graph.Node { return graph.MatMul(w, x, false, true) },
		"columns and back": func(x, w *graph.Node) *graph.Node { return graph.MatMul(graph.MatMul(w, x, true, true), w, true, true) },
		"a sum of columns": func(x, w *graph.Node) *graph.Node { return graph.Sum(graph.MatMul(w, x, false, true), 0) },
		"cross-entropy": func(x, w *graph.Node) *graph.Node {
			return graph.SoftmaxCrossEntropy(graph.MatMul(x, w, false, true), x)
		},
		"dot products": func(x, w *graph.Node) *graph.Node {
			return graph.MatMul(graph.Reshape(x, n, 1, 4), graph.Reshape(x, n, 4, 1), false, false)
		},
		"a norm of its own": func(x, _ *graph.Node) *graph.Node {
			return graph.Mul(x, graph.Broadcast(graph.Inv(graph.Sum(x, 1)), x.Shape(), 1))
		},
		"bias of features": func(x, w *graph.Node) *graph.Node { return graph.AddBias(x, vector(w), 1) },
		"bias of columns": func(x, w *graph.Node) *graph.Node {
			return graph.AddBias(graph.MatMul(w, x, false, true), vector(w), 0)
		},
		"bias of samples": func(x, w *graph.Node) *graph.Node { return graph.AddBias(w, vector(x), 0) },
		"images": func(x, w *graph.Node) *graph.Node {
			return graph.Flatten(graph.MaxPool(graph.Conv(images(x), graph.Reshape(w, 4, 1, 2, 2), 1, 1)))
		},
		"kernels of its own": func(x, w *graph.Node) *graph.Node {
			return graph.ConvGroups(images(x), graph.Reshape(graph.MatMul(x, w, false, true), n, 1, 1, 2, 2), 1, 0)
		},
		"images of all, kernels of its own": func(x, w *graph.Node) *graph.Node {
			return graph.ConvGroups(images(w), graph.Reshape(x, n, 1, 1, 2, 2), 1, 0)
		},
		"kernels of parameters": func(x, w *graph.Node) *graph.Node {
			return graph.ConvGroups(images(x), graph.Reshape(w, n, 1, 1, 2, 2), 1, 0)
		},
		"shorter samples": func(x, _ *graph.Node) *graph.Node { return graph.Crop(x, 1, 1, 1) },
		"folded":          func(x, _ *graph.Node) *graph.Node { return graph.Reshape(x, 2*n, 2) },
		"seen otherwise":  func(x, _ *graph.Node) *graph.Node { return graph.Reshape(graph.Reshape(x, 2, 8), n, 2, 2) },
		"folded and back": func(x, _ *graph.Node) *graph.Node { return graph.Reshape(graph.Tanh(graph.Reshape(x, 4*n)), n, 2, 2) },
		"scaled in one step and in two": func(x, w *graph.Node) *graph.Node {
			h := graph.MatMul(x, w, false, true)
			z := graph.Tanh(graph.Scale(h, 6))
			return graph.Add(graph.Scale(graph.Scale(h, 2), 3), z)
		},
		"weights by weights": func(x, w *graph.Node) *graph.Node {
			return graph.MatMul(x, graph.MatMul(w, w, true, false), false, false)
		},
	}
	mixed := map[string]ofSamples{
		"batch normalization": func(x, _ *graph.Node) *graph.Node { return graph.Sub(x, graph.Broadcast(mean(x), x.Shape(), 0)) },
		"products of samples": func(x, _ *graph.Node) *graph.Node { return graph.MatMul(x, x, false, true) },
		"contracted samples":  func(x, w *graph.Node) *graph.Node { return graph.MatMul(x, w, true, false) },
		"weights per sample":  func(x, w *graph.Node) *graph.Node { return graph.MatMul(w, x, false, false) },
		"attention": func(x, w *graph.Node) *graph.Node {
			return graph.MatMul(graph.MatMul(x, x, false, true), x, false, false)
		},
		"transposed and added": func(x, w *graph.Node) *graph.Node { return graph.Add(x, graph.MatMul(w, x, false, true)) },
		"bias per place":       func(x, w *graph.Node) *graph.Node { return graph.AddBias(x, vector(w), 0) },
		"bias of others":       func(x, _ *graph.Node) *graph.Node { return graph.AddBias(x, vector(x), 1) },
		"kernels of samples":   func(x, w *graph.Node) *graph.Node { return graph.Conv(images(w), images(x), 1, 0) },
		"kernels of samples for groups": func(x, w *graph.Node) *graph.Node {
			columns := graph.Crop(graph.MatMul(w, x, false, true), 0, 0, 2)
			return graph.ConvGroups(images(x), graph.Reshape(columns, 2, n, 1, 1, 1), 1, 0)
		},
		"fewer samples":      func(x, _ *graph.Node) *graph.Node { return graph.Crop(x, 0, 1, 0) },
		"more samples":       func(x, _ *graph.Node) *graph.Node { return graph.Pad(x, 0, 1, 1) },
		"every other sample": func(x, _ *graph.Node) *graph.Node { return graph.SliceStrided(x, 2, 1) },
		"columns folded":     func(x, w *graph.Node) *graph.Node { return graph.Reshape(graph.MatMul(w, x, false, true), 2, 8) },
		"columns folded and used": func(x, w *graph.Node) *graph.Node {
			return graph.Reshape(graph.Tanh(graph.Reshape(graph.MatMul(w, x, false, true), 2, 8)), n, n)
		},
		"one column": func(x, _ *graph.Node) *graph.Node { return graph.Sum(column(vector(x)), 0) },
	}
	for name, b := range apart {
		if err := checkSamples(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range mixed {
		if err := checkSamples(b); err == nil || !strings.Contains(err.Error(), "it mixes samples") {
			t.Errorf("%s: error %v, want that it mixes samples", name, err)
		}
	}
}

// TestConstantsOfPlaces: numbers that are the same for every sample pass; those of one place each are refused.
func TestConstantsOfPlaces(t *testing.T) {
	const n = 4
	vector := func(w *graph.Node) *graph.Node { return graph.Sum(w, 1) }
	images := func(x *graph.Node) *graph.Node { return graph.Reshape(x, n, 1, 2, 2) }
	places := func(like *graph.Node) *graph.Node {
		c := make([]float64, like.Shape().TotalSize())
		for i := range c {
			c[i] = float64(i)
		}
		return like.Graph().Constant(c, like.Shape()...)
	}
	apart := map[string]ofSamples{
		"a constant for all": func(x, _ *graph.Node) *graph.Node {
			c := x.Graph().Constant([]float64{1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}, n, 4)
			return graph.Mul(x, graph.Scale(c, 2))
		},
		"products with a constant": func(x, w *graph.Node) *graph.Node { return graph.MatMul(x, places(w), false, true) },
	}
	placed := map[string]ofSamples{
		"a constant per place":          func(x, _ *graph.Node) *graph.Node { return graph.Mul(x, places(x)) },
		"a scaled constant":             func(x, _ *graph.Node) *graph.Node { return graph.Add(graph.Exp(graph.Scale(places(x), 2)), x) },
		"bias of samples on a constant": func(x, w *graph.Node) *graph.Node { return graph.AddBias(places(w), vector(x), 0) },
		"products with places": func(x, w *graph.Node) *graph.Node {
			return graph.MatMul(graph.Reshape(x, n, 1, 4), graph.Reshape(places(w), n, 4, 1), false, false)
		},
		"kernels of places": func(x, w *graph.Node) *graph.Node {
			return graph.ConvGroups(images(x), graph.Reshape(places(w), n, 1, 1, 2, 2), 1, 0)
		},
	}
	for name, b := range apart {
		if err := checkSamples(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range placed {
		if err := checkSamples(b); err == nil || !strings.Contains(err.Error(), "a constant differs from sample to sample") {
			t.Errorf("%s: error %v, want that a constant differs", name, err)
		}
	}
}
