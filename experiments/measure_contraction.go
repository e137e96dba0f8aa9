package experiments

import (
	"math"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// contraction follows the top eigenvalue of E[(I − ηH_B)²] over EOSS_BS_MIN_BATCHES batches, and the value its eigenvector
// takes on as many fresh ones: the truth lies between.
type contraction[T graph.Float] struct{ probe *curvature.Probe[T] }

func startContraction[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &contraction[T]{p.Objective.NewProbe()}, nil
}

func (s *contraction[T]) measure(m *Moment[T]) ([]record.Row, error) {
	sampling := m.sampling()
	sampling.RelErr, sampling.MaxBatches = 0, sampling.MinBatches
	c, err := s.probe.SecondMomentContraction(m.Theta, m.Config.LR, m.Train, sampling, m.eigen())
	if err != nil {
		return nil, err
	}
	row := m.estimate("second_moment_contraction", c.Value)
	row.Residual, row.Products = c.Residual*math.Abs(1-1/c.Value.Mean), c.Products // relative to the value, not to what it is above 1
	if !c.Converged {
		row.Unconverged = 1
	}
	rows := []record.Row{row}
	if c.HeldOut.N > 0 {
		rows = append(rows, m.estimate("second_moment_contraction_held_out", c.HeldOut))
	}
	return rows, nil
}
