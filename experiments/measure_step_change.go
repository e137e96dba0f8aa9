package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// stepChange follows what a step of plain SGD from here, whatever the optimizer, does to the loss, on average over the batches it may take: to its batch's
// (equation 10) and to that of all training images (equation 12).
type stepChange[T graph.Float] struct{ probe *curvature.Probe[T] }

func startStepChange[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &stepChange[T]{p.Objective.NewProbe()}, nil
}

func (s *stepChange[T]) measure(m *Moment[T]) ([]record.Row, error) {
	c, err := s.probe.ExpectedStepChange(m.Theta, m.Config.LR, m.Train, m.sampling(), true)
	return []record.Row{
		m.estimate("expected_step_change", c.Batch),
		m.estimate("expected_full_step_change", c.Full),
	}, err
}
