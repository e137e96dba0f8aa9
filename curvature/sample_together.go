package curvature

import (
	"cmp"
	"errors"

	"eoss/graph"
)

// ways are the two ways to measure a batch: by itself, or several at a time that lie one after another in rows, the
// first being number first of the sampling, which needs graph's rules for groups.
type ways[T graph.Float, R any] struct {
	several  int   // how many a sampling measures at a time
	unknown  *bool // found out: graph has no rule for this measurement of this network
	alone    func(batch Data[T]) (R, error)
	together func(out []R, first int, rows Data[T]) error
}

// sampleTogether is sample for what can be measured in two ways: batches are drawn one after the other and measured several
// at a time where graph knows the network, else one by one. add gets the results in the order of the draws, and the
// stopping rule looks after each, so that the way shows in rounding only.
func sampleTogether[T graph.Float, R any](p *Probe[T], theta []T, d Data[T], s Sampling, w ways[T, R], add func(R), estimates func() []Estimate) (Draws, error) {
	group := min(w.several, p.o.Chunk/max(1, s.Batch))
	if s.List != nil || group < 2 || *w.unknown {
		return sampleAlone(p, d, s, w.alone, add, estimates)
	}
	draws := Draws{Sampling: s}
	if err := cmp.Or(s.check(d.N), p.o.check(len(theta), len(d.X), len(d.Y), d.N)); err != nil {
		return draws, err
	}
	b, stop := s.batches(d.N), s.stopping(d.N)
	for draws.Batches < stop.max && !draws.Converged {
		if err := p.o.interrupted(); err != nil {
			return draws, err
		}
		results := make([]R, min(group, stop.max-draws.Batches))
		p.indices = p.indices[:0]
		for range results {
			p.indices = append(p.indices, b.next()...)
		}
		p.batch = d.Gather(p.batch, p.indices)
		err := w.together(results, draws.Batches, p.batch)
		if mistake := new(graph.BuildError); errors.As(err, &mistake) && draws.Batches == 0 {
			*w.unknown = true
			return sampleTogether(p, theta, d, s, w, add, estimates)
		}
		if err != nil {
			return draws, err
		}
		for k := 0; k < len(results) && !draws.Converged; k++ {
			add(results[k])
			draws.Batches++
			draws.Converged = stop.met(draws.Batches, estimates)
		}
	}
	return draws, nil
}

// sampleAlone is sample for a measurement with a result.
func sampleAlone[T graph.Float, R any](p *Probe[T], d Data[T], s Sampling, alone func(batch Data[T]) (R, error), add func(R), estimates func() []Estimate) (Draws, error) {
	return p.sample(d, s, func(batch Data[T]) error {
		r, err := alone(batch)
		if err == nil {
			add(r)
		}
		return err
	}, estimates)
}
