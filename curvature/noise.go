package curvature

import (
	"fmt"
	"math"

	"eoss/graph"
)

// weightedRecipe is Σ_i w_i ∇ℓ_i: the weights are the cotangents of the per-sample losses.
var weightedRecipe = &recipe{adding: true, build: func(s symbols) []*graph.Node {
	return graph.VJP([]*graph.Node{s.losses}, []*graph.Node{s.w}, s.theta)
}}

// WeightedGradient writes Σ_i w_i ∇ℓ_i(θ) over the samples d into dst: one gradient pass.
func (o *Objective[T]) WeightedGradient(dst, theta, w []T, d Data[T]) error {
	if err := o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return err
	}
	if len(w) != d.N {
		return fmt.Errorf("curvature: %d weights for %d samples", len(w), d.N)
	}
	clear(dst)
	return o.chunks(d.N, func(lo, hi int) error {
		p, err := o.program(weightedRecipe, hi-lo, 1)
		if err != nil {
			return err
		}
		if err := p.bind(theta, d.Rows(lo, hi)); err != nil {
			return err
		}
		if err := p.BindInput(p.s.w, w[lo:hi]); err != nil {
			return err
		}
		if err := p.result(0, dst); err != nil {
			return err
		}
		p.Run()
		return nil
	})
}

// DirectionalNoise writes ζ = (1/√(nb)) Σ_i (ξ_i − ξ̄) ∇ℓ_i over the n samples d into dst (Figure 7, Appendix D). For independent
// standard normal ξ its covariance is S/b, that of batches of b drawn with replacement.
func (o *Objective[T]) DirectionalNoise(dst, theta []T, xi []float64, b int, d Data[T]) error {
	return o.WeightedGradient(dst, theta, directionalWeights[T](xi, b), d)
}

func directionalWeights[T graph.Float](xi []float64, b int) []T {
	mean, w := 0.0, make([]T, len(xi))
	for _, x := range xi {
		mean += x / float64(len(xi))
	}
	c := 1 / math.Sqrt(float64(len(xi))*float64(b))
	for i, x := range xi {
		w[i] = T(c * (x - mean))
	}
	return w
}
