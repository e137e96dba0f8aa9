package curvature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"eoss/graph"

	"gonum.org/v1/gonum/mat"
)

const streamLanczos = 0x6c616e63 // "lanc"

// warmShare is the weight of the random vector in a warm start of length 1.
const warmShare = 0.1

// lanczos is a run: an orthonormal basis v, the projection h = VᵀAV and the next direction w.
type lanczos[T graph.Float] struct {
	a         Operator[T]
	opt       EigenOptions[T]
	rng       *rand.Rand
	v         [][]T
	w         []T
	locked    [][]T     // eigenvectors that the basis is orthogonal to
	least     float64   // their smallest eigenvalue
	restarted int       // the number of vectors that the last restart kept
	beta      float64   // ‖w‖
	h         []float64 // h[i*Basis+j] = ⟨v_i, A v_j⟩
	values    []float64 // of h, largest first
	vectors   [][]float64
	products  int
	seen      float64 // the largest |Ritz value| of the run before
	scale     float64 // the largest |Ritz value| of all: stands for ‖A‖
}

// start fills w with the starting direction.
func (l *lanczos[T]) start() error {
	l.random()
	if l.opt.Start != nil {
		switch norm := Norm(l.opt.Start); {
		case math.IsNaN(norm) || math.IsInf(norm, 0):
			return fmt.Errorf("curvature: the start vector of Lanczos holds a value that is not finite")
		case norm > 0:
			scale(T(warmShare), l.w)
			Axpy(T(1/norm), l.opt.Start, l.w)
		}
	}
	l.beta = Norm(l.w)
	return nil
}

// random fills w with a random direction of length 1.
func (l *lanczos[T]) random() {
	for i := range l.w {
		l.w[i] = T(l.rng.NormFloat64())
	}
	scale(T(1/Norm(l.w)), l.w)
}

// extend appends w/β to the basis; when w vanishes the basis spans an invariant subspace, and a random
// direction orthogonal to it takes w's place.
func (l *lanczos[T]) extend() {
	if l.beta <= eps[T]()*l.scale {
		l.random()
		_, l.beta = project(l.all(), l.w)
	}
	next := l.opt.vectors.take(len(l.w))
	combine(next, []float64{1 / l.beta}, [][]T{l.w})
	l.v = append(l.v, next)
}

func eps[T graph.Float]() float64 {
	if graph.DtypeOf[T]().Size() == 4 {
		return 1e-7
	}
	return 1e-15
}

// expand computes w = A·v_j, the column j of h, and takes the basis out of w.
func (l *lanczos[T]) expand() {
	j := len(l.v) - 1
	l.a.Apply(l.w, l.v[j])
	l.products++
	// In exact numbers A·v_j has components along the vectors from first on only: with these out, one pass over all is enough.
	first := j - 1
	if j == l.restarted {
		first = 0
	}
	most := takeOut(l.v[first:], l.w)
	var c []float64
	c, l.beta = project(l.all(), l.w)
	for i, x := range c[len(l.locked):] {
		if i >= first {
			x += most[i-first]
		}
		l.h[i*l.opt.Basis+j], l.h[j*l.opt.Basis+i] = x, x
	}
}

// all is everything that a new direction is orthogonal to.
func (l *lanczos[T]) all() [][]T {
	if l.locked == nil {
		return l.v
	}
	return slices.Concat(l.locked, l.v)
}

func (l *lanczos[T]) isFinite() bool { return !math.IsNaN(l.beta) && !math.IsInf(l.beta, 0) }

// solve diagonalises h.
func (l *lanczos[T]) solve() {
	k := len(l.v)
	l.values, l.vectors = symmetricPairs(k, func(i, j int) float64 { return l.h[i*l.opt.Basis+j] })
	l.scale = math.Max(l.seen, math.Max(math.Abs(l.values[0]), math.Abs(l.values[k-1])))
}

// symmetricPairs returns the eigenvalues, largest first, and eigenvectors of a small symmetric matrix of size k.
func symmetricPairs(k int, at func(i, j int) float64) (values []float64, vectors [][]float64) {
	s := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s.SetSym(i, j, at(i, j))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		panic("curvature: a small symmetric eigenproblem did not converge")
	}
	var q mat.Dense
	e.VectorsTo(&q)
	values, vectors = e.Values(nil), make([][]float64, k)
	slices.Reverse(values)
	for i := range k {
		vectors[i] = mat.Col(nil, k-1-i, &q)
	}
	return values, vectors
}

// residual returns ‖A y − λ y‖ of Ritz pair i: β times the last entry of its coefficients.
func (l *lanczos[T]) residual(i int) float64 {
	return l.beta * math.Abs(l.vectors[i][len(l.v)-1])
}

func (l *lanczos[T]) done() bool {
	return l.products >= l.opt.MaxProducts || l.converged()
}

func (l *lanczos[T]) converged() bool {
	if len(l.locked)+len(l.v) == len(l.w) {
		return true // the basis is the whole space
	}
	if l.products < l.opt.MinProducts || len(l.v) <= l.opt.K {
		return false
	}
	if l.locked != nil && l.below() {
		return true
	}
	for i := range l.opt.K {
		if !l.opt.accuracy().reached(l.values[i], l.residual(i), l.values[i]-l.values[i+1], eps[T]()*l.scale) {
			return false
		}
	}
	return true
}

// restart replaces the basis by its best Ritz vectors (thick restart): h becomes diagonal, and the
// next column couples w to all of them.
func (l *lanczos[T]) restart() {
	keep := min(l.opt.K+(l.opt.Basis-l.opt.K)/2, l.opt.Basis-1)
	kept := make([][]T, keep)
	for i := range kept {
		kept[i] = l.ritz(i)
	}
	l.opt.vectors.give(l.v...)
	l.v, l.restarted = kept, keep
	clear(l.h)
	for i := range keep {
		l.h[i*l.opt.Basis+i] = l.values[i]
	}
}

// ritz returns Ritz vector i, of length 1.
func (l *lanczos[T]) ritz(i int) []T {
	y := l.opt.vectors.take(len(l.w))
	combine(y, l.vectors[i], l.v)
	scale(T(1/Norm(y)), y)
	return y
}
