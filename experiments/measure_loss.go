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
		loss, accuracy, err := m.loss(part.samples)
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

// loss returns the loss and the accuracy on samples. When something else needs the Hessian at this moment, its linearisation has those of
// the training images.
func (m *Moment[T]) loss(samples curvature.Data[T]) (loss, accuracy float64, err error) {
	if m.needsHessian && &samples.X[0] == &m.Train.X[0] {
		h, err := m.hessian()
		if err != nil {
			return 0, 0, err
		}
		if loss, accuracy, ok := h.Loss(); ok {
			return loss, accuracy, nil
		}
	}
	return m.Objective.Loss(m.Theta, samples)
}
