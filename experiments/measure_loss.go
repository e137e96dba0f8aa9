package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// lossMeasure follows L and the accuracy on all training images and on the test images, if there are any; real targets have
// no accuracy.
type lossMeasure[T graph.Float] struct{}

func startLoss[T graph.Float](*Problem[T]) (measurement[T], error) { return lossMeasure[T]{}, nil }

func (lossMeasure[T]) measure(m *Moment[T]) ([]record.Row, error) {
	var rows []record.Row
	for _, part := range []struct {
		prefix  string
		samples curvature.Data[T]
	}{{"", m.Train}, {"test_", m.Test}} {
		if part.samples.N == 0 {
			continue
		}
		loss, accuracy, err := m.Objective.Loss(m.Theta, part.samples)
		if err != nil {
			return nil, err
		}
		rows = append(rows, record.Row{Name: part.prefix + "loss", Value: loss})
		if !m.Regression {
			rows = append(rows, record.Row{Name: part.prefix + "accuracy", Value: accuracy})
		}
	}
	return rows, nil
}
