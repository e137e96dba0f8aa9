package graph_test

import (
	"slices"
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

// squared makes a linear op nonlinear, so that its second derivatives are not zero.
func squared(f func(x *graph.Node) *graph.Node) graphtest.Func {
	return one(func(x *graph.Node) *graph.Node { y := f(x); return graph.Mul(y, y) })
}

// windows computes reduce(pixels of every kh×kw window).
func windows(s graph.Shape, kh, kw int, reduce func(pixels []float64) float64) func(in [][]float64) [][]float64 {
	return func(in [][]float64) [][]float64 {
		var y []float64
		for i := range s[0] * s[1] {
			for r := range s[2] / kh {
				for c := range s[3] / kw {
					var pixels []float64
					for k := range kh * kw {
						pixels = append(pixels, in[0][(i*s[2]+r*kh+k/kw)*s[3]+c*kw+k%kw])
					}
					y = append(y, reduce(pixels))
				}
			}
		}
		return [][]float64{y}
	}
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

func square(f func(x []float64) float64) func(x []float64) float64 {
	return func(x []float64) float64 { return f(x) * f(x) }
}

// adjointOf is the cotangent of f's input as a function of the input and of f's cotangent.
func adjointOf(f func(x *graph.Node) *graph.Node) graphtest.Func {
	return two(func(x, ct *graph.Node) *graph.Node {
		return graph.Mul(x, graph.VJP(nodes{f(x)}, nodes{ct}, nodes{x})[0])
	})
}

func poolCases() []graphtest.Case {
	odd, even := graph.Shape{2, 3, 5, 7}, graph.Shape{3, 2, 4, 6}
	average := func(kh, kw int) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node { return graph.AvgPool(x, kh, kw) }
	}
	return []graphtest.Case{
		{Name: "MaxPool odd", Inputs: []graph.Shape{odd}, F: squared(graph.MaxPool), Want: windows(odd, 2, 2, square(slices.Max[[]float64]))},
		{Name: "MaxPool even", Inputs: []graph.Shape{even}, F: squared(graph.MaxPool), Want: windows(even, 2, 2, square(slices.Max[[]float64]))},
		{Name: "MaxPool adjoint", Inputs: []graph.Shape{odd, {2, 3, 2, 3}}, F: adjointOf(graph.MaxPool)},
		{Name: "AvgPool 2x2", Inputs: []graph.Shape{odd}, F: squared(average(2, 2)), Want: windows(odd, 2, 2, square(mean))},
		{Name: "AvgPool 3x2", Inputs: []graph.Shape{odd}, F: squared(average(3, 2)), Want: windows(odd, 3, 2, square(mean))},
		{Name: "AvgPool adjoint", Inputs: []graph.Shape{odd, {2, 3, 1, 3}}, F: adjointOf(average(3, 2))},
		{Name: "GlobalAvgPool", Inputs: []graph.Shape{odd}, F: squared(graph.GlobalAvgPool), Want: windows(odd, 5, 7, square(mean))},
	}
}

// TestMaxPoolTies: of equal elements the first in row-major order gets the gradient.
func TestMaxPoolTies(t *testing.T) {
	gradient := one(func(x *graph.Node) *graph.Node { return graph.Gradient(graph.Sum(graph.MaxPool(x)), nodes{x})[0] })
	x := []float64{
		1, 1, 0, 2, 0, 1, 0, 0, 9,
		1, 1, 2, 1, 1, 1, 3, 3, 9,
		9, 9, 9, 9, 9, 9, 9, 9, 9,
	}
	want := []float64{
		1, 0, 0, 1, 0, 1, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 1, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0,
	}
	compare(t, "gradient", graphtest.Eval(t, gradient, []graph.Shape{{1, 1, 3, 9}}, [][]float64{x}), [][]float64{want}, 0)
}

// BenchmarkMaxPool times the pool of the cnn's second layer at batch size 16, forward and backward.
func BenchmarkMaxPool(b *testing.B) {
	for name, f := range map[string]func(x *graph.Node) *graph.Node{
		"forward": graph.MaxPool,
		"backward": func(x *graph.Node) *graph.Node {
			return graph.VJP(nodes{graph.MaxPool(x)}, nodes{x.Graph().Input("ct", 16, 64, 14, 14)}, nodes{x})[0]
		},
	} {
		b.Run(name, func(b *testing.B) {
			p := randomProgram(b, func(g *graph.Graph) *graph.Node { return f(g.Input("x", 16, 64, 28, 28)) })
			b.ReportAllocs()
			for b.Loop() {
				p.Run()
			}
		})
	}
}
