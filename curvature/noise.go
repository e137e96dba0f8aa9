package curvature

import (
	"fmt"
	"math"

	"eoss/graph"
)

// weightedRecipe is Σ_i ℓ_i and Σ_i w_i ∇ℓ_i: the weights are the cotangents of the per-sample losses.
var weightedRecipe = &recipe{adding: true, build: func(s symbols) []*graph.Node {
	return append([]*graph.Node{s.loss}, graph.VJP([]*graph.Node{s.losses}, []*graph.Node{s.w}, s.theta)...)
}}

// WeightedGradient writes Σ_i w_i ∇ℓ_i(θ) over the samples d into dst and returns their mean loss L, which has no weights: one
// gradient pass.
func (o *Objective[T]) WeightedGradient(dst, theta, w []T, d Data[T]) (loss float64, err error) {
	return o.weightedGradient(dst, theta, w, d, make([]T, 1))
}

// weightedGradient is WeightedGradient with memory for one number of the caller's.
func (o *Objective[T]) weightedGradient(dst, theta, w []T, d Data[T], scratch []T) (loss float64, err error) {
	if err := o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	if len(w) != d.N {
		return 0, fmt.Errorf("curvature: %d weights for %d samples", len(w), d.N)
	}
	clear(dst)
	err = o.chunks(d.N, func(lo, hi int) error {
		p, err := o.program(weightedRecipe, hi-lo, 1)
		if err != nil {
			return err
		}
		if err := p.BindInput(p.s.w, w[lo:hi]); err != nil {
			return err
		}
		sum, err := o.evaluate(weightedRecipe, 1, theta, d.Rows(lo, hi), scratch, dst)
		loss += sum / float64(d.N)
		return err
	})
	return loss, err
}

// DirectionalNoise writes ζ = (1/√(nb)) Σ_i (ξ_i − ξ̄) ∇ℓ_i over the n samples d into dst (Figure 7, Appendix D). For independent
// standard normal ξ its covariance is S/b, that of batches of b drawn with replacement.
func (o *Objective[T]) DirectionalNoise(dst, theta []T, xi []float64, b int, d Data[T]) error {
	if b < 1 {
		return fmt.Errorf("curvature: the noise of batches of %d", b)
	}
	w := make([]T, len(xi))
	directionalWeights(w, xi, 0, 1/math.Sqrt(float64(b)))
	_, err := o.WeightedGradient(dst, theta, w, d)
	return err
}

// directionalWeights writes w_i = mean/n + scale·(ξ_i − ξ̄)/√n, with which Σ_i w_i ∇ℓ_i is mean·g plus directional noise of covariance
// scale²·S.
func directionalWeights[T graph.Float](w []T, xi []float64, mean, scale float64) {
	n, sum := float64(len(xi)), 0.0
	for _, x := range xi {
		sum += x
	}
	for i, x := range xi {
		w[i] = T(mean/n + scale/math.Sqrt(n)*(x-sum/n))
	}
}
