package experiments

import (
	"fmt"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// topEigenvalues follows the ten largest eigenvalues of the full-batch Hessian, rows lambda_1 (which is λmax) to lambda_10, by
// Lanczos from a random start: it needs nothing from the moment before.
type topEigenvalues[T graph.Float] struct{}

func startTop[T graph.Float](*Problem[T]) (measurement[T], error) { return topEigenvalues[T]{}, nil }

func (topEigenvalues[T]) measure(m *Moment[T]) ([]record.Row, error) {
	h, err := m.hessian()
	if err != nil {
		return nil, err
	}
	opt := m.eigen()
	opt.K = min(10, h.Dim())
	e, err := curvature.Lanczos(h, opt)
	if err != nil {
		return nil, err
	}
	var rows []record.Row
	for i, value := range e.Values {
		rows = append(rows, record.Row{Name: fmt.Sprintf("lambda_%d", i+1), Value: value, N: m.Train.N, Seed: opt.Seed, Residual: e.Residuals[i]})
	}
	rows[0].Products, rows[0].Unconverged = e.Products, unconverged(e)
	return rows, nil
}
