package curvature

import (
	"fmt"
	"math"
	"math/rand/v2"

	"eoss/graph"
)

// alongGradientRecipe computes L_B, g_B and H_B g_B in one program: H·g is the VJP of the gradients with
// themselves as cotangents.
var alongGradientRecipe = &recipe{build: func(s symbols) []*graph.Node {
	g := graph.Gradient(s.loss, s.theta)
	return append(append([]*graph.Node{s.loss}, g...), graph.VJP(g, g, s.theta)...)
}}

// Step is what one mini-batch B says at θ.
type Step struct {
	Loss float64 // L_B
	GG   float64 // ‖g_B‖²
	GHG  float64 // g_B·H_B g_B
}

// Sharpness returns g_B·H_B g_B / ‖g_B‖², the step sharpness; NaN when the gradient vanishes.
func (s Step) Sharpness() float64 { return s.GHG / s.GG }

// Probe measures mini-batches of one objective; it owns the memory they need.
type Probe[T graph.Float] struct {
	o           *Objective[T]
	grad, hg    []T
	batch       Data[T]
	several     *batchHessians[T] // used last
	indices     []int
	permutation []int
}

// NewProbe returns a probe of o.
func (o *Objective[T]) NewProbe() *Probe[T] {
	return &Probe[T]{o: o, grad: make([]T, o.Dim()), hg: make([]T, o.Dim())}
}

// Along computes L_B, ‖g_B‖² and g_B·H_B g_B for the samples d as one batch (double backward, VJP of g along g;
// a batch larger than a chunk takes the gradient first and one Hessian-vector product after).
func (p *Probe[T]) Along(theta []T, d Data[T]) (Step, error) {
	loss, err := 0.0, error(nil)
	if d.N <= p.o.Chunk {
		loss, err = p.whole(theta, d)
	} else if loss, err = p.o.Gradient(p.grad, theta, d); err == nil {
		err = p.product(theta, d)
	}
	return Step{Loss: loss, GG: Dot(p.grad, p.grad), GHG: Dot(p.grad, p.hg)}, err
}

// Gradient returns g_B of the batch last measured; the next measurement overwrites it.
func (p *Probe[T]) Gradient() []T { return p.grad }

func (p *Probe[T]) whole(theta []T, d Data[T]) (float64, error) {
	if err := p.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	prog, err := p.o.program(alongGradientRecipe, d.N, d.N)
	if err != nil {
		return 0, err
	}
	var loss [1]T
	if err := prog.bind(theta, d); err != nil {
		return 0, err
	}
	if err := prog.BindOutput(0, loss[:]); err != nil {
		return 0, err
	}
	if err := prog.result(1, p.grad); err != nil {
		return 0, err
	}
	if err := prog.result(1+len(p.o.Params), p.hg); err != nil {
		return 0, err
	}
	prog.Run()
	return float64(loss[0]), nil
}

func (p *Probe[T]) product(theta []T, d Data[T]) error {
	h, err := p.o.Hessian(d)
	if err != nil {
		return err
	}
	if err := h.Linearize(theta); err != nil {
		return err
	}
	h.Apply(p.hg, p.grad)
	return nil
}

// Sampling says how mini-batches are drawn for a Monte-Carlo estimate: each batch is b distinct
// samples, drawn anew (the batch distribution P_b of Definition 1).
type Sampling struct {
	Batch  int    // b
	Seed   uint64 // of the batches
	Stream uint64 // tells estimates of one seed apart, such as the training step
	// The estimate stops once the relative standard error of both forms is at most RelErr, after MinBatches
	// at least and MaxBatches at most. RelErr 0 takes MaxBatches.
	RelErr                 float64
	MinBatches, MaxBatches int
}

func (s Sampling) check(n int) error {
	switch {
	case s.Batch < 1 || s.Batch > n:
		return fmt.Errorf("curvature: a batch of %d out of %d samples", s.Batch, n)
	case s.MaxBatches < 2 || s.MinBatches > s.MaxBatches:
		return fmt.Errorf("curvature: between %d and %d batches: at least 2 are needed for a standard error", s.MinBatches, s.MaxBatches)
	}
	return nil
}

// streamBatches names the random stream of the measured batches.
const streamBatches = 0x6261746368 // "batch"

// BatchSharpness is the curvature mini-batch losses have along their own gradients.
type BatchSharpness struct {
	Ratio     Estimate // E[g_B·H_B g_B]/E[‖g_B‖²]: Definition 1
	MeanRatio Estimate // E[g_B·H_B g_B/‖g_B‖²]: what the authors plot
	GG        Estimate // E[‖g_B‖²]
	Skipped   int      // batches whose gradient vanishes, left out of MeanRatio
	Converged bool     // the stopping rule was met before MaxBatches
}

// BatchSharpness estimates both forms of Batch Sharpness at θ over batches of the samples d.
func (p *Probe[T]) BatchSharpness(theta []T, d Data[T], s Sampling) (BatchSharpness, error) {
	if err := s.check(d.N); err != nil {
		return BatchSharpness{}, err
	}
	rng := rand.New(rand.NewPCG(s.Seed, streamBatches^s.Stream<<8))
	var pairs, ratios moments
	var b BatchSharpness
	for i := 1; i <= s.MaxBatches && !b.Converged; i++ {
		p.draw(rng, s.Batch, d.N)
		p.batch = d.Gather(p.batch, p.indices)
		step, err := p.Along(theta, p.batch)
		if err != nil {
			return b, err
		}
		pairs.add(step.GHG, step.GG)
		if step.GG > 0 {
			ratios.add(step.Sharpness(), 1)
		} else {
			b.Skipped++
		}
		b.Converged = i >= max(2, s.MinBatches) && s.RelErr > 0 &&
			math.Max(pairs.ratio().RelErr(), ratios.mean().RelErr()) <= s.RelErr
	}
	b.Ratio, b.MeanRatio = pairs.ratio(), ratios.mean()
	pairs.x, pairs.xx = pairs.y, pairs.yy
	b.GG = pairs.mean()
	return b, nil
}

// draw fills p.indices with b distinct samples of n: the first b steps of a Fisher–Yates shuffle,
// which is uniform from whatever order the last draw left.
func (p *Probe[T]) draw(rng *rand.Rand, b, n int) {
	if len(p.permutation) != n {
		p.permutation = make([]int, n)
	}
	for i := range p.permutation {
		p.permutation[i] = i
	}
	for i := range b {
		j := i + rng.IntN(n-i)
		p.permutation[i], p.permutation[j] = p.permutation[j], p.permutation[i]
	}
	p.indices = p.permutation[:b]
}
