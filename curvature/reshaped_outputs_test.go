package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// TestReshapedAndScaledOutputs: what a network's Forward ends in and its Loss begins with is no matter to the matrices that are taken apart
// at the outputs.
func TestReshapedAndScaledOutputs(t *testing.T) {
	network := func(forward, loss func(f *graph.Node) *graph.Node) small[float64] {
		return newOwn(curvature.Network{Params: []graph.Shape{{1, 3}}, Input: graph.Shape{3}, Outputs: 1,
			Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
				return forward(graph.Tanh(graph.MatMul(x, w[0], false, true)))
			},
			Loss: func(f, y *graph.Node) *graph.Node { return models.MSE(loss(f), y) },
		}, 6, 1)
	}
	none := func(x *graph.Node) *graph.Node { return x }
	scale := func(by float64) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node { return graph.Scale(x, by) }
	}
	shape := func(to ...int) func(x *graph.Node) *graph.Node {
		return func(x *graph.Node) *graph.Node { return graph.Reshape(x, append([]int{x.Shape()[0]}, to...)...) }
	}
	there := func(x *graph.Node) *graph.Node { return shape(1)(shape()(x)) }
	plain := network(none, none)
	for name, s := range map[string]small[float64]{
		"reshaped": network(there, there),
		"scaled":   network(scale(2), scale(0.5)),
	} {
		for _, k := range []curvature.Kind{curvature.Hessian, curvature.GaussNewton} {
			got, want := dense(linearize(t, s, k)), dense(linearize(t, plain, k))
			for i := range want {
				near(t, name, got[i], want[i], rounding)
			}
		}
		sampling := curvature.Sampling{Batch: 2, MaxBatches: 3}
		got, err := s.o.NewProbe().BatchSharpnessGN(s.theta, s.data, sampling)
		noError(t, err)
		want, err := plain.o.NewProbe().BatchSharpnessGN(plain.theta, plain.data, sampling)
		noError(t, err)
		equal(t, name, got.Ratio.Mean, want.Ratio.Mean, rounding)
	}
}
