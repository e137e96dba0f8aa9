package models

import (
	"fmt"

	"eoss/graph"
)

// Losses lists the loss functions, the paper's default first.
var Losses = []string{"mse", "ce"}

// Loss returns the per-sample losses (n) of outputs f and targets y, both (n, c).
type Loss func(f, y *graph.Node) *graph.Node

// MSE is ℓ_i = Σ_j (f_ij − y_ij)², summed over the outputs, without ½.
func MSE(f, y *graph.Node) *graph.Node {
	d := graph.Sub(f, y)
	return graph.Sum(graph.Mul(d, d), 1)
}

// CrossEntropy is ℓ_i = log Σ_j e^(f_ij) − Σ_j y_ij f_ij, for one-hot targets.
func CrossEntropy(f, y *graph.Node) *graph.Node { return graph.SoftmaxCrossEntropy(f, y) }

// LossNamed returns the loss of that name for a model of the given number of outputs.
func LossNamed(name string, outputs int) (Loss, error) {
	switch {
	case name == "mse":
		return MSE, nil
	case name == "ce" && outputs < 2:
		return nil, fmt.Errorf("models: the loss ce needs at least two outputs")
	case name == "ce":
		return CrossEntropy, nil
	}
	return nil, fmt.Errorf("models: no loss %q: there are %v", name, Losses)
}
