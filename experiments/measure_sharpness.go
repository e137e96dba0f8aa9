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
// E‖g_B‖², estimated over batches of the training batch size, drawn anew at every moment.
type batchSharpness[T graph.Float] struct{ probe *curvature.Probe[T] }

func startBatchSharpness[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &batchSharpness[T]{p.Objective.NewProbe()}, nil
}

func (s *batchSharpness[T]) measure(m *Moment[T]) ([]record.Row, error) {
	c := m.Config
	b, err := s.probe.BatchSharpness(m.Theta, m.Train, curvature.Sampling{
		Batch: c.Batch, Seed: c.SeedOrder, Stream: uint64(m.Step),
		RelErr: c.BSRelErr, MinBatches: c.BSMinBatches, MaxBatches: c.BSMaxBatches,
	})
	if err != nil {
		return nil, err
	}
	row := func(name string, e curvature.Estimate, skipped int) record.Row {
		return record.Row{Name: name, Value: e.Mean, StdErr: e.StdErr, N: e.N, Seed: c.SeedOrder, Skipped: skipped}
	}
	return []record.Row{
		row("batch_sharpness", b.Ratio, 0),
		row("batch_sharpness_mean_ratio", b.MeanRatio, b.Skipped),
		row("gradient_norm2", b.GG, 0),
	}, nil
}
