package curvature

import "eoss/graph"

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
	o        *Objective[T]
	grad, hg []T
	batch    Data[T]
	matrices [NTK + 1]Linearization[T] // of the batch measured last, by kind
	several  [2]*batchLanczos[T]       // of the sizes used last, the last one first: those of a chunk, and of an epoch's shorter last one
	indices  []int
	noSteps  bool // graph has no rules for the network's derivatives by groups
	noTops   bool // or for its Hessians by groups
}

// NewProbe returns a probe of o.
func (o *Objective[T]) NewProbe() *Probe[T] {
	return &Probe[T]{o: o, grad: make([]T, o.Dim()), hg: make([]T, o.Dim())}
}

// Along computes L_B, ‖g_B‖² and g_B·H_B g_B for the samples d as one batch (double backward, VJP of g along g;
// a batch larger than a chunk takes the gradient first and one Hessian-vector product after).
func (p *Probe[T]) Along(theta []T, d Data[T]) (Step, error) {
	if d.N > p.o.Chunk {
		return p.alongInChunks(Hessian, theta, d)
	}
	loss, err := p.run(alongGradientRecipe, theta, d, p.grad, p.hg)
	return Step{Loss: loss, GG: Dot(p.grad, p.grad), GHG: Dot(p.grad, p.hg)}, err
}

// Gradient returns g_B of the batch that Along measured last; other measurements overwrite it with something else.
func (p *Probe[T]) Gradient() []T { return p.grad }

// run runs a program over d as one chunk. Its outputs are L and then, part by part, the vectors out.
func (p *Probe[T]) run(r *recipe, theta []T, d Data[T], out ...[]T) (float64, error) {
	if err := p.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return 0, err
	}
	return p.o.evaluate(r, d.N, theta, d, make([]T, 1), out...)
}

// alongInChunks takes the gradient first and one product with the matrix after.
func (p *Probe[T]) alongInChunks(k Kind, theta []T, d Data[T]) (Step, error) {
	loss, err := p.o.Gradient(p.grad, theta, d)
	if err != nil {
		return Step{}, err
	}
	m, err := p.matrix(k, theta, d)
	if err != nil {
		return Step{}, err
	}
	m.Apply(p.hg, p.grad)
	return Step{Loss: loss, GG: Dot(p.grad, p.grad), GHG: Dot(p.grad, p.hg)}, nil
}

// matrix returns the matrix of the batch d, linearised at θ. Batches of one size share the programs and the memory.
func (p *Probe[T]) matrix(k Kind, theta []T, d Data[T]) (Linearization[T], error) {
	m := p.matrices[k]
	if m == nil {
		var err error
		if m, err = p.o.Linearization(k, d); err != nil {
			return nil, err
		}
		p.matrices[k] = m
	} else if err := m.Rebind(d); err != nil {
		return nil, err
	}
	return m, m.Linearize(theta)
}
