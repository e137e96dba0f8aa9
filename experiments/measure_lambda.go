package experiments

import (
	"math"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// lambdaMax follows the largest eigenvalue of a full-batch matrix by Lanczos, from coarse to fine. The last eigenvector is a worse
// start than that of a quarter of the samples: at the edge of stability the top pair often is another one after a few hundred steps.
type lambdaMax[T graph.Float] struct {
	name   string
	matrix func(m *Moment[T]) (*curvature.Matrix[T], error)
}

func startLambdaMax[T graph.Float](*Problem[T]) (measurement[T], error) {
	return &lambdaMax[T]{name: "lambda_max", matrix: (*Moment[T]).hessian}, nil
}

// startLambdaMaxGN follows the Gauss–Newton matrix, whose linearisation nothing else needs.
func startLambdaMaxGN[T graph.Float](*Problem[T]) (measurement[T], error) {
	var gn fullMatrix[T]
	return &lambdaMax[T]{name: "lambda_max_gn", matrix: func(m *Moment[T]) (*curvature.Matrix[T], error) {
		return gn.at(m, "Gauss–Newton matrix", m.Objective.GaussNewton)
	}}, nil
}

func (l *lambdaMax[T]) measure(m *Moment[T]) ([]record.Row, error) {
	a, err := l.matrix(m)
	if err != nil {
		return nil, err
	}
	opt := m.eigen()
	e, err := a.Top(opt)
	if err != nil {
		return nil, err
	}
	return []record.Row{{Name: l.name, Value: e.Values[0], N: m.Train.N, Seed: opt.Seed,
		Residual: e.Residuals[0], Products: e.Products + int(math.Round(e.Coarse)), Unconverged: unconverged(e)}}, nil
}
