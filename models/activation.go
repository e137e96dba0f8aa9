package models

import "eoss/graph"

// Activations lists the activation functions, the default first.
var Activations = []string{"relu", "tanh", "silu", "linear"}

// activation returns the function of that name; "" is relu.
func activation(name string) (func(*graph.Node) *graph.Node, error) {
	switch name {
	case "", "relu":
		return graph.ReLU, nil
	case "tanh":
		return graph.Tanh, nil
	case "silu":
		return graph.SiLU, nil
	case "linear":
		return func(x *graph.Node) *graph.Node { return x }, nil
	}
	return nil, mistake("Activation", "no activation %q: there are %v", name, Activations)
}
