package curvature

import (
	"math"
	"slices"

	"eoss/graph"
)

// refineAtMost is the number of products after which refine leaves the rest to Lanczos, or half of a smaller Basis: it keeps two vectors a
// product.
const refineAtMost = 40

// refinement finds eigenpairs from vectors that are near them, by the Rayleigh–Ritz method: the basis is the vectors, and then residuals,
// each that of the first pair whose residual is too large. From one vector this is Lanczos; from several, a pair is not
// lost when two eigenvalues have changed their order.
type refinement[T graph.Float] struct {
	a       Operator[T]
	v, av   [][]T // an orthonormal basis, and A of it
	h       [][]float64
	values  []float64 // of h, largest first
	vectors [][]float64
	sizes   []float64 // of the pairs' residuals
	gap     float64   // between the two largest eigenvalues, relative to the first, at the most
	memory  *vectors[T]
}

// second is how much larger the residual of a second pair may be: it matters only where the two have changed their order.
const second = 3

// refine finds the first pairs, one for each start vector (one or two) or fewer, to a residual of Tol (of a second one second·Tol) or, of
// the first pair, an error residual²/gap of ErrTol, each relative to λ. It returns the gap as far as it is known. The start vectors' memory
// becomes its own.
func refine[T graph.Float](a Operator[T], start [][]T, pairs int, opt EigenOptions[T], gap float64) (Eigen[T], float64, error) {
	r := &refinement[T]{a: a, gap: gap, memory: memoryOf(a, 2*refineAtMost)}
	defer r.release()
	setDefault(&opt.MaxProducts, 500)
	most := refineAtMost
	if opt.Basis > 0 {
		most = min(most, max(len(start), opt.Basis/2))
	}
	start = start[:min(len(start), opt.MaxProducts)]
	pairs = min(pairs, len(start))
	for _, x := range start {
		if err := r.add(x); err != nil {
			return Eigen[T]{}, 0, err
		}
	}
	for {
		next := r.unfinished(pairs, opt)
		if next == nil || len(r.v) == opt.MaxProducts {
			e := r.result(pairs)
			e.Converged = next == nil
			return e, r.relativeGap(), nil
		}
		if len(r.v) == most {
			e, err := r.lanczos(next, opt)
			return e, r.relativeGap(), err
		}
		if err := r.add(next); err != nil {
			return Eigen[T]{}, 0, err
		}
	}
}

// lanczos starts Lanczos from the first pair, whose vector it writes to y.
func (r *refinement[T]) lanczos(y []T, opt EigenOptions[T]) (Eigen[T], error) {
	r.ritz(y, 0)
	products := len(r.v)
	r.release()
	opt.Start = y
	opt.MaxProducts -= products
	e, err := Lanczos(r.a, opt)
	r.memory.give(y)
	e.Products += products
	return e, err
}

// release gives the basis back.
func (r *refinement[T]) release() {
	r.memory.give(r.v...)
	r.memory.give(r.av...)
	r.v, r.av = nil, nil
}

// add extends the basis by the direction w, whose memory it keeps, and solves.
func (r *refinement[T]) add(w []T) error {
	if err := interrupted(r.a); err != nil {
		return err
	}
	_, norm := project(r.v, w)
	if !(norm > 0) || math.IsInf(norm, 0) {
		return ErrNotFinite
	}
	scale(T(1/norm), w)
	aw := r.memory.take(len(w))
	r.a.Apply(aw, w)
	r.v, r.av = append(r.v, w), append(r.av, aw)
	row := inner(r.v, aw)
	for _, x := range row {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return ErrNotFinite
		}
	}
	r.h = append(r.h, row)
	r.values, r.vectors = symmetricPairs(len(r.v), func(i, j int) float64 { return r.h[max(i, j)][min(i, j)] })
	return nil
}

// unfinished returns the residual of the first pair for which it is too large, or nil. In the whole space it is rounding.
func (r *refinement[T]) unfinished(pairs int, opt EigenOptions[T]) []T {
	r.sizes = nil
	for i := range pairs {
		w := r.residual(i)
		size, lambda := Norm(w), math.Abs(r.values[i])
		r.sizes = append(r.sizes, size)
		wanted := opt.accuracy()
		if i > 0 {
			wanted = accuracy{tol: second * opt.Tol}
		}
		small := wanted.reached(lambda, size, r.relativeGap()*lambda, 10*eps[T]()*lambda)
		if size > 0 && len(r.v) < len(w) && (!small || len(r.v) < opt.MinProducts) {
			return w
		}
		r.memory.give(w)
	}
	return nil
}

func (r *refinement[T]) relativeGap() float64 {
	if len(r.values) < 2 {
		return r.gap
	}
	return math.Min(r.gap, (r.values[0]-r.values[1])/math.Abs(r.values[0]))
}

// ritz writes Ritz vector i.
func (r *refinement[T]) ritz(y []T, i int) { combine(y, r.vectors[i], r.v) }

// residual returns A y − λ y of Ritz pair i.
func (r *refinement[T]) residual(i int) []T {
	k := len(r.v)
	c := make([]float64, 2*k)
	for j, x := range r.vectors[i] {
		c[j], c[k+j] = x, -r.values[i]*x
	}
	w := r.memory.take(len(r.v[0]))
	combine(w, c, slices.Concat(r.av, r.v))
	return w
}

func (r *refinement[T]) result(pairs int) Eigen[T] {
	e := Eigen[T]{Products: len(r.v)}
	for i := range pairs {
		if i == len(r.sizes) { // the search ended at the pair before
			w := r.residual(i)
			r.sizes = append(r.sizes, Norm(w))
			r.memory.give(w)
		}
		y := r.memory.take(len(r.v[0]))
		r.ritz(y, i)
		scale(T(1/Norm(y)), y)
		e.Values, e.Vectors = append(e.Values, r.values[i]), append(e.Vectors, y)
		e.Residuals = append(e.Residuals, relative(r.sizes[i], r.values[i], 0))
	}
	return e
}
