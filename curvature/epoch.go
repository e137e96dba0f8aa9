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

// Epoch is what the batches of one epoch say at one θ.
type Epoch struct {
	// BatchSharpness is exact for this epoch's partition of the samples. Its standard errors are with
	// respect to the batch distribution P_b, of which the epoch is one draw of Steps many batches; they
	// count the batches as independent. In truth the parts of an epoch cancel the variance that is linear in the
	// samples, so that the errors are rather too large.
	BatchSharpness
	Steps []Step // of every batch, in order
}

// EpochSharpness measures all batches of an epoch at θ: batch k holds the samples order[k·b] … order[k·b+b−1] of d, a last
// one of fewer than b samples is dropped. The order nil stands for 0, 1, …
//
// The batches are evaluated side by side, in chunks, where graph.GroupDerivatives knows how the network's parameters enter;
// other networks, and batches larger than a chunk, are measured one by one by Along. The results are the same.
func (p *Probe[T]) EpochSharpness(theta []T, d Data[T], b int, order []int) (Epoch, error) {
	if err := p.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return Epoch{}, err
	}
	n := d.N
	if order != nil {
		n = len(order)
	}
	if b < 1 || n < 2*b {
		return Epoch{}, fmt.Errorf("curvature: an epoch of %d samples has fewer than two batches of %d: a standard error needs two", n, b)
	}
	for _, i := range order {
		if i < 0 || i >= d.N {
			return Epoch{}, fmt.Errorf("curvature: the order names sample %d of %d", i, d.N)
		}
	}
	e := Epoch{Steps: make([]Step, n/b)}
	if err := p.measure(e.Steps, theta, d, b, order); err != nil {
		return Epoch{}, err
	}
	var t tally
	for _, s := range e.Steps {
		t.add(s)
	}
	e.BatchSharpness = t.result()
	e.Converged = true
	return e, nil
}

// measure fills steps with the batches' measurements, as many batches at a time as fit a chunk where it can.
func (p *Probe[T]) measure(steps []Step, theta []T, d Data[T], b int, order []int) error {
	several, measure := 1, p.alone
	together, err := p.groups(min(p.o.Chunk/b, len(steps)), b)
	if err != nil {
		return err
	}
	if together {
		several, measure = p.o.Chunk/b, p.together
	}
	for lo := 0; lo < len(steps); lo += several {
		hi := min(lo+several, len(steps))
		var rows Data[T]
		if order == nil {
			rows = d.Rows(lo*b, hi*b)
		} else {
			p.batch = d.Gather(p.batch, order[lo*b:hi*b])
			rows = p.batch
		}
		if err := measure(steps[lo:hi], theta, rows); err != nil {
			return err
		}
	}
	return nil
}

// groups says whether that many batches of b samples can be measured together.
func (p *Probe[T]) groups(batches, b int) (bool, error) {
	if batches == 0 {
		return false, nil
	}
	_, err := p.o.program(epochRecipe, batches*b, b)
	var unknown *graph.BuildError
	if errors.As(err, &unknown) {
		return false, nil
	}
	return err == nil, err
}

func (p *Probe[T]) alone(steps []Step, theta []T, d Data[T]) (err error) {
	steps[0], err = p.Along(theta, d)
	return err
}

func (p *Probe[T]) together(steps []Step, theta []T, d Data[T]) error {
	prog, err := p.o.program(epochRecipe, d.N, d.N/len(steps))
	if err != nil {
		return err
	}
	if err := prog.bind(theta, d); err != nil {
		return err
	}
	out := make([]T, 3*len(steps))
	for i := range 3 {
		if err := prog.BindOutput(i, out[i*len(steps):(i+1)*len(steps)]); err != nil {
			return err
		}
	}
	prog.Run()
	for k := range steps {
		steps[k] = Step{Loss: float64(out[k]), GG: float64(out[len(steps)+k]), GHG: float64(out[2*len(steps)+k])}
	}
	return nil
}
