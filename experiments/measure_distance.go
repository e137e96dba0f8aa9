package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// distance follows ‖θ − θ_ref‖, θ_ref being the initial parameters of the configuration, wherever the run has started.
type distance[T graph.Float] struct{ reference []T }

func startDistance[T graph.Float](p *Problem[T]) (measurement[T], error) {
	reference, _, err := initialParameters[T](p.Config, p.Model)
	return &distance[T]{reference}, err
}

func (d *distance[T]) keep(k *keeper[T]) { k.vector("reference", &d.reference) }

func (d *distance[T]) measure(m *Moment[T]) ([]record.Row, error) {
	return []record.Row{{Name: "param_distance", Value: curvature.Distance(m.Theta, d.reference)}}, nil
}
