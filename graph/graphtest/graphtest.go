// Package graphtest checks operations and whole models of package graph: values, first and second
// derivatives, forward and reverse, against finite differences in float64 and against each other.
package graphtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"eoss/graph"
)

// Func builds outputs from inputs.
type Func func(in []*graph.Node) []*graph.Node

// Case is something to check.
type Case struct {
	Name   string
	Inputs []graph.Shape
	F      Func
	// Want computes the values independently; nil leaves them to the caller's other tests.
	Want func(in [][]float64) [][]float64
	// Draw makes an element from a standard normal one, to stay off kinks and poles; nil keeps it.
	Draw func(z float64) float64
}

const (
	// h and tolerance balance the truncation error h²·f‴ and the rounding error 1e-16/h of a central
	// difference, both about 1e-10, with room for third derivatives of some hundreds.
	h         = 1e-5
	tolerance = 1e-7
	// exact is for identities that hold up to the rounding of a few hundred operations.
	exact = 1e-11
	// single is the rounding of float32 through a few hundred operations.
	single = 2e-5
)

// Check verifies the values of c.F (against Want, in float32, and on Gorgonia's tape machine), then its JVP
// against central differences and its VJP as the JVP's adjoint, then the same for the
// function that VJP itself is, and for the one that JVP is: second derivatives by all four routes.
func Check(t *testing.T, c Case) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, uint64(len(c.Name))))
	in := make([][]float64, len(c.Inputs))
	for i, s := range c.Inputs {
		in[i] = normal(rng, s.TotalSize())
		for k, z := range in[i] {
			if c.Draw != nil {
				in[i][k] = c.Draw(z)
			}
		}
	}
	values(t, c, in)
	derivative(t, c.Name, c.F, c.Inputs, in, rng)

	out := shapes(t, c.F, c.Inputs)
	both := append(append([]graph.Shape{}, c.Inputs...), out...)
	k := len(c.Inputs)
	vjp := func(x []*graph.Node) []*graph.Node { return graph.VJP(c.F(x[:k]), x[k:], x[:k]) }
	derivative(t, c.Name+" VJP", vjp, both, with(in, out, rng), rng)
	both = append(append([]graph.Shape{}, c.Inputs...), c.Inputs...)
	jvp := func(x []*graph.Node) []*graph.Node { return graph.JVP(c.F(x[:k]), x[:k], x[k:]) }
	derivative(t, c.Name+" JVP", jvp, both, with(in, c.Inputs, rng), rng)
}

func with(in [][]float64, more []graph.Shape, rng *rand.Rand) [][]float64 {
	in = append([][]float64{}, in...)
	for _, s := range more {
		in = append(in, normal(rng, s.TotalSize()))
	}
	return in
}

func normal(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// values compares one evaluation by the executor with Want, float32 and the tape machine.
func values(t *testing.T, c Case, in [][]float64) {
	t.Helper()
	got := Eval(t, c.F, c.Inputs, in)
	if c.Want != nil {
		for i, w := range c.Want(in) {
			near(t, fmt.Sprintf("%s: value %d", c.Name, i), got[i], w, exact)
		}
	}
	in32 := make([][]float32, len(in))
	for i := range in {
		in32[i] = convert[float32](in[i])
	}
	for i, y := range Eval(t, c.F, c.Inputs, in32) {
		near(t, fmt.Sprintf("%s: float32 value %d", c.Name, i), convert[float64](y), got[i], single)
	}
	tape(t, c, in, got)
}

func tape(t *testing.T, c Case, in, want [][]float64) {
	t.Helper()
	var nodes, out []*graph.Node
	must(t, build[float64](c.F, c.Inputs, &nodes, &out))
	bound := map[*graph.Node][]float64{}
	for i, n := range nodes {
		bound[n] = in[i]
	}
	got, err := graph.RunTape(bound, out...)
	must(t, err)
	for i := range got {
		for k := range got[i] {
			if got[i][k] != want[i][k] {
				t.Fatalf("%s: output %d[%d]: tape machine %v, executor %v", c.Name, i, k, got[i][k], want[i][k])
			}
		}
	}
}

func convert[T, S graph.Float](x []S) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

// derivative checks JVP against a central difference along one random direction in all inputs, and
// VJP through ⟨c, J·d⟩ = ⟨Jᵀc, d⟩.
func derivative(t *testing.T, name string, f Func, in []graph.Shape, x [][]float64, rng *rand.Rand) {
	t.Helper()
	k, out := len(in), shapes(t, f, in)
	d := with(nil, in, rng)
	c := with(nil, out, rng)
	tangent := Eval(t, func(n []*graph.Node) []*graph.Node { return graph.JVP(f(n[:k]), n[:k], n[k:]) },
		append(append([]graph.Shape{}, in...), in...), append(append([][]float64{}, x...), d...))
	up, down := Eval(t, f, in, along(x, d, h)), Eval(t, f, in, along(x, d, -h))
	for i := range out {
		fd := make([]float64, len(up[i]))
		for j := range fd {
			fd[j] = (up[i][j] - down[i][j]) / (2 * h)
		}
		near(t, fmt.Sprintf("%s: tangent of output %d against differences", name, i), tangent[i], fd, tolerance)
	}
	cot := Eval(t, func(n []*graph.Node) []*graph.Node { return graph.VJP(f(n[:k]), n[k:], n[:k]) },
		append(append([]graph.Shape{}, in...), out...), append(append([][]float64{}, x...), c...))
	left, right, scale := 0.0, 0.0, 0.0
	for i := range c {
		left += dot(c[i], tangent[i], &scale)
	}
	for i := range d {
		right += dot(cot[i], d[i], &scale)
	}
	if !(math.Abs(left-right) <= exact*scale) {
		t.Errorf("%s: ⟨c, Jd⟩ = %v but ⟨Jᵀc, d⟩ = %v", name, left, right)
	}
}

func along(x, d [][]float64, h float64) [][]float64 {
	y := make([][]float64, len(x))
	for i := range x {
		y[i] = make([]float64, len(x[i]))
		for j := range y[i] {
			y[i][j] = x[i][j] + h*d[i][j]
		}
	}
	return y
}

func dot(a, b []float64, scale *float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
		*scale += math.Abs(a[i] * b[i])
	}
	return s
}

// near compares relative to the largest entry wanted (at least 1: the inputs are of that order).
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	scale := 1.0
	for _, w := range want {
		scale = math.Max(scale, math.Abs(w))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			t.Errorf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func build[T graph.Float](f Func, in []graph.Shape, nodes, out *[]*graph.Node) error {
	_, err := graph.Build[T](func(g *graph.Graph) {
		for _, s := range in {
			*nodes = append(*nodes, g.Input("x", s...))
		}
		*out = f(*nodes)
	})
	return err
}

func shapes(t *testing.T, f Func, in []graph.Shape) []graph.Shape {
	t.Helper()
	var nodes, out []*graph.Node
	must(t, build[float64](f, in, &nodes, &out))
	s := make([]graph.Shape, len(out))
	for i, n := range out {
		s[i] = n.Shape()
	}
	return s
}

// Eval builds, compiles and runs f once.
func Eval[T graph.Float](t *testing.T, f Func, in []graph.Shape, x [][]T) [][]T {
	t.Helper()
	var nodes, out []*graph.Node
	must(t, build[T](f, in, &nodes, &out))
	p, err := graph.Compile[T](out...)
	must(t, err)
	y := make([][]T, len(out))
	for i, n := range nodes {
		must(t, p.BindInput(n, x[i]))
	}
	for i, n := range out {
		y[i] = make([]T, n.Shape().TotalSize())
		must(t, p.BindOutput(i, y[i]))
	}
	p.Run()
	return y
}
