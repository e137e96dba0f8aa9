package curvature

import (
	"fmt"
	"math"
	"math/rand/v2"

	"eoss/graph"

	"gonum.org/v1/gonum/mat"
)

// EigenOptions steer Lanczos. The zero value finds the largest eigenvalue to a relative residual of 1e-3
// from a random start.
type EigenOptions[T graph.Float] struct {
	K int // number of eigenpairs from the top of the spectrum; 0 is 1
	// Tol stops the iteration when every wanted pair has ‖Av − λv‖ ≤ Tol·|λ|; 0 is 1e-3.
	Tol float64
	// ErrTol, when it is positive, also stops it when residual²/gap, the error of the eigenvalue, is at
	// most ErrTol·|λ|: for eigenvalues alone this takes fewer products.
	ErrTol      float64
	MinProducts int // products before a stop is considered; 0 is 6
	MaxProducts int // 0 is 500
	Basis       int // vectors kept before a thick restart; 0 is 80
	// Start is mixed with a random vector, without which a warm start can settle on a pair that is
	// not the top one; nil is a random start.
	Start []T
	Seed  uint64
}

// Eigen holds eigenpairs, the largest eigenvalue first.
type Eigen[T graph.Float] struct {
	Values    []float64
	Vectors   [][]T     // of length 1
	Residuals []float64 // ‖Av − λv‖/|λ|; 0 where both vanish
	Products  int
	Converged bool
}

const streamLanczos = 0x6c616e63 // "lanc"

// warmShare is the weight of the random vector in a warm start of length 1.
const warmShare = 0.1

// Lanczos finds the K algebraically largest eigenpairs of the symmetric operator a: Lanczos with full
// reorthogonalisation (Gram–Schmidt, twice) and thick restarts (Wu and Simon 2000). The
// error of a returned value is at most its residual; residual²/gap when the gap to the rest of the
// spectrum is larger than the residual.
func Lanczos[T graph.Float](a Operator[T], opt EigenOptions[T]) (Eigen[T], error) {
	l, err := newLanczos(a, opt)
	if err != nil {
		return Eigen[T]{}, err
	}
	for {
		l.expand()
		if !l.isFinite() {
			return Eigen[T]{}, fmt.Errorf("curvature: the operator returned a value that is not finite")
		}
		l.solve()
		if l.done() {
			return l.result(), nil
		}
		if len(l.v) == l.opt.Basis {
			l.restart()
		}
		l.extend()
	}
}

// lanczos is a run: an orthonormal basis v, the projection h = VᵀAV and the next direction w.
type lanczos[T graph.Float] struct {
	a        Operator[T]
	opt      EigenOptions[T]
	rng      *rand.Rand
	v        [][]T
	spare    [][]T // memory of vectors a restart set free
	w        []T
	beta     float64   // ‖w‖
	h        []float64 // h[i*Basis+j] = ⟨v_i, A v_j⟩
	values   []float64 // of h, largest first
	vectors  [][]float64
	products int
	scale    float64 // the largest |Ritz value|: stands for ‖A‖
}

func newLanczos[T graph.Float](a Operator[T], opt EigenOptions[T]) (*lanczos[T], error) {
	dim := a.Dim()
	setDefault(&opt.K, 1)
	setDefault(&opt.MinProducts, 6)
	setDefault(&opt.MaxProducts, 500)
	setDefault(&opt.Basis, max(80, 2*opt.K+20))
	if opt.Tol == 0 {
		opt.Tol = 1e-3
	}
	opt.Basis = min(opt.Basis, dim)
	switch {
	case opt.K > dim:
		return nil, fmt.Errorf("curvature: %d eigenvalues of a matrix of size %d", opt.K, dim)
	case opt.Basis < min(dim, 2*opt.K+2):
		return nil, fmt.Errorf("curvature: a Lanczos basis of %d vectors cannot hold %d eigenpairs", opt.Basis, opt.K)
	case opt.Start != nil && len(opt.Start) != dim:
		return nil, fmt.Errorf("curvature: a start vector of length %d for a matrix of size %d", len(opt.Start), dim)
	}
	l := &lanczos[T]{a: a, opt: opt, rng: rand.New(rand.NewPCG(opt.Seed, streamLanczos)),
		w: make([]T, dim), h: make([]float64, opt.Basis*opt.Basis)}
	if err := l.start(); err != nil {
		return nil, err
	}
	l.extend()
	return l, nil
}

func setDefault(x *int, d int) {
	if *x == 0 {
		*x = d
	}
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
		l.orthogonalize(nil)
		l.beta = Norm(l.w)
	}
	var next []T
	if n := len(l.spare); n > 0 {
		next, l.spare = l.spare[n-1], l.spare[:n-1]
	} else {
		next = make([]T, len(l.w))
	}
	copy(next, l.w)
	scale(T(1/l.beta), next)
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
	c := make([]float64, len(l.v))
	l.orthogonalize(c)
	for i, x := range c {
		l.h[i*l.opt.Basis+j], l.h[j*l.opt.Basis+i] = x, x
	}
	l.beta = Norm(l.w)
}

// orthogonalize takes the basis out of w, twice, and adds what was taken to c.
func (l *lanczos[T]) orthogonalize(c []float64) {
	for range 2 {
		d := project(l.v, l.w)
		for i, x := range d {
			if c != nil {
				c[i] += x
			}
		}
	}
}

func (l *lanczos[T]) isFinite() bool { return !math.IsNaN(l.beta) && !math.IsInf(l.beta, 0) }

// solve diagonalises h.
func (l *lanczos[T]) solve() {
	k := len(l.v)
	s := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s.SetSym(i, j, l.h[i*l.opt.Basis+j])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		panic("curvature: a small symmetric eigenproblem did not converge")
	}
	var q mat.Dense
	e.VectorsTo(&q)
	asc := e.Values(nil)
	l.values, l.vectors = make([]float64, k), make([][]float64, k)
	for i := range k {
		l.values[i] = asc[k-1-i]
		l.vectors[i] = mat.Col(nil, k-1-i, &q)
	}
	l.scale = math.Max(math.Abs(asc[0]), math.Abs(asc[k-1]))
}

// residual returns ‖A y − λ y‖ of Ritz pair i: β times the last entry of its coefficients.
func (l *lanczos[T]) residual(i int) float64 {
	return l.beta * math.Abs(l.vectors[i][len(l.v)-1])
}

func (l *lanczos[T]) done() bool {
	return l.products >= l.opt.MaxProducts || l.converged()
}

func (l *lanczos[T]) converged() bool {
	if len(l.v) == len(l.w) {
		return true // the basis is the whole space
	}
	if l.products < l.opt.MinProducts || len(l.v) <= l.opt.K {
		return false
	}
	for i := range l.opt.K {
		// Below the rounding of a product there is nothing left to gain.
		bound := math.Max(l.opt.Tol*math.Abs(l.values[i]), eps[T]()*l.scale)
		r := l.residual(i)
		gap := l.values[i] - l.values[i+1]
		if r > bound && !(gap > r && r*r/gap <= l.opt.ErrTol*math.Abs(l.values[i])) {
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
	l.spare = append(l.spare, l.v...)
	l.v = kept
	clear(l.h)
	for i := range keep {
		l.h[i*l.opt.Basis+i] = l.values[i]
	}
}

// ritz returns Ritz vector i, of length 1.
func (l *lanczos[T]) ritz(i int) []T {
	y := make([]T, len(l.w))
	for k, c := range l.vectors[i] {
		Axpy(T(c), l.v[k], y)
	}
	scale(T(1/Norm(y)), y)
	return y
}

func (l *lanczos[T]) result() Eigen[T] {
	e := Eigen[T]{Products: l.products, Converged: l.converged()}
	for i := range min(l.opt.K, len(l.v)) {
		e.Values = append(e.Values, l.values[i])
		e.Vectors = append(e.Vectors, l.ritz(i))
		e.Residuals = append(e.Residuals, relative(l.residual(i), l.values[i]))
	}
	return e
}

// relative returns r/|λ|, where 0/0 is 0.
func relative(r, lambda float64) float64 {
	if r == 0 {
		return 0
	}
	return r / math.Abs(lambda)
}
