package curvature

import (
	"fmt"
	"math"
	"math/rand/v2"

	"eoss/graph"
)

// NoiseShape is the covariance of injected noise; S is the population covariance (÷ n) of the per-sample gradients at the current θ.
// The traces are all tr S/b.
type NoiseShape int

const (
	// Directional noise is (1/√(nb)) Σ_i (ξ_i − ξ̄)∇ℓ_i with standard normal ξ: covariance S/b, that of mini-batches. One pass
	// over the data gives gradient and noise.
	Directional NoiseShape = iota
	// Diagonal noise has covariance diag(S)/b. On linear layers it costs about half more than a gradient, on convolutions some thirty
	// gradients (see [Objective.GradientVariance]).
	Diagonal
	// Isotropic noise has covariance (tr S/(bP))·I and costs what diagonal noise does.
	Isotropic
)

// NoiseOptions describes gradient descent with injected noise.
type NoiseOptions struct {
	Shape NoiseShape
	LR    float64 // η
	Batch int     // b, the batch size whose noise is injected
	// Distinct takes the variance of batches of distinct samples, (n−b)/(n−1) times that of batches drawn with replacement.
	Distinct bool
	// Substeps K cut a step into K Euler–Maruyama steps of h = η/K for dθ = −g dt + √η dW, Cov dW = S/b dt: θ ← θ − h·g − √(ηh)·ζ.
	// 0 stands for 1: h = η is gradient descent with noise, θ ← θ − η(g + ζ).
	Substeps int
	Seed     uint64 // the noise of a step is a function of seed and step number
}

// NoisyDescent takes steps of gradient descent on the loss of n samples with injected noise (Figure 7).
type NoisyDescent[T graph.Float] struct {
	o     *Objective[T]
	opt   NoiseOptions
	n     int
	steps int

	source  rand.PCG
	rng     *rand.Rand
	xi      []float64 // directional: a number per sample,
	weights []T       // and its weight in the step
	spread  []T       // otherwise: the diagonal of S
	push    []T       // g + √(η/h)·ζ
	lossOut [1]T
}

// NewNoisyDescent returns a descent on n samples. Its programs are compiled now, so that [Objective.WorkingSet] knows of them.
func (o *Objective[T]) NewNoisyDescent(n int, opt NoiseOptions) (*NoisyDescent[T], error) {
	if n < 1 || opt.Batch < 1 || opt.Batch > n {
		return nil, fmt.Errorf("curvature: the noise of batches of %d out of %d samples", opt.Batch, n)
	}
	if opt.Shape < Directional || opt.Shape > Isotropic {
		return nil, fmt.Errorf("curvature: no noise of the shape %d", opt.Shape)
	}
	opt.Substeps = max(opt.Substeps, 1)
	s := &NoisyDescent[T]{o: o, opt: opt, n: n, push: make([]T, o.Dim())}
	s.rng = rand.New(&s.source)
	r := weightedRecipe
	if opt.Shape == Directional {
		s.xi, s.weights = make([]float64, n), make([]T, n)
	} else {
		s.spread = make([]T, o.Dim())
		q, err := o.squares()
		if err != nil {
			return nil, err
		}
		r = q.short
	}
	return s, o.chunks(n, func(lo, hi int) error {
		_, err := o.program(r, hi-lo, 1)
		return err
	})
}

// streamNoise names the random streams of injected noise; the number of the step completes them.
const streamNoise = 0x6e6f697365 // "noise"

// Step moves θ by one step on all n samples d and returns L before it.
func (s *NoisyDescent[T]) Step(theta []T, d Data[T]) (loss float64, err error) {
	if d.N != s.n {
		return 0, fmt.Errorf("curvature: a noisy descent on %d samples was given %d", s.n, d.N)
	}
	s.source.Seed(s.opt.Seed, streamNoise<<24^uint64(s.steps))
	for k := range s.opt.Substeps {
		before, err := s.substep(theta, d)
		if err != nil {
			return 0, err
		}
		if k == 0 {
			loss = before
		}
	}
	s.steps++
	return loss, nil
}

func (s *NoisyDescent[T]) substep(theta []T, d Data[T]) (loss float64, err error) {
	if s.opt.Shape == Directional {
		for i := range s.xi {
			s.xi[i] = s.rng.NormFloat64()
		}
		directionalWeights(s.weights, s.xi, 1, s.scale())
		loss, err = s.o.weightedGradient(s.push, theta, s.weights, d, s.lossOut[:])
	} else {
		loss, err = s.independent(theta, d)
	}
	if err == nil {
		Axpy(T(-s.opt.LR/float64(s.opt.Substeps)), s.push, theta)
	}
	return loss, err
}

// independent makes the push of diagonal and isotropic noise: entry by entry.
func (s *NoisyDescent[T]) independent(theta []T, d Data[T]) (loss float64, err error) {
	loss, trace, err := s.o.gradientVariance(s.spread, s.push, theta, d, s.lossOut[:])
	if err != nil {
		return 0, err
	}
	scale, deviation := s.scale(), math.Sqrt(trace/float64(len(theta)))
	for i := range s.push {
		if s.opt.Shape == Diagonal {
			deviation = math.Sqrt(float64(s.spread[i]))
		}
		s.push[i] += T(scale * deviation * s.rng.NormFloat64())
	}
	return loss, nil
}

// scale is the factor c of noise with covariance c²·S: √(K/b), and √((n−b)/(n−1)) for distinct samples.
func (s *NoisyDescent[T]) scale() float64 {
	c := math.Sqrt(float64(s.opt.Substeps) / float64(s.opt.Batch))
	if s.opt.Distinct {
		c *= math.Sqrt(float64(s.n-s.opt.Batch) / math.Max(1, float64(s.n-1)))
	}
	return c
}

// State returns the number of steps, on which the noise depends: there is no other memory.
func (s *NoisyDescent[T]) State() OptimizerState[T] { return OptimizerState[T]{Steps: s.steps} }

// Restore continues from a saved state.
func (s *NoisyDescent[T]) Restore(saved OptimizerState[T]) error {
	return s.State().restore(saved, &s.steps)
}
