package graph_test

import (
	"math"
	"slices"
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

type nodes = []*graph.Node

func one(f func(x *graph.Node) *graph.Node) graphtest.Func {
	return func(in nodes) nodes { return nodes{f(in[0])} }
}

func two(f func(a, b *graph.Node) *graph.Node) graphtest.Func {
	return func(in nodes) nodes { return nodes{f(in[0], in[1])} }
}

func each(f func(x float64) float64) func(in [][]float64) [][]float64 {
	return func(in [][]float64) [][]float64 {
		y := make([]float64, len(in[0]))
		for i, x := range in[0] {
			y[i] = f(x)
		}
		return [][]float64{y}
	}
}

func pair(f func(a, b float64) float64) func(in [][]float64) [][]float64 {
	return func(in [][]float64) [][]float64 {
		y := make([]float64, len(in[0]))
		for i, x := range in[0] {
			y[i] = f(x, in[1][i])
		}
		return [][]float64{y}
	}
}

// offKink keeps relu's arguments at least 0.1 from zero: the checker's steps move them by about 1e-4.
func offKink(z float64) float64 { return z + math.Copysign(0.1, z) }

func positive(z float64) float64 { return 0.5 + math.Abs(z) }

var s35 = graph.Shape{3, 5}

func matMulCase(name string, a, b graph.Shape, ta, tb bool) graphtest.Case {
	return graphtest.Case{Name: name, Inputs: []graph.Shape{a, b},
		F: two(func(x, y *graph.Node) *graph.Node { return graph.MatMul(x, y, ta, tb) }),
		Want: func(in [][]float64) [][]float64 {
			at := func(x []float64, s graph.Shape, t bool, g, i, j int) float64 {
				if t {
					i, j = j, i
				}
				rows, columns := s[len(s)-2], s[len(s)-1]
				return x[(g*rows+i)*columns+j]
			}
			lists := a[:len(a)-2].TotalSize()
			y := make([]float64, lists*15)
			for g := range lists {
				for i := range 3 {
					for j := range 5 {
						for k := range 4 {
							y[(g*3+i)*5+j] += at(in[0], a, ta, g, i, k) * at(in[1], b, tb, g, k, j)
						}
					}
				}
			}
			return [][]float64{y}
		}}
}

func sumCase(name string, s graph.Shape, over ...int) graphtest.Case {
	return graphtest.Case{Name: name, Inputs: []graph.Shape{s},
		F: one(func(x *graph.Node) *graph.Node { y := graph.Sum(x, over...); return graph.Mul(y, y) })}
}

func broadcastCase(name string, s, to graph.Shape, over ...int) graphtest.Case {
	return graphtest.Case{Name: name, Inputs: []graph.Shape{s}, F: one(func(x *graph.Node) *graph.Node {
		y := graph.Broadcast(x, to, over...)
		return graph.Mul(y, y)
	})}
}

func biasCase(name string, s graph.Shape, axis int) graphtest.Case {
	return graphtest.Case{Name: name, Inputs: []graph.Shape{s, {s[axis]}}, F: two(func(x, b *graph.Node) *graph.Node {
		y := graph.AddBias(x, b, axis)
		return graph.Mul(y, y)
	})}
}

// cases check every op of graph.Ops, by itself or inside a product that makes it nonlinear.
var cases = []graphtest.Case{
	{Name: "Add", Inputs: []graph.Shape{s35, s35}, F: two(graph.Add), Want: pair(func(a, b float64) float64 { return a + b })},
	{Name: "Sub", Inputs: []graph.Shape{s35, s35}, F: two(graph.Sub), Want: pair(func(a, b float64) float64 { return a - b })},
	{Name: "Mul", Inputs: []graph.Shape{s35, s35}, F: two(graph.Mul), Want: pair(func(a, b float64) float64 { return a * b })},
	{Name: "Mul itself", Inputs: []graph.Shape{s35}, F: one(func(x *graph.Node) *graph.Node { return graph.Mul(graph.Mul(x, x), x) }),
		Want: each(func(x float64) float64 { return x * x * x })},
	{Name: "Affine", Inputs: []graph.Shape{s35}, F: one(func(x *graph.Node) *graph.Node { return graph.Affine(x, -2.5, 0.25) }),
		Want: each(func(x float64) float64 { return -2.5*x + 0.25 })},
	matMulCase("MatMul", graph.Shape{3, 4}, graph.Shape{4, 5}, false, false),
	matMulCase("MatMul TN", graph.Shape{4, 3}, graph.Shape{4, 5}, true, false),
	matMulCase("MatMul NT", graph.Shape{3, 4}, graph.Shape{5, 4}, false, true),
	matMulCase("MatMul TT", graph.Shape{4, 3}, graph.Shape{5, 4}, true, true),
	matMulCase("MatMul of lists", graph.Shape{6, 3, 4}, graph.Shape{6, 4, 5}, false, false),
	matMulCase("MatMul TN of lists", graph.Shape{2, 4, 3}, graph.Shape{2, 4, 5}, true, false),
	matMulCase("MatMul NT of lists", graph.Shape{2, 3, 4}, graph.Shape{2, 5, 4}, false, true),
	matMulCase("MatMul TT of lists of one", graph.Shape{1, 4, 3}, graph.Shape{1, 5, 4}, true, true),
	{Name: "MatMul square", Inputs: []graph.Shape{{3, 3}}, F: one(func(x *graph.Node) *graph.Node { return graph.MatMul(x, x, false, true) })},
	{Name: "Reshape vector", Inputs: []graph.Shape{{1, 4}}, F: one(func(x *graph.Node) *graph.Node {
		y := graph.Reshape(graph.Mul(x, x), 4)
		return graph.MatMul(graph.Reshape(y, 1, 4), graph.Reshape(y, 4, 1), false, false)
	})},
	sumCase("Sum all", graph.Shape{3, 2, 5}),
	sumCase("Sum rows", graph.Shape{70, 3}, 0),
	sumCase("Sum columns", s35, 1),
	sumCase("Sum middle", graph.Shape{3, 4, 2}, 1),
	sumCase("Sum ends", graph.Shape{3, 4, 2, 5}, 0, 2, 3),
	broadcastCase("Broadcast scalar", graph.Shape{1}, s35, 0, 1),
	broadcastCase("Broadcast rows", graph.Shape{5}, s35, 0),
	broadcastCase("Broadcast columns", graph.Shape{3}, s35, 1),
	broadcastCase("Broadcast middle", graph.Shape{3, 2}, graph.Shape{3, 4, 2}, 1),
	broadcastCase("Broadcast ends", graph.Shape{4}, graph.Shape{3, 4, 2}, 0, 2),
	biasCase("AddBias rows", s35, 1),
	biasCase("AddBias channels", graph.Shape{3, 4, 2, 5}, 1),
	{Name: "Reshape", Inputs: []graph.Shape{{3, 4}}, F: one(func(x *graph.Node) *graph.Node {
		y := graph.Reshape(x, 2, 6)
		return graph.Mul(y, y)
	}), Want: each(func(x float64) float64 { return x * x })},
	{Name: "ReLU", Inputs: []graph.Shape{s35}, Draw: offKink, F: one(func(x *graph.Node) *graph.Node {
		return graph.Mul(x, graph.ReLU(x))
	}), Want: each(func(x float64) float64 { return x * math.Max(x, 0) })},
	{Name: "Gate", Inputs: []graph.Shape{s35, s35}, Draw: offKink, F: two(func(a, b *graph.Node) *graph.Node {
		return graph.Mul(graph.Gate(graph.Mul(a, a), b), a)
	}), Want: pair(func(a, b float64) float64 { return a * a * a * (1 + math.Copysign(1, b)) / 2 })},
	{Name: "Gate itself", Inputs: []graph.Shape{s35}, Draw: offKink, F: one(func(x *graph.Node) *graph.Node { return graph.Gate(x, x) }),
		Want: each(func(x float64) float64 { return math.Max(x, 0) })},
	{Name: "Tanh", Inputs: []graph.Shape{s35}, F: one(graph.Tanh), Want: each(math.Tanh)},
	{Name: "Sigmoid", Inputs: []graph.Shape{s35}, F: one(graph.Sigmoid), Want: each(func(x float64) float64 { return 0.5 * (1 + math.Tanh(x/2)) })},
	{Name: "SiLU", Inputs: []graph.Shape{s35}, F: one(graph.SiLU), Want: each(func(x float64) float64 { return x / (1 + math.Exp(-x)) })},
	{Name: "Exp", Inputs: []graph.Shape{s35}, F: one(graph.Exp), Want: each(math.Exp)},
	{Name: "Log", Inputs: []graph.Shape{s35}, Draw: positive, F: one(graph.Log), Want: each(math.Log)},
	{Name: "Inv", Inputs: []graph.Shape{s35}, Draw: positive, F: one(graph.Inv), Want: each(func(x float64) float64 { return 1 / x })},
	{Name: "LogSumExp", Inputs: []graph.Shape{s35}, F: one(graph.LogSumExp), Want: func(in [][]float64) [][]float64 {
		y := make([]float64, 3)
		for i := range y {
			for _, x := range in[0][i*5 : i*5+5] {
				y[i] += math.Exp(x)
			}
			y[i] = math.Log(y[i])
		}
		return [][]float64{y}
	}},
	{Name: "SoftmaxCrossEntropy", Inputs: []graph.Shape{s35, s35}, F: two(graph.SoftmaxCrossEntropy)},
}

func TestDerivatives(t *testing.T) {
	cases := slices.Concat(cases, convCases(), poolCases(), sliceCases())
	covered := map[string]bool{}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			graphtest.Check(t, c)
			mark(t, c, covered)
		})
	}
	for _, name := range graph.Ops() {
		if !covered[name] {
			t.Errorf("no case checks the op %s", name)
		}
	}
}

// mark records the ops that the case's own graph is made of.
func mark(t *testing.T, c graphtest.Case, covered map[string]bool) {
	g, err := graph.Build[float64](func(g *graph.Graph) {
		in := make(nodes, len(c.Inputs))
		for i, s := range c.Inputs {
			in[i] = g.Input("x", s...)
		}
		c.F(in)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes() {
		covered[n.Op()] = true
	}
}
