package models

import "eoss/graph"

// diagonalLinear is f(x) = Σ_j a_j b_j x_j, one output (Appendix I).
func diagonalLinear(s Spec) (*Model, error) {
	switch {
	case s.Outputs != 1:
		return nil, mistake("Outputs", "diaglin has one output, not %d", s.Outputs)
	case s.Activation != "" && s.Activation != "linear":
		return nil, mistake("Activation", "diaglin has no activation, got %q", s.Activation)
	}
	d := s.Input.TotalSize()
	return &Model{
		Params: []Param{
			{Name: "a", Shape: graph.Shape{d}, FanIn: 1, FanOut: 1},
			{Name: "b", Shape: graph.Shape{d}, FanIn: 1, FanOut: 1},
		},
		Init: Init{Gain: 1},
		Forward: func(x *graph.Node, theta []*graph.Node) *graph.Node {
			w := graph.Mul(theta[0], theta[1])
			return graph.MatMul(graph.Flatten(x), graph.Reshape(w, 1, d), false, true)
		},
	}, nil
}
