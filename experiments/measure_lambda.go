package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// auditEvery makes every so-manieth λmax a cold one: a warm start can, in rare cases, settle on a
// pair that is not the top one, and a random start knows nothing of the last.
const auditEvery = 10

// warmProducts are taken from a warm start before a stop is considered: with fewer, the second Ritz value is
// too far below its eigenvalue to tell the gap.
const warmProducts = 4

// lambdaMax follows the largest eigenvalue of a full-batch matrix by Lanczos, started from the last
// eigenvector.
type lambdaMax[T graph.Float] struct {
	name   string
	matrix func(m *Moment[T]) (*curvature.Matrix[T], error)
	last   []T
	count  int
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

func (l *lambdaMax[T]) keep(k *keeper[T]) {
	k.vector("eigenvector", &l.last)
	k.integer("count", &l.count)
}

func (l *lambdaMax[T]) measure(m *Moment[T]) ([]record.Row, error) {
	a, err := l.matrix(m)
	if err != nil {
		return nil, err
	}
	opt := m.eigen()
	if l.count%auditEvery != 0 {
		opt.Start, opt.MinProducts = l.last, warmProducts
	}
	l.count++
	e, err := a.Top(opt)
	if err != nil {
		return nil, err
	}
	l.last = e.Vectors[0]
	return []record.Row{{Name: l.name, Value: e.Values[0], N: m.Train.N, Seed: opt.Seed,
		Residual: e.Residuals[0], Products: e.Products}}, nil
}
