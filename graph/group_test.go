package graph_test

import (
	"math"
	"strings"
	"testing"

	"eoss/graph"
)

// samples is a network on 6 samples in 3 groups, in which a weight and two biases are used more than once, and a bias
// runs along the middle axis.
func samples(g *graph.Graph, n int) (x, losses *graph.Node, theta nodes) {
	x = g.Input("x", n, 4)
	w, b, c, out := g.Input("w", 4, 4), g.Input("b", 4), g.Input("c", 2), g.Input("out", 4, 3)
	h := graph.Tanh(graph.AddBias(graph.MatMul(x, w, false, true), b, 1))
	h = graph.Tanh(graph.AddBias(graph.MatMul(h, w, false, true), b, 1))
	h = graph.Reshape(graph.Tanh(graph.AddBias(graph.Reshape(h, n, 2, 2), c, 1)), n, 4)
	h = graph.AddBias(graph.AddBias(graph.MatMul(h, out, false, false), graph.Reshape(g.Input("e", 3), 3), 1), g.Input("f", 3), 1)
	return x, graph.SoftmaxCrossEntropy(h, graph.Scale(h, 0.1)), nodes{w, b, c, out}
}

// TestGroupDerivatives: of every group, the loss, ‖g‖² and g·Hg are those of a graph of the group's samples alone.
func TestGroupDerivatives(t *testing.T) {
	const groups = 3
	for _, size := range []int{2, 9} { // fewer and more samples than the layers have columns: both bracketings
		var together, alone nodes
		var x, y *graph.Node
		var theta, eta nodes
		build := func(f func(g *graph.Graph)) *graph.Graph {
			g, err := graph.Build[float64](f)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		g := build(func(g *graph.Graph) {
			var losses *graph.Node
			x, losses, theta = samples(g, groups*size)
			l, dl, d2l := graph.GroupDerivatives(losses, theta, groups)
			together = nodes{l, dl, d2l}
		})
		in := inputs(g)
		data := draw(in)
		whole, err := graph.Compile[float64](together...)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, whole, together, data)
		whole.Run()

		h := build(func(g *graph.Graph) {
			var losses *graph.Node
			y, losses, eta = samples(g, size)
			loss := graph.Scale(graph.Sum(losses), 1/float64(size))
			grads := graph.Gradient(loss, eta)
			alone = nodes{loss, inner(grads, grads), inner(grads, graph.VJP(grads, grads, eta))}
		})
		one, err := graph.Compile[float64](alone...)
		if err != nil {
			t.Fatal(err)
		}
		for k := range groups {
			part := map[*graph.Node][]float64{}
			for i, n := range inputs(h) {
				part[n] = data[in[i]]
			}
			part[y] = data[x][k*size*4 : (k+1)*size*4]
			want := outputs(t, one, alone, part)
			one.Run()
			for i, name := range []string{"the loss", "‖g‖²", "g·Hg"} {
				if d := math.Abs(got[i][k] - want[i][0]); !(d <= 1e-13*math.Max(1, math.Abs(want[i][0]))) {
					t.Errorf("groups of %d: %s of group %d is %v, alone %v", size, name, k, got[i][k], want[i][0])
				}
			}
		}
	}
}

// inputs lists the inputs of a graph.
func inputs(g *graph.Graph) (in nodes) {
	for _, n := range g.Nodes() {
		if n.Op() == "input" {
			in = append(in, n)
		}
	}
	return in
}

// inner is Σ ⟨a_i, b_i⟩.
func inner(a, b nodes) (sum *graph.Node) {
	for i := range a {
		p := graph.Sum(graph.Mul(a[i], b[i]))
		if sum == nil {
			sum = p
		} else {
			sum = graph.Add(sum, p)
		}
	}
	return sum
}

// TestStillGroups: parameters the losses do not depend on leave them where they are.
func TestStillGroups(t *testing.T) {
	var x *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x = g.Input("x", 4)
		l, dl, d2l := graph.GroupDerivatives(graph.Mul(x, x), nodes{g.Input("w", 3)}, 2)
		out = nodes{l, dl, d2l}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: {1, 2, 3, 4}})
	p.Run()
	compare(t, "still", got, [][]float64{{2.5, 12.5}, {0, 0}, {0, 0}}, 0)
}

// TestGroupMistakes: a parameter that enters otherwise, or losses that do not fall into the groups, are refused by name.
func TestGroupMistakes(t *testing.T) {
	for want, f := range map[string]func(x, w *graph.Node) (losses *graph.Node, groups int){
		"by Mul, which is not": func(x, w *graph.Node) (*graph.Node, int) { return graph.Sum(graph.Mul(x, w), 1), 2 },
		"by Reshape, which is not": func(x, w *graph.Node) (*graph.Node, int) {
			return graph.Sum(graph.MatMul(x, graph.Reshape(w, 4, 4), false, false), 1), 2
		},
		"by MatMul, which is not": func(x, w *graph.Node) (*graph.Node, int) {
			return graph.Sum(graph.MatMul(w, x, false, true), 0), 2 // samples along the second axis
		},
		"the losses must be a vector that falls into 3 equal groups": func(x, w *graph.Node) (*graph.Node, int) {
			return graph.Sum(graph.MatMul(x, w, false, false), 1), 3
		},
	} {
		_, err := graph.Build[float64](func(g *graph.Graph) {
			x, w := g.Input("x", 4, 4), g.Input("w", 4, 4)
			if want == "by Reshape, which is not" {
				w = g.Input("w", 2, 8)
			}
			losses, groups := f(x, w)
			graph.GroupDerivatives(losses, nodes{w}, groups)
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want one that says %q", err, want)
		}
	}
	_, err := graph.Build[float64](func(g *graph.Graph) { // a product of parameters has no samples along its first axis
		w := g.Input("w", 4, 4)
		graph.GroupDerivatives(graph.Sum(graph.MatMul(g.Input("x", 4, 4), graph.MatMul(w, w, false, false), false, false), 1), nodes{w}, 2)
	})
	if err == nil || !strings.Contains(err.Error(), "by MatMul") {
		t.Errorf("a product of parameters: %v", err)
	}
}
