package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// hessianTrace follows tr H by Hutchinson's estimator, to 5 % or 100 probes.
type hessianTrace[T graph.Float] struct{}

func startTrace[T graph.Float](*Problem[T]) (measurement[T], error) { return hessianTrace[T]{}, nil }

func (hessianTrace[T]) measure(m *Moment[T]) ([]record.Row, error) {
	h, err := m.hessian()
	if err != nil {
		return nil, err
	}
	t, err := curvature.Trace(h, curvature.TraceOptions{Seed: m.Config.SeedOrder, Stream: uint64(m.Step)})
	if err != nil {
		return nil, err
	}
	row := m.estimate("hessian_trace", t.Estimate)
	row.Products = t.N
	return []record.Row{row}, nil
}
