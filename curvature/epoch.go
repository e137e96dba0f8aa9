package curvature

import (
	"errors"
	"fmt"

	"eoss/graph"
)

// epochRecipe computes L_B, ‖g_B‖² and g_B·H_B g_B of every batch B of the denominator's size: the batches share
// one forward and one reverse pass over their samples.
var epochRecipe = &recipe{build: func(s symbols) []*graph.Node {
	l, gg, gHg := graph.GroupDerivatives(s.losses, s.theta, s.losses.Shape()[0]/s.denominator)
	return []*graph.Node{l, gg, gHg}
}}

// EpochSharpness measures all batches of an epoch at θ: batch k holds the samples order[k·b] … order[k·b+b−1] of d, and a
// last one of fewer than b samples is dropped. The order nil stands for 0, 1, …; a sample may come more than once, so
// that an order can also list batches that were drawn independently.
//
// The batches are evaluated side by side, a chunk at a time, where graph.GroupDerivatives knows how the network's
// parameters enter; other networks, and batches larger than a chunk, are measured one by one by Along, with the same results.
//
// Both forms of Batch Sharpness are exact for this partition of the samples. Their standard errors are with respect to
// the batch distribution, of which the epoch is one draw; they take the batches for independent, which is too large for the part of a
// batch's numbers that is a sum over its samples, since that has the same mean in every epoch, and too small for few batches (see [Epoch]).
func (p *Probe[T]) EpochSharpness(theta []T, d Data[T], b int, order []int) (BatchSharpness, []Step, error) {
	e, err := p.o.partition(theta, d, b, order)
	if err != nil {
		return BatchSharpness{}, nil, err
	}
	steps := make([]Step, e.batches)
	e.chunk = p.sideBySide(e.chunk, b)
	if err := measure(e, &p.batch, steps, p.stepsAt(theta, b)); err != nil {
		return BatchSharpness{}, nil, err
	}
	return summary(steps, b), steps, nil
}

// sideBySideBytes bounds the buffers of batches that are measured together: larger ones only leave the caches.
const sideBySideBytes = 128 << 20

// sideBySide is the number of batches of b samples, at most most, that are measured together.
func (p *Probe[T]) sideBySide(most, b int) int {
	if p.noSteps || most < 2 || b < 1 || 2*b > p.o.Chunk {
		return most // a batch at a time
	}
	one, err := p.o.program(epochRecipe, b, b)
	if mistake := new(graph.BuildError); errors.As(err, &mistake) {
		p.noSteps = true // if it is another mistake, the measurement alone says so
	}
	if err != nil {
		return most
	}
	return min(most, max(2, sideBySideBytes/one.ScratchBytes()))
}

// stepsAt says how batches of b samples are measured along their gradients.
func (p *Probe[T]) stepsAt(theta []T, b int) ways[T, Step] {
	return ways[T, Step]{
		several:  p.sideBySide(32, b), // enough to share the weights' traffic, few enough that little is drawn in vain
		unknown:  &p.noSteps,
		alone:    func(batch Data[T]) (Step, error) { return finiteStep(p.Along(theta, batch)) },
		together: func(out []Step, _ int, rows Data[T]) error { return p.o.along(out, theta, rows) },
	}
}

// along measures len(steps) batches that lie one after another in d.
func (o *Objective[T]) along(steps []Step, theta []T, d Data[T]) error {
	prog, err := o.program(epochRecipe, d.N, d.N/len(steps))
	if err != nil {
		return err
	}
	if err := prog.bind(theta, d); err != nil {
		return err
	}
	var out [3][]T
	for i := range out {
		out[i] = make([]T, len(steps))
		if err := prog.BindOutput(i, out[i]); err != nil {
			return err
		}
	}
	prog.Run()
	for k := range steps {
		steps[k] = Step{Loss: float64(out[0][k]), GG: float64(out[1][k]), GHG: float64(out[2][k])}
		if err := finite(steps[k].GG, steps[k].GHG); err != nil {
			return err
		}
	}
	return nil
}

// summary is Batch Sharpness over all the batches of b that there are.
func summary(all []Step, b int) BatchSharpness {
	var m steps
	for _, s := range all {
		m.add(s)
	}
	return m.sharpness(Draws{Sampling: Sampling{Scheme: Epoch, Batch: b}, Batches: len(all)})
}

// partition is an order of samples cut into batches of b.
type partition[T graph.Float] struct {
	d       Data[T]
	b       int
	order   []int
	batches int
	chunk   int // batches that fit one chunk

	interrupted func() error
}

func (o *Objective[T]) partition(theta []T, d Data[T], b int, order []int) (partition[T], error) {
	if err := o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return partition[T]{}, err
	}
	n := d.N
	if order != nil {
		n = len(order)
	}
	if b < 1 || n < 2*b {
		return partition[T]{}, fmt.Errorf("curvature: an epoch of %d samples holds fewer than two batches of %d", n, b)
	}
	for _, i := range order {
		if i < 0 || i >= d.N {
			return partition[T]{}, fmt.Errorf("curvature: the order names sample %d of %d", i, d.N)
		}
	}
	return partition[T]{d, b, order, n / b, o.Chunk / b, o.interrupted}, nil
}

// measure fills out with what w finds of e's batches, a chunk of them at a time where graph knows the network.
func measure[T graph.Float, R any](e partition[T], memory *Data[T], out []R, w ways[T, R]) error {
	if e.chunk > 0 && !*w.unknown {
		err := e.each(memory, e.chunk, func(k int, rows Data[T]) error { return w.together(out[k:k+rows.N/e.b], k, rows) })
		if mistake := new(graph.BuildError); !errors.As(err, &mistake) {
			return err
		}
		*w.unknown = true
	}
	return e.each(memory, 1, func(k int, rows Data[T]) (err error) {
		out[k], err = w.alone(rows)
		return err
	})
}

// each calls f for several batches at a time.
func (e partition[T]) each(memory *Data[T], several int, f func(k int, rows Data[T]) error) error {
	for k := 0; k < e.batches; k += several {
		if err := e.interrupted(); err != nil {
			return err
		}
		lo, hi := k*e.b, min(k+several, e.batches)*e.b
		rows := e.d
		if e.order == nil {
			rows = e.d.Rows(lo, hi)
		} else {
			*memory = e.d.Gather(*memory, e.order[lo:hi])
			rows = *memory
		}
		if err := f(k, rows); err != nil {
			return err
		}
	}
	return nil
}
