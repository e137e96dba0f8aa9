package experiments

import (
	"eoss/graph"
	"eoss/internal/record"
)

// lossMeasure follows L and the accuracy on all training images and on the test images.
type lossMeasure[T graph.Float] struct{}

func startLoss[T graph.Float](*Problem[T]) (measurement[T], error) { return lossMeasure[T]{}, nil }

func (lossMeasure[T]) measure(m *Moment[T]) ([]record.Row, error) {
	loss, accuracy, err := m.Objective.Loss(m.Theta, m.Train)
	if err != nil {
		return nil, err
	}
	rows := []record.Row{{Name: "loss", Value: loss}, {Name: "accuracy", Value: accuracy}}
	loss, accuracy, err = m.Objective.Loss(m.Theta, m.Test)
	return append(rows, record.Row{Name: "test_loss", Value: loss}, record.Row{Name: "test_accuracy", Value: accuracy}), err
}
