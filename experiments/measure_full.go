package experiments

import (
	"eoss/curvature"
	"eoss/graph"
)

// fullMatrix is a curvature matrix of all training images, which the measurements of a moment share: its linearisation holds
// the activations of every image, and is made once a moment.
type fullMatrix[T graph.Float] struct {
	matrix *curvature.Matrix[T]
	step   int // it was linearised at
}

// hessian returns the full-batch Hessian at the moment's θ.
func (m *Moment[T]) hessian() (*curvature.Matrix[T], error) {
	return m.fullHessian.at(m, "Hessian", m.Objective.Hessian)
}

func (f *fullMatrix[T]) at(m *Moment[T], name string, make func(curvature.Data[T]) (*curvature.Matrix[T], error)) (*curvature.Matrix[T], error) {
	if f.matrix == nil {
		matrix, err := make(m.Train)
		if err != nil {
			return nil, err
		}
		f.matrix, f.step = matrix, -1
		if m.say != nil {
			m.say(m.kept(name, matrix))
		}
	}
	if f.step == m.Step {
		return f.matrix, nil
	}
	f.step = -1
	if err := f.matrix.Linearize(m.Theta); err != nil {
		return nil, err
	}
	f.step = m.Step
	return f.matrix, nil
}
