package graph_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"eoss/graph"
)

// network is a two-layer perceptron with a loss: enough structure for every fusion of the planner.
type network struct {
	x, y   *graph.Node
	theta  nodes
	v      nodes
	loss   *graph.Node
	inputs nodes
}

func newNetwork(g *graph.Graph) (n network) {
	n.x, n.y = g.Input("x", 7, 5), g.Input("y", 7, 3)
	for _, s := range []graph.Shape{{6, 5}, {6}, {4, 6}, {4}, {3, 4}, {3}} {
		n.theta = append(n.theta, g.Input("theta", s...))
		n.v = append(n.v, g.Input("v", s...))
	}
	h := n.x
	for l := range 3 {
		h = graph.AddBias(graph.MatMul(h, n.theta[2*l], false, true), n.theta[2*l+1], 1)
		if l < 2 {
			h = graph.Tanh(h)
		}
	}
	d := graph.Sub(h, n.y)
	n.loss = graph.Scale(graph.Sum(graph.Mul(d, d)), 1.0/7)
	n.inputs = append(append(nodes{n.x, n.y}, n.theta...), n.v...)
	return n
}

func draw(inputs nodes) map[*graph.Node][]float64 {
	rng := rand.New(rand.NewPCG(3, 4))
	m := map[*graph.Node][]float64{}
	for _, n := range inputs {
		data := make([]float64, n.Shape().TotalSize())
		for i := range data {
			data[i] = rng.NormFloat64()
		}
		m[n] = data
	}
	return m
}

func outputs(t *testing.T, p *graph.Program[float64], out nodes, in map[*graph.Node][]float64) [][]float64 {
	t.Helper()
	y := make([][]float64, len(out))
	for n, data := range in {
		if err := p.BindInput(n, data); err != nil {
			t.Fatal(err)
		}
	}
	for i, n := range out {
		y[i] = make([]float64, n.Shape().TotalSize())
		if err := p.BindOutput(i, y[i]); err != nil {
			t.Fatal(err)
		}
	}
	return y
}

// TestRoutesToTheHessian: double backward and forward over reverse agree, whole, linearised and on the tape.
func TestRoutesToTheHessian(t *testing.T) {
	var n network
	var reverse, forward nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		n = newNetwork(g)
		reverse, forward = graph.HVP(n.loss, n.theta, n.v), graph.HVPForward(n.loss, n.theta, n.v)
	}); err != nil {
		t.Fatal(err)
	}
	in := draw(n.inputs)
	want, err := graph.RunTape(in, reverse...)
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]nodes{"reverse": reverse, "forward": forward} {
		whole, err := graph.Compile[float64](out...)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, whole, out, in)
		whole.Run()
		compare(t, name+" whole", got, want, 1e-13)

		linear, err := graph.CompileLinear[float64](out, n.v, false)
		if err != nil {
			t.Fatal(err)
		}
		split := outputs(t, linear, out, in)
		r := linear.Linearize(nil)
		linear.Apply(r)
		compare(t, name+" linearised", split, got, 0) // the same kernels in the same order
		for _, v := range n.v {
			for i := range in[v] {
				in[v][i] *= 2
			}
		}
		linear.Apply(r)
		for i := range split {
			for j := range split[i] {
				split[i][j] /= 2
			}
		}
		compare(t, name+" applied to 2v", split, got, 0) // a power of two scales exactly
		for _, v := range n.v {
			for i := range in[v] {
				in[v][i] /= 2
			}
		}
	}
}

func compare(t *testing.T, what string, got, want [][]float64, tol float64) {
	t.Helper()
	for i := range want {
		for j, w := range want[i] {
			if d := got[i][j] - w; d > tol || d < -tol || d != d {
				t.Fatalf("%s: output %d[%d] is %v, want %v", what, i, j, got[i][j], w)
			}
		}
	}
}

// TestSecondDerivative: Gorgonia's own Grad gives 4 for y″ of x³ at 2; the truth is 12.
func TestSecondDerivative(t *testing.T) {
	var x, y2 *graph.Node
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x = g.Input("x", 1)
		y := graph.Mul(graph.Mul(x, x), x)
		y2 = graph.Gradient(graph.Gradient(y, nodes{x})[0], nodes{x})[0]
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](y2)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, nodes{y2}, map[*graph.Node][]float64{x: {2}})
	p.Run()
	if got[0][0] != 12 {
		t.Errorf("the second derivative of x³ at 2 is %v, want 12", got[0][0])
	}
}

// TestRepeatedTangents: the tangents of an input that is named twice are added up.
func TestRepeatedTangents(t *testing.T) {
	var x, v *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, v = g.Input("x", 2), g.Input("v", 2)
		out = graph.JVP(nodes{graph.Mul(x, x)}, nodes{x, x}, nodes{v, graph.Scale(v, 2)})
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: {1, 2}, v: {1, 10}})
	p.Run()
	compare(t, "tangent", got, [][]float64{{6, 120}}, 0)
}

// TestTangentsAreAdjoint: of an input and a node made of it, JVP goes on through the node, as VJP does: z = x²·x with the tangents v of x
// and w of x² besides, dz = (x² + 2x²)v + xw.
func TestTangentsAreAdjoint(t *testing.T) {
	var x, v, w *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, v, w = g.Input("x", 1), g.Input("v", 1), g.Input("w", 1)
		y := graph.Mul(x, x)
		z := nodes{graph.Mul(y, x)}
		out = append(graph.JVP(z, nodes{x, y}, nodes{v, w}), graph.Gradient(z[0], nodes{x, y})...)
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: {2}, v: {10}, w: {100}})
	p.Run()
	compare(t, "JVP and VJP", got, [][]float64{{12*10 + 2*100}, {12}, {2}}, 0)
}

// TestApplyLeavesTheInputs: after products at an older linearisation the next one is taken at the inputs bound last.
func TestApplyLeavesTheInputs(t *testing.T) {
	var x, v *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, v = g.Input("x", 2), g.Input("v", 2)
		out = nodes{graph.Mul(graph.Exp(x), graph.Mul(x, v))}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.CompileLinear[float64](out, nodes{v}, false)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: {0, 1}, v: {1, 1}})
	first := p.Linearize(nil)
	if err := p.BindInput(x, []float64{2, 3}); err != nil {
		t.Fatal(err)
	}
	at := func(what string, r *graph.Residual[float64], x, y float64) {
		t.Helper()
		p.Apply(r)
		compare(t, what, got, [][]float64{{x * math.Exp(x), y * math.Exp(y)}}, 1e-13)
	}
	at("the older inputs", first, 0, 1)
	second := p.Linearize(nil)
	at("the newer inputs", second, 2, 3)
	at("the older inputs again", first, 0, 1)
	p.Run()
	compare(t, "a run", got, [][]float64{{2 * math.Exp(2), 3 * math.Exp(3)}}, 1e-13)
}

// TestRepeatedOutputs: the same node asked for twice, an input as an output and a reshaped value all arrive.
func TestRepeatedOutputs(t *testing.T) {
	var x, y *graph.Node
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x = g.Input("x", 2, 3)
		y = graph.Scale(x, 3)
		out = nodes{y, y, x, graph.Reshape(y, 6), graph.Sum(y)}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	data := []float64{1, 2, 3, 4, 5, 6}
	got := outputs(t, p, out, map[*graph.Node][]float64{x: data})
	p.Run()
	triple := []float64{3, 6, 9, 12, 15, 18}
	compare(t, "outputs", got, [][]float64{triple, triple, data, triple, {63}}, 0)
}

// TestRunDoesNotAllocate: the loop of a training run reuses every buffer.
func TestRunDoesNotAllocate(t *testing.T) {
	var n network
	var out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		n = newNetwork(g)
		out = append(nodes{n.loss}, graph.Gradient(n.loss, n.theta)...)
	}); err != nil {
		t.Fatal(err)
	}
	p, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	outputs(t, p, out, draw(n.inputs))
	p.Run()
	if a := testing.AllocsPerRun(10, p.Run); a > 0 {
		t.Errorf("a run allocates %v times", a)
	}
}

// TestBindMistakes: memory of the wrong length is refused by name.
func TestBindMistakes(t *testing.T) {
	var x, y *graph.Node
	graph.Build[float64](func(g *graph.Graph) { x = g.Input("x", 2); y = graph.Exp(x) })
	p, _ := graph.Compile[float64](y)
	if err := p.BindInput(x, make([]float64, 3)); err == nil {
		t.Error("an input of the wrong length was accepted")
	}
	if err := p.BindOutput(0, nil); err == nil {
		t.Error("an output of the wrong length was accepted")
	}
	if _, err := graph.Compile[float32](y); err == nil {
		t.Error("a float64 graph was compiled for float32")
	}
}
