package curvature

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"eoss/graph"
)

// EigenOptions steer Lanczos. The zero value finds the largest eigenvalue to a relative residual of 1e-3
// from a random start.
type EigenOptions[T graph.Float] struct {
	// K is the number of eigenpairs from the top of the spectrum; 0 is 1. An eigenvalue counts as often as it comes: for K > 1 a further run,
	// orthogonal to the pairs found, looks for copies that one start vector cannot show.
	K int
	// Tol stops the iteration when every wanted pair has ‖Av − λv‖ ≤ Tol·|λ|; 0 is 1e-3.
	Tol float64
	// ErrTol, when it is positive, also stops it when residual²/gap, an estimate of the eigenvalue's error, is at
	// most ErrTol·|λ|: for eigenvalues alone this takes fewer products. The gap is that to the next Ritz value, all that has been seen of
	// the next eigenvalue: where that has not shown yet, the gap is too large and the error larger than this. At 5e-3 it was found to be up to
	// 2 % (mean over batches) and 3 % for all samples, in small networks of several outputs before training; at 1e-3 by 0.2 % at the most.
	ErrTol      float64
	MinProducts int // products before a stop is considered; 0 is 6, from a random start up to 14 for a small ErrTol
	MaxProducts int // 0 is 500
	Basis       int // vectors kept before a thick restart; 0 is 80, or 2K + 20 if that is more
	// Start is mixed with a random vector, without which a warm start can settle on a pair that is
	// not the top one; nil is a random start.
	Start []T
	Seed  uint64

	vectors *vectors[T] // memory; nil is memoryOf the operator
	oneEach bool        // copies of an eigenvalue are not looked for
}

// leastProducts are those that a random start takes at the least, 0.42/√ErrTol but no fewer than 6 and no more than 14. After k of them a
// relative error of the order of 1/k² is still possible whatever the residual (Kuczyński and Woźniakowski 1992): fewer do not tell close
// eigenvalues apart, as the c largest of a network of c outputs are before training, and neither the residual nor the gap shows it.
func (o EigenOptions[T]) leastProducts() int {
	if o.ErrTol <= 0 || o.Start != nil {
		return 6
	}
	return int(math.Min(14, math.Max(6, math.Ceil(0.42/math.Sqrt(o.ErrTol)))))
}

// defaultBasis is the Basis for few pairs.
const defaultBasis = 80

// Eigen holds eigenpairs, the largest eigenvalue first.
type Eigen[T graph.Float] struct {
	Values    []float64
	Vectors   [][]T     // of length 1
	Residuals []float64 // ‖Av − λv‖/|λ|, neither taken for less than the rounding of a product: 1 where λ is lost in it; 0 where Av = λv exactly
	Products  int       // products with the operator
	Coarse    float64   // the work of Matrix.Top before, on subsets, in products
	Converged bool
}

// ErrNotFinite says that a curvature cannot be found because its products are NaN or infinite.
var ErrNotFinite = errors.New("curvature: a value is not finite")

// Lanczos finds the K algebraically largest eigenpairs of the symmetric operator a: Lanczos with full
// reorthogonalisation (Gram–Schmidt, twice) and thick restarts (Wu and Simon 2000). Within its residual of a returned value there is an
// eigenvalue, and within residual²/gap when the gap to the rest of the spectrum is larger than the residual. For K > 1 the pairs found are
// checked for copies they lack, by a further run orthogonal to them, which ends as soon as its largest Ritz value and residual are below the
// K-th eigenvalue: that costs about as much as λmax alone. The residual of a copy that it finds may exceed Tol by
// what the others' residuals add to it; it is reported as it is.
func Lanczos[T graph.Float](a Operator[T], opt EigenOptions[T]) (Eigen[T], error) {
	l, err := newLanczos(a, opt)
	if err != nil {
		return Eigen[T]{}, err
	}
	defer func() { l.opt.vectors.give(append(l.v, l.w)...) }()
	if err := l.run(); err != nil {
		return Eigen[T]{}, err
	}
	e := l.result()
	if l.opt.K == 1 || l.opt.oneEach {
		return e, nil
	}
	err = l.copies(&e)
	return e, err
}

// run takes products until it is done.
func (l *lanczos[T]) run() error {
	for {
		if err := l.next(); err != nil {
			return err
		}
		l.solve()
		if l.done() {
			return nil
		}
		if len(l.v) == l.opt.Basis {
			l.restart()
		}
		l.extend()
	}
}

// next takes a product.
func (l *lanczos[T]) next() error {
	if err := interrupted(l.a); err != nil {
		return err
	}
	l.expand()
	if !l.isFinite() {
		return ErrNotFinite
	}
	return nil
}

func newLanczos[T graph.Float](a Operator[T], opt EigenOptions[T]) (*lanczos[T], error) {
	dim := a.Dim()
	setDefault(&opt.K, 1)
	setDefault(&opt.MinProducts, opt.leastProducts())
	setDefault(&opt.MaxProducts, 500)
	setDefault(&opt.Basis, max(defaultBasis, 2*opt.K+20))
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
	if opt.vectors == nil {
		opt.vectors = memoryOf(a, min(opt.Basis, opt.MaxProducts)+1)
	}
	l := &lanczos[T]{a: a, opt: opt, rng: rand.New(rand.NewPCG(opt.Seed, streamLanczos)),
		w: opt.vectors.take(dim), h: make([]float64, opt.Basis*opt.Basis)}
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

func (l *lanczos[T]) result() Eigen[T] {
	e := Eigen[T]{Products: l.products, Converged: l.converged()}
	for i := range min(l.opt.K, len(l.v)) {
		e.Values = append(e.Values, l.values[i])
		e.Vectors = append(e.Vectors, l.ritz(i))
		e.Residuals = append(e.Residuals, relative(l.residual(i), l.values[i], eps[T]()*l.scale))
	}
	return e
}

// relative returns r/|λ|, where 0/0 is 0. Neither a residual that a recurrence gives nor λ is known below the rounding of a product.
func relative(r, lambda, rounding float64) float64 {
	if r == 0 {
		return 0
	}
	return math.Max(r, rounding) / math.Max(math.Abs(lambda), rounding)
}
