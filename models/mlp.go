package models

import (
	"fmt"
	"slices"

	"eoss/graph"
)

// linear names the weight [out, in] and the bias [out] of one layer.
func linear(name string, in, out int) []Param {
	return []Param{
		{Name: name + ".weight", Shape: graph.Shape{out, in}, FanIn: in, FanOut: out},
		{Name: name + ".bias", Shape: graph.Shape{out}},
	}
}

// affine returns x·Wᵀ + 1·bᵀ for x (n, in), W (out, in), b (out).
func affine(x, w, b *graph.Node) *graph.Node {
	return graph.AddBias(graph.MatMul(x, w, false, true), b, 1)
}

// mlp is flatten, then (linear, activation) for every hidden width, then linear. The paper's is
// 3072-512-512-10; its MLP_L has four hidden layers (Appendix, Figures 22 and 23).
func mlp(s Spec) (*Model, error) {
	act, err := activation(s.Activation)
	if err != nil {
		return nil, err
	}
	m := &Model{Init: initFor(s.Activation)}
	in := s.Input.TotalSize()
	for l, w := range slices.Concat(s.Widths, []int{s.Outputs}) {
		m.Params = append(m.Params, linear(fmt.Sprintf("fc%d", l+1), in, w)...)
		in = w
	}
	m.Forward = func(x *graph.Node, theta []*graph.Node) *graph.Node {
		h := graph.Flatten(x)
		for l := 0; l < len(theta); l += 2 {
			if l > 0 {
				h = act(h)
			}
			h = affine(h, theta[l], theta[l+1])
		}
		return h
	}
	return m, nil
}

// deepLinear is an mlp without activations: f = W_L ⋯ W_1 x plus the biases' terms.
func deepLinear(s Spec) (*Model, error) {
	if s.Activation != "" && s.Activation != "linear" {
		return nil, mistake("Activation", "mlp-linear has no activation %q: use mlp", s.Activation)
	}
	s.Activation = "linear"
	return mlp(s)
}
