package experiments

import (
	"fmt"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// batchSizes follows λᵇmax of one network against b: 2, 4, 8, … below n (Figures 8 and 10 to 12). The rows are called
// lambda_b_max_at_2 and so on. λmax, which they are held against, is a measurement of its own.
type batchSizes[T graph.Float] struct{ probe *curvature.Probe[T] }

func startBatchSizes[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &batchSizes[T]{p.Objective.NewProbe()}, nil
}

// LambdaBAt is the name of λᵇmax at batches of b in the rows of lambda_b_max_by_size.
func LambdaBAt(b int) string { return fmt.Sprintf("lambda_b_max_at_%d", b) }

func (s *batchSizes[T]) measure(m *Moment[T]) (rows []record.Row, err error) {
	for b := 2; b < m.Train.N; b *= 2 {
		sampling := m.sampling()
		sampling.Batch = b
		l, err := s.probe.BatchLambdaMax(curvature.Hessian, m.Theta, m.Train, sampling, m.eigen())
		if err != nil {
			return nil, fmt.Errorf("b = %d: %w", b, err)
		}
		row := m.estimate(LambdaBAt(b), l.Mean)
		row.Residual, row.Products, row.Unconverged = l.Residual, l.Products, l.Unconverged
		rows = append(rows, row)
	}
	return rows, nil
}
