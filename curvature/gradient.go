package curvature

import (
	"fmt"
	"slices"

	"eoss/graph"
)

var gradientRecipe = &recipe{adding: true, build: func(s symbols) []*graph.Node {
	return append([]*graph.Node{s.loss}, graph.Gradient(s.loss, s.theta)...)
}}

// batchGradientRecipe is the gradient of samples that fit one chunk: it overwrites its outputs.
var batchGradientRecipe = &recipe{build: gradientRecipe.build}

// Gradient writes ∇L(θ) over the samples d into grad and returns L.
func (o *Objective[T]) Gradient(grad, theta []T, d Data[T]) (loss float64, err error) {
	return o.writeGradient(grad, theta, d, make([]T, 1))
}

// writeGradient is Gradient with memory for one number of the caller's.
func (o *Objective[T]) writeGradient(grad, theta []T, d Data[T], scratch []T) (loss float64, err error) {
	if err := o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	if d.N <= o.Chunk {
		return o.evaluate(batchGradientRecipe, d.N, theta, d, scratch, grad)
	}
	clear(grad)
	return o.addGradient(grad, theta, d, scratch)
}

// addGradient adds ∇L(θ) over the samples d to sum and returns L.
func (o *Objective[T]) addGradient(sum, theta []T, d Data[T], scratch []T) (loss float64, err error) {
	err = o.chunks(d.N, func(lo, hi int) error {
		l, err := o.evaluate(gradientRecipe, d.N, theta, d.Rows(lo, hi), scratch, sum)
		loss += l
		return err
	})
	return loss, err
}

var outputsRecipe = &recipe{build: func(s symbols) []*graph.Node { return []*graph.Node{s.f, s.losses} }}

// Evaluate writes the outputs f (N, c) and the per-sample losses ℓ (N) of the samples d.
func (o *Objective[T]) Evaluate(f, losses, theta []T, d Data[T]) error {
	if err := o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return err
	}
	if len(f) != d.N*o.Outputs || len(losses) != d.N {
		return fmt.Errorf("curvature: %d samples have %d outputs and %d losses, which do not fit into %d and %d",
			d.N, d.N*o.Outputs, d.N, len(f), len(losses))
	}
	return o.chunks(d.N, func(lo, hi int) error {
		p, err := o.program(outputsRecipe, hi-lo, 1)
		if err != nil {
			return err
		}
		if err := p.bind(theta, d.Rows(lo, hi)); err != nil {
			return err
		}
		if err := p.BindOutput(0, f[lo*o.Outputs:hi*o.Outputs]); err != nil {
			return err
		}
		if err := p.BindOutput(1, losses[lo:hi]); err != nil {
			return err
		}
		p.Run()
		return nil
	})
}

// Loss returns the mean loss L over the samples d and the share of them classified rightly: the largest
// output is the target's, or, for one output, it has the target's sign. An output that is NaN is wrong.
func (o *Objective[T]) Loss(theta []T, d Data[T]) (loss, accuracy float64, err error) {
	f, losses := make([]T, d.N*o.Outputs), make([]T, d.N)
	if err := o.Evaluate(f, losses, theta, d); err != nil {
		return 0, 0, err
	}
	loss, accuracy = mean(f, losses, d)
	return loss, accuracy, nil
}

// mean is the mean loss and the share of the samples classified rightly.
func mean[T graph.Float](f, losses []T, d Data[T]) (loss, accuracy float64) {
	right, c := 0, len(f)/d.N
	for i, l := range losses {
		loss += float64(l)
		if agrees(f[i*c:(i+1)*c], d.Y[i*c:(i+1)*c]) {
			right++
		}
	}
	return loss / float64(d.N), float64(right) / float64(d.N)
}

func agrees[T graph.Float](f, y []T) bool {
	if len(f) == 1 {
		return f[0]*y[0] > 0
	}
	return argmax(f) == argmax(y) && !slices.ContainsFunc(f, func(v T) bool { return v != v })
}

func argmax[T graph.Float](x []T) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
