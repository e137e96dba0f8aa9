package graph_test

import (
	"slices"
	"testing"

	"eoss/graph"
)

// TestSum: a program of CompileSum adds to what is there; a linearised one does where an output depends on the tangents, and stores
// the others.
func TestSum(t *testing.T) {
	var n network
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		n = newNetwork(g)
		grads := graph.Gradient(n.loss, n.theta)
		out = append(append(nodes{n.loss}, grads...), graph.VJP(grads, n.v, n.theta)...)
		out = append(out, graph.Scale(n.x, 2), n.theta[0], grads[1], grads[0]) // a product that is wanted twice
	}); err != nil {
		t.Fatal(err)
	}
	in := draw(n.inputs)
	plain, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, plain, out, in)
	plain.Run()
	once := make([][]float64, len(want))
	for i := range want {
		once[i] = slices.Clone(want[i])
		for j := range want[i] {
			want[i][j] = 2*want[i][j] + 1
		}
	}
	ones := func(y [][]float64) {
		for i := range y {
			for j := range y[i] {
				y[i][j] = 1
			}
		}
	}
	sum, err := graph.CompileSum[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, sum, out, in)
	ones(got)
	sum.Run()
	sum.Run()
	compare(t, "sum", got, want, 1e-12)

	linear, err := graph.CompileLinear[float64](out, n.v, true)
	if err != nil {
		t.Fatal(err)
	}
	got = outputs(t, linear, out, in)
	ones(got)
	for range 2 {
		linear.Apply(linear.Linearize(nil))
	}
	first, last := 1+len(n.theta), 1+2*len(n.theta) // the Hessian-vector product
	compare(t, "linear sum", got[first:last], want[first:last], 1e-12)
	compare(t, "before the linear sum", got[:first], once[:first], 1e-12)
	compare(t, "after the linear sum", got[last:], once[last:], 1e-12)
}

// newBranches is a network of pairs of parallel layers, matrix products and convolutions: the gradients of a pair are one node.
func newBranches(g *graph.Graph) (n network) {
	n.x = g.Input("x", 4, 18)
	image := graph.Reshape(n.x, 4, 2, 3, 3)
	var f nodes
	for _, s := range []graph.Shape{{3, 18}, {3, 18}, {3, 2, 3, 3}, {3, 2, 3, 3}} {
		w := g.Input("theta", s...)
		n.theta, n.v = append(n.theta, w), append(n.v, g.Input("v", s...))
		if len(s) == 2 {
			f = append(f, graph.MatMul(n.x, w, false, true))
		} else {
			f = append(f, graph.Flatten(graph.Conv(image, w, 1, 0)))
		}
	}
	dense, conv := graph.Tanh(graph.Add(f[0], f[1])), graph.Tanh(graph.Add(f[2], f[3]))
	n.loss = graph.Sum(graph.Mul(dense, conv))
	n.inputs = append(append(nodes{n.x}, n.theta...), n.v...)
	return n
}

// TestSumOfBranches: outputs that are one product are all added, whole and linearised.
func TestSumOfBranches(t *testing.T) {
	var n network
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		n = newBranches(g)
		out = graph.HVP(n.loss, n.theta, n.v)
	}); err != nil {
		t.Fatal(err)
	}
	if out[0] != out[1] || out[2] != out[3] {
		t.Fatal("the products of a pair are not one node")
	}
	in := draw(n.inputs)
	plain, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, plain, out, in)
	plain.Run()
	linear, err := graph.CompileLinear[float64](out, n.v, true)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := graph.CompileSum[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*graph.Program[float64]{"whole": sum, "linearised": linear} {
		got := outputs(t, p, out, in)
		for i := range got {
			copy(got[i], want[i])
		}
		p.Run()
		for i := range got {
			for j := range got[i] {
				got[i][j] /= 2
			}
		}
		compare(t, name, got, want, 1e-12)
	}
}

// TestUpdate: θ ← θ − 0.1·g in place equals the gradient taken first, for a network whose gradients are
// products of data, for one whose gradients read the parameters and for one whose gradients are equal.
func TestUpdate(t *testing.T) {
	products := func(g *graph.Graph) network {
		n := newNetwork(g)
		a, b := g.Input("a", 4), g.Input("b", 4)
		w := graph.Mul(a, b)
		n.loss = graph.Add(n.loss, graph.Sum(graph.MatMul(graph.Reshape(w, 2, 2), graph.Reshape(a, 2, 2), false, true)))
		n.theta, n.inputs = append(n.theta, a, b), append(n.inputs, a, b)
		return n
	}
	for name, build := range map[string]func(g *graph.Graph) network{"perceptron": newNetwork, "products": products, "branches": newBranches} {
		var n network
		var out nodes
		if _, err := graph.Build[float64](func(g *graph.Graph) {
			n = build(g)
			out = graph.Gradient(graph.Scale(n.loss, -0.1), n.theta)
		}); err != nil {
			t.Fatal(err)
		}
		in := draw(n.inputs)
		plain, err := graph.Compile[float64](out...)
		if err != nil {
			t.Fatal(err)
		}
		want := outputs(t, plain, out, in)
		plain.Run()
		update, err := graph.CompileUpdate[float64](out, n.theta)
		if err != nil {
			t.Fatal(err)
		}
		outputs(t, update, out, in)
		var got [][]float64
		for i, w := range n.theta {
			for k := range want[i] {
				want[i][k] += in[w][k]
			}
			got = append(got, in[w])
			if err := update.BindOutput(i, in[w]); err != nil {
				t.Fatal(err)
			}
		}
		update.Run()
		compare(t, name, got, want, 1e-12)
	}
}

// TestUpdateByTargets: an output that is a target itself has the value from before the run, though other outputs were added to it.
func TestUpdateByTargets(t *testing.T) {
	var in, out, targets nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x := g.Input("x", 2, 2)
		a, b, c, d := g.Input("a", 2, 2), g.Input("b", 2, 2), g.Input("c", 2, 2), g.Input("d", 4)
		out = nodes{graph.MatMul(x, x, false, false), graph.Reshape(a, 2, 2), b, graph.Reshape(c, 4)}
		targets, in = nodes{a, b, c, d}, nodes{x, a, b, c, d}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.CompileUpdate[float64](out, targets)
	if err != nil {
		t.Fatal(err)
	}
	data := draw(in)
	plain, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, plain, out, data)
	plain.Run()
	outputs(t, p, out, data)
	var got [][]float64
	for i, w := range targets {
		for k := range want[i] {
			want[i][k] += data[w][k]
		}
		got = append(got, data[w])
		if err := p.BindOutput(i, data[w]); err != nil {
			t.Fatal(err)
		}
	}
	p.Run()
	compare(t, "targets", got, want, 0)
}
