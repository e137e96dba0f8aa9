package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// ias follows the interaction-aware sharpness E[g_B·H g_B]/‖g‖² (equation 11). A batch costs a product with the full-batch
// Hessian.
type ias[T graph.Float] struct{ probe *curvature.Probe[T] }

func startIAS[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &ias[T]{p.Objective.NewProbe()}, nil
}

func (s *ias[T]) measure(m *Moment[T]) ([]record.Row, error) {
	h, err := m.hessian()
	if err != nil {
		return nil, err
	}
	r, err := s.probe.IAS(h, m.sampling())
	if err != nil {
		return nil, err
	}
	row := m.estimate("ias", r.IAS)
	row.Products = 1 + r.Batches // of g, then of every g_B − g
	return []record.Row{row}, nil
}
