package graph_test

import (
	"testing"

	"eoss/graph"
	"eoss/graph/blas"
)

// imageNetwork is a residual network with every operation on images, by both algorithms of the convolution: the loss and the
// gradients, Hessian-vector products by both routes, and the nodes that they depend on.
type imageNetwork struct {
	loss             *graph.Node
	theta, v, inputs nodes
	gradient         nodes
	reverse, forward nodes
}

func newImageNetwork(g *graph.Graph, n int) (m imageNetwork) {
	weight := func(s ...int) *graph.Node {
		m.theta = append(m.theta, g.Input("theta", s...))
		m.v = append(m.v, g.Input("v", s...))
		return m.theta[len(m.theta)-1]
	}
	x := g.Input("x", n, 3, 17, 16)
	h := graph.Tanh(graph.AddBias(graph.Conv(x, weight(8, 3, 3, 3), 1, 1), weight(8), 1))
	a := graph.Tanh(graph.Conv(h, weight(16, 8, 3, 3), 2, 1))
	h = graph.Tanh(graph.Add(graph.Conv(a, weight(16, 16, 3, 3), 1, 1), graph.ZeroPadShortcut(h, 16, 2)))
	h = graph.MaxPool(graph.Conv(h, weight(9, 16, 3, 3), 1, 0))
	h = graph.Add(graph.GlobalAvgPool(h), graph.Flatten(graph.AvgPool(h, 3, 2)))
	m.loss = graph.Scale(graph.Sum(graph.Mul(h, h)), 1/float64(n))
	m.gradient = graph.Gradient(m.loss, m.theta)
	m.reverse, m.forward = graph.VJP(m.gradient, m.v, m.theta), graph.JVP(m.gradient, m.theta, m.v)
	m.inputs = append(append(nodes{x}, m.theta...), m.v...)
	return m
}

func buildImageNetwork(t *testing.T, n int) (m imageNetwork) {
	t.Helper()
	if _, err := graph.Build[float64](func(g *graph.Graph) { m = newImageNetwork(g, n) }); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRoutesToTheHessianOfImages: double backward, forward over reverse and the tape machine agree, sums fused or not.
func TestRoutesToTheHessianOfImages(t *testing.T) {
	m := buildImageNetwork(t, 3)
	in := draw(m.inputs)
	want, err := graph.RunTape(in, m.reverse...)
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]nodes{"reverse": m.reverse, "forward": m.forward} {
		p, err := graph.CompileLinear[float64](out, m.v, false)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, p, out, in)
		p.Apply(p.Linearize(nil))
		compare(t, name, got, want, 1e-9) // entries up to 1e4, sums of up to 1e4 terms
	}
}

// TestSumsOfImages: a program of CompileSum adds to what is there, whatever operation comes last.
func TestSumsOfImages(t *testing.T) {
	var in, out nodes
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, w8, w2 := g.Input("x", 5, 8, 6, 7), g.Input("w", 9, 8, 3, 3), g.Input("w", 2, 8, 3, 3)
		in = nodes{x, w8, w2}
		for _, w := range in[1:] {
			for _, stride := range []int{1, 2} {
				y := graph.Conv(x, w, stride, 1)
				out = append(out, y, graph.ConvInput(y, w, 6, 7, stride, 1), graph.ConvWeight(x, y, 3, 3, stride, 1))
			}
		}
		m, a := graph.MaxPool(x), graph.AvgPool(x, 3, 2)
		out = append(out, m, a, graph.VJP(nodes{m}, nodes{m}, nodes{x})[0], graph.VJP(nodes{a}, nodes{a}, nodes{x})[0],
			graph.SliceStrided(x, 2, 1, 1, 2), graph.Pad(x, 3, 1, 2))
	}); err != nil {
		t.Fatal(err)
	}
	data := draw(in)
	plain, err := graph.Compile[float64](out...)
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, plain, out, data)
	plain.Run()
	// One output at a time, so that the last operation writes there itself.
	for i, n := range out {
		p, err := graph.CompileSum[float64](n)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, p, nodes{n}, data)
		for j := range got[0] {
			got[0][j], want[i][j] = 1, want[i][j]+1
		}
		p.Run()
		compare(t, n.String(), got, want[i:i+1], 1e-11)
	}
}

// TestThreadsOfImages: the bits do not depend on the number of threads.
func TestThreadsOfImages(t *testing.T) {
	before := blas.Threads()
	defer blas.SetThreads(before)
	m := buildImageNetwork(t, 16)
	in := draw(m.inputs)
	var want [][]float64
	for _, threads := range []int{1, 2, 3} {
		if err := blas.SetThreads(threads); err != nil {
			t.Fatal(err)
		}
		p, err := graph.Compile[float64](m.reverse...)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, p, m.reverse, in)
		p.Run()
		if want == nil {
			want = got
		}
		compare(t, "Hessian-vector product", got, want, 0)
	}
}

// TestThreadsOfLargeProducts: nor do they where the smallest product that a convolution can be cut into is one that blas would share out:
// a row of a tile, a block of Winograd's with many channels, and a matrix by a vector.
func TestThreadsOfLargeProducts(t *testing.T) {
	defer blas.SetThreads(blas.Threads())
	for _, l := range []layer{
		{"tiles", 2, 64, 32, 64, 5, 1, 2},
		{"blocks", 1, 523, 5, 1029, 3, 1, 1},
		{"vector", 5, 64, 5, 200, 5, 1, 0},
	} {
		var in, out nodes
		if _, err := graph.Build[float64](func(g *graph.Graph) {
			x, w := g.Input("x", l.n, l.in, l.h, l.h), g.Input("w", l.out, l.in, l.kernel, l.kernel)
			y := graph.Conv(x, w, l.stride, l.pad)
			ct := g.Input("y", y.Shape()...)
			in, out = nodes{x, w, ct}, append(nodes{y}, graph.VJP(nodes{y}, nodes{ct}, nodes{x, w})...)
		}); err != nil {
			t.Fatal(err)
		}
		data := draw(in)
		var want [][]float64
		for _, threads := range []int{1, 3} {
			if err := blas.SetThreads(threads); err != nil {
				t.Fatal(err)
			}
			p, err := graph.Compile[float64](out...)
			if err != nil {
				t.Fatal(err)
			}
			got := outputs(t, p, out, data)
			p.Run()
			if want == nil {
				want = got
			}
			compare(t, l.name, got, want, 0)
		}
	}
}

// TestImagesDoNotAllocate: scratch memory is allocated once, the goroutines are there already.
func TestImagesDoNotAllocate(t *testing.T) {
	if blas.Current().Backend == "go" {
		t.Skip("the pure-Go products allocate")
	}
	m := buildImageNetwork(t, 16)
	p, err := graph.Compile[float64](m.reverse...)
	if err != nil {
		t.Fatal(err)
	}
	outputs(t, p, m.reverse, draw(m.inputs))
	for range 10 { // until every goroutine has met the largest job
		p.Run()
	}
	if a := testing.AllocsPerRun(20, p.Run); a > 0 {
		t.Errorf("a run allocates %v times", a)
	}
}
