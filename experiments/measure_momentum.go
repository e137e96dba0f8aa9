package experiments

import (
	"fmt"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// momentumSharpness follows E[s·H_B s]/E[s·g_B], s = μv + g_B being the step that SGD with momentum would take along the batch B
// from its present velocity v. To second order a step changes its batch's loss by −η E[s·g_B](1 − (η/2)·ratio): it grows beyond 2/η
// where E[s·g_B] > 0, and where E[s·g_B] ≤ 0 the step climbs already to first order: a negative ratio says so where E[s·H_B s] > 0.
type momentumSharpness[T graph.Float] struct {
	probe   *curvature.Probe[T]
	descent *curvature.MomentumDescent[T]
}

func startMomentumSharpness[T graph.Float](p *Problem[T]) (measurement[T], error) {
	descent, ok := p.Optimizer.(*curvature.MomentumDescent[T])
	if !ok {
		return nil, fmt.Errorf("it needs EOSS_OPTIMIZER=momentum, not %s", p.Config.Optimizer)
	}
	return &momentumSharpness[T]{p.Objective.NewProbe(), descent}, nil
}

func (s *momentumSharpness[T]) measure(m *Moment[T]) ([]record.Row, error) {
	velocity, mu := s.descent.Velocity()
	r, err := s.probe.MomentumSharpness(m.Theta, velocity, mu, m.Train, m.sampling())
	if err != nil {
		return nil, err
	}
	return []record.Row{m.estimate("momentum_sharpness", r.Ratio)}, nil
}
