package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// stepSharpness follows g_B·H_B g_B/‖g_B‖² and L_B on the batch of the current step: the red dots.
type stepSharpness[T graph.Float] struct{ probe *curvature.Probe[T] }

func startStepSharpness[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &stepSharpness[T]{p.Objective.NewProbe()}, nil
}

func (s *stepSharpness[T]) measure(m *Moment[T]) ([]record.Row, error) {
	st, err := s.probe.Along(m.Theta, m.Batch)
	return []record.Row{
		{Name: "step_sharpness", Value: st.Sharpness()},
		{Name: "step_loss", Value: st.Loss},
	}, err
}

// batchSharpness follows both forms of Batch Sharpness (Definition 1 and the mean of ratios) and
// E‖g_B‖².
type batchSharpness[T graph.Float] struct{ probe *curvature.Probe[T] }

func startBatchSharpness[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &batchSharpness[T]{p.Objective.NewProbe()}, nil
}

func (s *batchSharpness[T]) measure(m *Moment[T]) ([]record.Row, error) {
	b, err := s.probe.BatchSharpness(m.Theta, m.Train, m.sampling())
	if err != nil {
		return nil, err
	}
	ratios := m.estimate("batch_sharpness_mean_ratio", b.MeanRatio)
	ratios.Skipped = b.Skipped
	return []record.Row{m.estimate("batch_sharpness", b.Ratio), ratios, m.estimate("gradient_norm2", b.GG)}, nil
}

// batchSharpnessGN follows both forms of Batch Sharpness with the Gauss–Newton matrix in place of the Hessian.
type batchSharpnessGN[T graph.Float] struct{ probe *curvature.Probe[T] }

func startBatchSharpnessGN[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &batchSharpnessGN[T]{p.Objective.NewProbe()}, nil
}

func (s *batchSharpnessGN[T]) measure(m *Moment[T]) ([]record.Row, error) {
	b, err := s.probe.BatchSharpnessGN(m.Theta, m.Train, m.sampling())
	if err != nil {
		return nil, err
	}
	ratios := m.estimate("batch_sharpness_gn_mean_ratio", b.MeanRatio)
	ratios.Skipped = b.Skipped
	return []record.Row{m.estimate("batch_sharpness_gn", b.Ratio), ratios}, nil
}
