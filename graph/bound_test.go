package graph_test

import (
	"testing"

	"eoss/graph"
)

func refused(t *testing.T, want string, run func()) {
	t.Helper()
	defer func() {
		if e, ok := recover().(*graph.BuildError); !ok || e.Error() != want {
			t.Errorf("%v, want %s", e, want)
		}
	}()
	run()
}

// TestUnboundIsNamed: the first run of a program, or of a half of one, names an input or output without memory.
func TestUnboundIsNamed(t *testing.T) {
	var x, v, y *graph.Node
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, v = g.Input("x", 2), g.Input("v", 2)
		y = graph.Mul(graph.Exp(x), v)
	}); err != nil {
		t.Fatal(err)
	}
	whole, err := graph.Compile[float64](y)
	if err != nil {
		t.Fatal(err)
	}
	linear, err := graph.CompileLinear[float64](nodes{y}, nodes{v}, false)
	if err != nil {
		t.Fatal(err)
	}
	bind := func(p *graph.Program[float64], inputs ...*graph.Node) {
		for _, n := range inputs {
			if err := p.BindInput(n, []float64{1, 2}); err != nil {
				t.Fatal(err)
			}
		}
	}
	show := func(p *graph.Program[float64]) {
		if err := p.BindOutput(0, make([]float64, 2)); err != nil {
			t.Fatal(err)
		}
	}
	noX, noV := "graph: a run of (2): the input x#0 was never bound: call BindInput first", "graph: a run of (2): the input v#1 was never bound: call BindInput first"
	noY := "graph: a run of (2): output 0 was never bound: call BindOutput first"
	refused(t, noX, whole.Run)
	bind(whole, x)
	refused(t, noY, whole.Run) // eˣ lies where y will
	show(whole)
	refused(t, noV, whole.Run)
	bind(whole, v)
	whole.Run()
	refused(t, noX, func() { linear.Linearize(nil) })
	bind(linear, x)
	r := linear.Linearize(nil) // needs neither v nor y
	refused(t, noV, func() { linear.Apply(r) })
	bind(linear, v)
	refused(t, noY, func() { linear.Apply(r) })
	show(linear)
	linear.Apply(r)
}

// TestConstant: a program knows its numbers, the halves of a linear one and the tape machine too, and nobody may give it others.
func TestConstant(t *testing.T) {
	var x, c, y *graph.Node
	if _, err := graph.Build[float64](func(g *graph.Graph) {
		x, c = g.Input("x", 2, 2), g.Constant([]float64{1, 2, 3, 4}, 2, 2)
		y = graph.Mul(graph.MatMul(x, c, false, false), graph.Exp(c))
	}); err != nil {
		t.Fatal(err)
	}
	in := map[*graph.Node][]float64{x: {1, 0, 0, 1}}
	want, err := graph.RunTape(in, y)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := graph.Compile[float64](y)
	if err != nil {
		t.Fatal(err)
	}
	linear, err := graph.CompileLinear[float64](nodes{y}, nodes{x}, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*graph.Program[float64]{"whole": whole, "linear": linear} {
		got := outputs(t, p, nodes{y}, in)
		p.Run()
		compare(t, name, got, want, 0)
		if err := p.BindInput(c, make([]float64, 4)); err == nil {
			t.Error("a constant was bound")
		}
	}
	if c.Op() != "constant" {
		t.Errorf("a constant is called %s", c.Op())
	}
	if _, err := graph.Build[float64](func(g *graph.Graph) { g.Constant([]float64{1}, 2) }); err == nil {
		t.Error("one number was accepted for a constant of two")
	}
}
