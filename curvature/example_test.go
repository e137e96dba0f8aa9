package curvature_test

import (
	"fmt"
	"math"

	"eoss/curvature"
	"eoss/graph"
)

// A network of one's own: two tanh layers with tied weights, f(x) = v·tanh(W tanh(W x)), which no family of
// package models has. From its forward pass follow the gradient, the Hessian and what mini-batches see.
func ExampleObjective() {
	tied := curvature.Network{
		Params:  []graph.Shape{{3, 3}, {1, 3}},
		Input:   graph.Shape{3},
		Outputs: 1,
		Forward: func(x *graph.Node, theta []*graph.Node) *graph.Node {
			layer := func(h *graph.Node) *graph.Node { return graph.Tanh(graph.MatMul(h, theta[0], false, true)) }
			return graph.MatMul(layer(layer(x)), theta[1], false, true)
		},
		Loss: func(f, y *graph.Node) *graph.Node {
			d := graph.Sub(f, y)
			return graph.Sum(graph.Mul(d, d), 1)
		},
	}
	o := curvature.NewObjective[float64](tied)
	theta := make([]float64, tied.Dim())
	for i := range theta {
		theta[i] = math.Sin(float64(i + 1))
	}
	data := curvature.Data[float64]{N: 8, X: make([]float64, 24), Y: make([]float64, 8)}
	for i := range data.X {
		data.X[i] = math.Cos(float64(i))
	}
	h, err := o.Hessian(data)
	if err != nil {
		panic(err)
	}
	if err := h.Linearize(theta); err != nil {
		panic(err)
	}
	top, err := h.Top(curvature.EigenOptions[float64]{})
	if err != nil {
		panic(err)
	}
	b, err := o.NewProbe().BatchSharpness(theta, data, curvature.Sampling{Batch: 2, MaxBatches: 100})
	if err != nil {
		panic(err)
	}
	fmt.Printf("λmax %.3f, Batch Sharpness %.1f ± %.1f over %d batches\n", top.Values[0], b.Ratio.Mean, b.Ratio.StdErr, b.Batches)
	// Output: λmax 7.473, Batch Sharpness 7.4 ± 0.0 over 100 batches
}
