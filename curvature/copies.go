package curvature

import (
	"math"
	"slices"
)

// The Krylov space of one vector holds one eigenvector of each eigenvalue, of however many it has. Copies show in the space orthogonal to the
// pairs that have been found, which the products of a further run are kept in.

// copies takes the place of found pairs by larger ones that are orthogonal to them, as long as there are any.
func (l *lanczos[T]) copies(e *Eigen[T]) error {
	if len(l.v) == len(l.w) {
		return nil // l has seen everything
	}
	l.opt.vectors.give(l.v...)
	l.v = nil
	for e.Converged && len(e.Vectors) < len(l.w) {
		o := l.orthogonal(e)
		err := o.search()
		e.Products += o.products
		if err != nil {
			return err
		}
		e.Converged = o.converged()
		larger := o.values[0] > o.least+eps[T]()*o.scale
		if e.Converged && larger {
			l.insert(e, o.ritz(0))
		}
		l.opt.vectors.give(append(o.v, o.w)...)
		if !larger {
			return nil
		}
	}
	return nil
}

// orthogonal is a run in the space orthogonal to e's vectors, for its largest eigenvalue.
func (l *lanczos[T]) orthogonal(e *Eigen[T]) *lanczos[T] {
	opt := l.opt
	opt.K, opt.Start = 1, nil
	opt.Basis = min(opt.Basis, len(l.w)-len(e.Vectors))
	opt.MaxProducts -= e.Products + 1 // and that of insert
	return &lanczos[T]{a: l.a, opt: opt, rng: l.rng, w: opt.vectors.take(len(l.w)), h: make([]float64, opt.Basis*opt.Basis),
		locked: e.Vectors, least: e.Values[len(e.Values)-1], seen: l.scale, scale: l.scale}
}

// search runs from a random vector.
func (l *lanczos[T]) search() error {
	if l.opt.MaxProducts < 1 {
		l.values = []float64{math.Inf(-1)}
		return nil
	}
	l.random()
	_, l.beta = project(l.locked, l.w)
	l.extend()
	return l.run()
}

// below says whether everything orthogonal to the locked vectors is smaller than they are: the largest Ritz value and its residual together,
// once the value has settled enough for this to mean something.
func (l *lanczos[T]) below() bool {
	r := l.residual(0)
	return r <= math.Max(settled*math.Abs(l.values[0]), eps[T]()*l.scale) && l.values[0]+r <= l.least
}

// settled is the relative residual of a Ritz value that has found its eigenvalue, if not precisely.
const settled = 0.1

// insert puts the unit vector y among e's vectors in the place of the last. Its value and residual cost a product: the run that found it has
// seen only what is orthogonal to the others.
func (l *lanczos[T]) insert(e *Eigen[T], y []T) {
	ay := l.opt.vectors.take(len(y))
	l.a.Apply(ay, y)
	e.Products++
	lambda := Dot(y, ay)
	Axpy(T(-lambda), y, ay)
	at := len(e.Values) - 1
	for at > 0 && e.Values[at-1] < lambda {
		at--
	}
	last := len(e.Values) - 1
	l.opt.vectors.give(e.Vectors[last])
	e.Values = slices.Insert(e.Values[:last], at, lambda)
	e.Vectors = slices.Insert(e.Vectors[:last], at, y)
	e.Residuals = slices.Insert(e.Residuals[:last], at, relative(Norm(ay), lambda, 0))
	l.opt.vectors.give(ay)
}
