package curvature

import (
	"fmt"
	"math"

	"eoss/graph"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// AdamOptions are Adam's step size η, decay rates β₁ and β₂ (from 0 to below 1) and ε > 0, in float32 too. None has a default here.
type AdamOptions struct{ LR, Beta1, Beta2, Epsilon float64 }

// Adam takes steps of Adam (Kingma and Ba 2015, Algorithm 1, with ε outside the root as in PyTorch): at step t = 1, 2, …, entry by entry,
//
//	g = ∇L_B(θ),  m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²
//	θ ← θ − η · m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε)
//
// from m = v = 0. Its steps are preconditioned: 2/η is no threshold for the Hessian under Adam.
type Adam[T graph.Float] struct {
	o     *Objective[T]
	opt   AdamOptions
	steps int
	m, v  []T
	grad  []T
	loss  [1]T
	move  *sweep

	// Of the step being taken: η/(1−β₁ᵗ) and 1/√(1−β₂ᵗ).
	theta        []T
	rate, unbias float64
}

// NewAdam returns an Adam optimizer. Decay rates and an ε outside their ranges are an error.
func (o *Objective[T]) NewAdam(opt AdamOptions) (*Adam[T], error) {
	decays := func(beta float64) bool { return 0 <= beta && beta < 1 }
	if !decays(opt.Beta1) || !decays(opt.Beta2) || !(T(opt.Epsilon) > 0) {
		return nil, fmt.Errorf("curvature: Adam with β₁ = %g, β₂ = %g and ε = %g: β from 0 to below 1, ε > 0", opt.Beta1, opt.Beta2, T(opt.Epsilon))
	}
	a := &Adam[T]{o: o, opt: opt, m: make([]T, o.Dim()), v: make([]T, o.Dim()), grad: make([]T, o.Dim())}
	a.move = newSweep(o.Dim(), a.update)
	return a, nil
}

// Step moves θ by one step along the batch d and returns L_B before it.
func (a *Adam[T]) Step(theta []T, d Data[T]) (loss float64, err error) {
	if loss, err = a.o.writeGradient(a.grad, theta, d, a.loss[:]); err != nil {
		return 0, err
	}
	a.theta = theta
	a.steps++
	t := float64(a.steps)
	a.rate, a.unbias = a.opt.LR/(1-math.Pow(a.opt.Beta1, t)), 1/math.Sqrt(1-math.Pow(a.opt.Beta2, t))
	a.move.run()
	return loss, nil
}

// update takes the step of entries lo to hi; it spends the gradient.
func (a *Adam[T]) update(lo, hi int) {
	theta, m, v, g := a.theta[lo:hi], a.m[lo:hi], a.v[lo:hi], a.grad[lo:hi]
	scale(T(a.opt.Beta1), m)
	addScaled(m, T(1-a.opt.Beta1), g)
	scale(T(a.opt.Beta2), v)
	multiply(g, g)
	addScaled(v, T(1-a.opt.Beta2), g)
	adamDirection(g, m, v, T(a.unbias), T(a.opt.Epsilon))
	addScaled(theta, T(-a.rate), g)
}

// multiply computes x ← x·y, entry by entry.
func multiply[T graph.Float](x, y []T) {
	switch x := any(x).(type) {
	case []float32:
		f32.Mul(x, x, any(y).([]float32))
	case []float64:
		f64.Mul(x, x, any(y).([]float64))
	}
}

// adamDirection computes dst = m/(α√v + ε), entry by entry.
func adamDirection[T graph.Float](dst, m, v []T, alpha, epsilon T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.Sqrt(dst, any(v).([]float32))
		f32.Scale(dst, dst, float32(alpha))
		f32.AddScalar(dst, dst, float32(epsilon))
		f32.Div(dst, any(m).([]float32), dst)
	case []float64:
		f64.Sqrt(dst, any(v).([]float64))
		f64.Scale(dst, dst, float64(alpha))
		f64.AddScalar(dst, dst, float64(epsilon))
		f64.Div(dst, any(m).([]float64), dst)
	}
}

// State returns m and v.
func (a *Adam[T]) State() OptimizerState[T] {
	return OptimizerState[T]{a.steps, []StateVector[T]{{"first_moment", a.m}, {"second_moment", a.v}}}
}

// Restore continues from a saved state.
func (a *Adam[T]) Restore(saved OptimizerState[T]) error {
	return a.State().restore(saved, &a.steps)
}
