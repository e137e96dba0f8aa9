package curvature

import "eoss/graph"

// BatchSharpness is the curvature mini-batch losses have along their own gradients.
type BatchSharpness struct {
	Ratio     Estimate // E[g_B·H_B g_B]/E[‖g_B‖²]: Definition 1
	MeanRatio Estimate // E[g_B·H_B g_B/‖g_B‖²]: what the authors plot
	GG        Estimate // E[‖g_B‖²], a by-product
	Skipped   int      // batches whose gradient vanishes, left out of MeanRatio
	Draws
}

// BatchSharpness estimates both forms of Batch Sharpness at θ over batches of the samples d, until both meet the stopping rule. A batch
// whose numbers are not finite ends it with ErrNotFinite.
func (p *Probe[T]) BatchSharpness(theta []T, d Data[T], s Sampling) (BatchSharpness, error) {
	return p.batchSharpness(d, s, func(add func(Step), estimates func() []Estimate) (Draws, error) {
		return sampleTogether(p, theta, d, s, p.stepsAt(theta, s.Batch), add, estimates)
	})
}

// BatchSharpnessGN is BatchSharpness with the Gauss–Newton matrix G_B in place of the Hessian:
// E[g_B·G_B g_B]/E[‖g_B‖²], and the mean of the ratios.
func (p *Probe[T]) BatchSharpnessGN(theta []T, d Data[T], s Sampling) (BatchSharpness, error) {
	return p.batchSharpness(d, s, func(add func(Step), estimates func() []Estimate) (Draws, error) {
		return sampleAlone(p, d, s, func(batch Data[T]) (Step, error) { return finiteStep(p.alongGN(theta, batch)) }, add, estimates)
	})
}

// batchSharpness accumulates both forms over the steps that sample adds.
func (p *Probe[T]) batchSharpness(d Data[T], s Sampling, sample func(add func(Step), estimates func() []Estimate) (Draws, error)) (BatchSharpness, error) {
	m := steps{pairs: s.moments(d.N), ratios: s.moments(d.N)}
	draws, err := sample(m.add, func() []Estimate { return []Estimate{m.pairs.ratio(), m.ratios.mean()} })
	return m.sharpness(draws), err
}

// steps are the moments of both forms.
type steps struct {
	pairs, ratios moments // of (g·Hg, ‖g‖²), and of g·Hg/‖g‖²
	skipped       int
}

func (m *steps) add(s Step) {
	m.pairs.add(s.GHG, s.GG)
	if s.GG > 0 {
		m.ratios.add(s.Sharpness(), 1)
	} else {
		m.skipped++
	}
}

// finiteStep passes on what was measured, with ErrNotFinite if that is not finite.
func finiteStep(s Step, err error) (Step, error) {
	if err == nil {
		err = finite(s.GG, s.GHG)
	}
	return s, err
}

func (m *steps) sharpness(d Draws) BatchSharpness {
	return BatchSharpness{Ratio: m.pairs.ratio(), MeanRatio: m.ratios.mean(), GG: m.pairs.meanY(), Skipped: m.skipped, Draws: d}
}

// alongGNRecipe computes L_B, g_B and g_B·G_B g_B = (1/b) Σ_i (J_i g)·A_i (J_i g): one pass forward, none back.
var alongGNRecipe = &recipe{build: func(s symbols) []*graph.Node {
	g, f := graph.Gradient(s.loss, s.theta), []*graph.Node{s.f}
	jg := graph.JVP(f, s.theta, g)
	ajg := graph.HVPForward(s.loss, f, jg)
	return append(append([]*graph.Node{s.loss}, g...), graph.Sum(graph.Mul(jg[0], ajg[0])))
}}

func (p *Probe[T]) alongGN(theta []T, d Data[T]) (Step, error) {
	if d.N > p.o.Chunk {
		return p.alongInChunks(GaussNewton, theta, d)
	}
	prog, err := p.o.program(alongGNRecipe, d.N, d.N)
	if err != nil {
		return Step{}, err
	}
	var gGg [1]T
	if err := prog.BindOutput(1+len(p.o.Params), gGg[:]); err != nil {
		return Step{}, err
	}
	loss, err := p.run(alongGNRecipe, theta, d, p.grad)
	return Step{Loss: loss, GG: Dot(p.grad, p.grad), GHG: float64(gGg[0])}, err
}
