package curvature

import "eoss/graph"

// MomentumSharpness is the curvature mini-batch losses have along the steps of SGD with momentum,
// s = μv + g_B with the velocity v: the step −ηs changes L_B by −η s·g_B + (η²/2) s·H_B s, so that the analogue of
// equation 2 is E[s·H_B s]/E[s·g_B] against 2/η. Only the ratio of expectations is given: s·g_B passes through zero, and
// the mean of the ratios has no finite variance.
type MomentumSharpness struct {
	Ratio Estimate // E[s·H_B s]/E[s·g_B]
	SHS   Estimate // E[s·H_B s], a by-product
	SG    Estimate // E[s·g_B], a by-product
	Draws
}

// alongStepRecipe computes L_B, g_B and H_B(v + g_B), v being the velocity times μ.
var alongStepRecipe = &recipe{build: func(s symbols) []*graph.Node {
	g := graph.Gradient(s.loss, s.theta)
	step := make([]*graph.Node, len(g))
	for i := range g {
		step[i] = graph.Add(g[i], s.v[i])
	}
	return append(append([]*graph.Node{s.loss}, g...), graph.VJP(g, step, s.theta)...)
}}

// MomentumSharpness estimates the momentum form of Batch Sharpness at θ, over batches of the samples d; ErrNotFinite when a batch's
// numbers are not finite.
func (p *Probe[T]) MomentumSharpness(theta, velocity []T, mu float64, d Data[T], s Sampling) (MomentumSharpness, error) {
	var m MomentumSharpness
	if err := p.o.check(len(velocity), len(d.X), len(d.Y), d.N); err != nil {
		return m, err
	}
	push := make([]T, len(velocity))
	Axpy(T(mu), velocity, push)
	pairs, step := s.moments(d.N), make([]T, len(theta))
	var err error
	m.Draws, err = p.sample(d, s, func(batch Data[T]) error {
		if err := p.alongStep(theta, push, step, batch); err != nil {
			return err
		}
		shs, sg := Dot(step, p.hg), Dot(step, p.grad)
		pairs.add(shs, sg)
		return finite(shs, sg)
	}, func() []Estimate { return []Estimate{pairs.ratio()} })
	m.Ratio, m.SHS, m.SG = pairs.ratio(), pairs.mean(), pairs.meanY()
	return m, err
}

// alongStep computes g_B, step = push + g_B and H_B·step.
func (p *Probe[T]) alongStep(theta, push, step []T, d Data[T]) error {
	if d.N <= p.o.Chunk {
		prog, err := p.o.program(alongStepRecipe, d.N, d.N)
		if err != nil {
			return err
		}
		if err := prog.direction(push); err != nil {
			return err
		}
		if _, err := p.run(alongStepRecipe, theta, d, p.grad, p.hg); err != nil {
			return err
		}
		copy(step, push)
		Axpy(1, p.grad, step)
		return nil
	}
	if _, err := p.o.Gradient(p.grad, theta, d); err != nil {
		return err
	}
	copy(step, push)
	Axpy(1, p.grad, step)
	h, err := p.matrix(Hessian, theta, d)
	if err == nil {
		h.Apply(p.hg, step)
	}
	return err
}
