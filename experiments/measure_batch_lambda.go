package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// stepLambdaMax follows λmax(H_B) on the batch of the current step: the dots of Figures 20 to 26.
type stepLambdaMax[T graph.Float] struct{ probe *curvature.Probe[T] }

func startStepLambdaMax[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &stepLambdaMax[T]{p.Objective.NewProbe()}, nil
}

func (s *stepLambdaMax[T]) measure(m *Moment[T]) ([]record.Row, error) {
	opt := m.eigen()
	e, err := s.probe.StepLambdaMax(m.Theta, m.Batch, opt)
	if err != nil {
		return nil, err
	}
	return []record.Row{{Name: "step_lambda_b_max", Value: e.Values[0], Seed: opt.Seed, Residual: e.Residuals[0], Products: e.Products,
		Unconverged: unconverged(e)}}, nil
}

// batchLambdaMax follows the mean largest eigenvalue of a matrix of mini-batches: λᵇmax, ntk_max, fim_max.
type batchLambdaMax[T graph.Float] struct {
	probe *curvature.Probe[T]
	kind  curvature.Kind
	name  string
}

func startBatchLambdaMax[T graph.Float](k curvature.Kind, name string) func(p *Problem[T]) (measurement[T], error) {
	return func(p *Problem[T]) (measurement[T], error) {
		return &batchLambdaMax[T]{p.Objective.NewProbe(), k, name}, nil
	}
}

func (s *batchLambdaMax[T]) measure(m *Moment[T]) ([]record.Row, error) {
	l, err := s.probe.BatchLambdaMax(s.kind, m.Theta, m.Train, m.sampling(), m.eigen())
	if err != nil {
		return nil, err
	}
	row := m.estimate(s.name, l.Mean)
	row.Residual, row.Products, row.Unconverged = l.Residual, l.Products, l.Unconverged
	return []record.Row{row}, nil
}
