package curvature

import (
	"errors"

	"eoss/graph"
)

// together is the number of batches that sampling evaluates side by side: enough to share the weights'
// traffic, few enough that little is drawn in vain when the stopping rule is met.
const together = 32

// sampleSteps is sample for g_B·H_B g_B: batches are drawn one after the other and evaluated several at a time, by
// graph.GroupDerivatives, where that knows the network; else one by one, by double backward. add gets them in
// the order of the draws, and the stopping rule looks after each, so the way of evaluation shows in rounding only.
func (p *Probe[T]) sampleSteps(theta []T, d Data[T], s Sampling, add func(Step), estimates func() []Estimate) (Draws, error) {
	group := min(together, p.o.Chunk/max(1, s.Batch))
	if s.List != nil || group < 2 || p.alone {
		return p.sample(d, s, func(batch Data[T]) error {
			step, err := p.Along(theta, batch)
			add(step)
			return err
		}, estimates)
	}
	draws := Draws{Sampling: s}
	if err := errors.Join(s.check(d.N), p.o.check(len(theta), len(d.X), len(d.Y), d.N)); err != nil {
		return draws, err
	}
	b, stop := s.batches(d.N), s.stopping(d.N)
	for draws.Batches < stop.max && !draws.Converged {
		steps := make([]Step, min(group, stop.max-draws.Batches))
		p.indices = p.indices[:0]
		for range steps {
			p.indices = append(p.indices, b.next()...)
		}
		p.batch = d.Gather(p.batch, p.indices)
		err := p.o.along(steps, theta, p.batch)
		if mistake := new(graph.BuildError); errors.As(err, &mistake) && draws.Batches == 0 {
			p.alone = true // no rule for this network
			return p.sampleSteps(theta, d, s, add, estimates)
		}
		if err != nil {
			return draws, err
		}
		for k := 0; k < len(steps) && !draws.Converged; k++ {
			add(steps[k])
			draws.Batches++
			draws.Converged = stop.met(draws.Batches, estimates)
		}
	}
	return draws, nil
}
