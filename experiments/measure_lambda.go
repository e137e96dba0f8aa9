package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// auditEvery makes every so-manieth λmax a cold one: a warm start can, in rare cases, settle on a
// pair that is not the top one, and a random start knows nothing of the last.
const auditEvery = 10

// lambdaMax follows the largest eigenvalue of the full-batch Hessian by Lanczos, started from the last
// eigenvector.
type lambdaMax[T graph.Float] struct {
	hessian *curvature.Matrix[T]
	last    []T
	count   int
}

func startLambdaMax[T graph.Float](p *Problem[T]) (measurement[T], error) {
	h, err := p.Objective.Hessian(p.Train)
	return &lambdaMax[T]{hessian: h}, err
}

func (l *lambdaMax[T]) measure(m *Moment[T]) ([]record.Row, error) {
	if err := l.hessian.Linearize(m.Theta); err != nil {
		return nil, err
	}
	opt := curvature.EigenOptions[T]{Tol: m.Config.LmaxTol, ErrTol: m.Config.LmaxTol, Start: l.last, Seed: uint64(m.Step)}
	if l.count%auditEvery == 0 {
		opt.Start = nil
	}
	l.count++
	e, err := l.hessian.Top(opt)
	if err != nil {
		return nil, err
	}
	l.last = e.Vectors[0]
	return []record.Row{{Name: "lambda_max", Value: e.Values[0], N: m.Train.N, Seed: opt.Seed,
		Residual: e.Residuals[0], Products: e.Products}}, nil
}
