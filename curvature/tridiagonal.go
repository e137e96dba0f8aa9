package curvature

import (
	"math"

	"eoss/graph"

	"gonum.org/v1/gonum/lapack"
	lapackgo "gonum.org/v1/gonum/lapack/gonum"
)

// tridiagonal is the projection of a matrix A on a growing Krylov space: diagonal alpha, off-diagonal beta.
type tridiagonal struct {
	alpha, beta     []float64
	products        int
	value, gap      float64 // the largest Ritz value, and how far the next one is
	last            float64 // the last component of its eigenvector, in size
	residual        float64 // ‖Av − λv‖ of the Ritz pair of one dimension fewer; infinite before it is known
	scale           float64 // the largest entry: stands for ‖A‖
	spread          float64 // Σ |w_i dual_i| of the start, of length 1
	null, before    float64 // p_j(0) and p_{j−1}(0): see rounding
	look            int     // the number of products from which the pair is examined next
	done, converged bool
	lost            bool // it ended in rounding: the value may be wrong
}

// goal says when a run ends: see EigenOptions. Below eps·‖A‖ there is only rounding.
type goal struct {
	accuracy
	eps                      float64
	minProducts, maxProducts int
}

func newGoal[T graph.Float](opt EigenOptions[T]) goal {
	setDefault(&opt.MinProducts, opt.leastProducts())
	setDefault(&opt.MaxProducts, 500)
	if opt.Tol == 0 {
		opt.Tol = 1e-3
	}
	return goal{opt.accuracy(), eps[T](), opt.MinProducts, opt.MaxProducts}
}

// add takes the diagonal entry alpha of a new vector and the length beta that the recurrence gave it.
func (t *tridiagonal) add(alpha, beta float64, g goal) {
	t.products++
	rounding, half := t.rounding(beta, g.eps), math.Sqrt(g.eps) // exhausted: half of the digits of β², or of ‖A‖ in β, are lost, and α with them
	exhausted := rounding*rounding > half*beta*beta || beta <= half*t.scale
	if x := alpha + beta; !exhausted && (math.IsNaN(x) || math.IsInf(x, 0)) {
		t.value, t.done = math.NaN(), true
		return
	}
	switch {
	case len(t.alpha) == 0 && exhausted: // a matrix of zeros
		t.residual, t.converged = 0, true
	case len(t.alpha) > 0 && (exhausted || t.products >= max(g.minProducts, t.look) || t.products >= g.maxProducts):
		t.look = t.products + 1 + t.products*t.products/1024 // the pair costs the cube of its dimension
		t.solve()
		t.residual = math.Max(beta, rounding) * t.last
		t.converged = t.products >= min(g.minProducts, g.maxProducts) && g.reached(t.value, t.residual, t.gap, g.eps*t.scale)
	}
	t.done = exhausted || t.converged || t.products >= g.maxProducts
	if exhausted {
		t.lost = !t.converged
		return
	}
	if len(t.alpha) > 0 { // the first is the length of the start, which is none of A's
		t.beta = append(t.beta, beta)
		t.scale = math.Max(t.scale, beta)
	}
	t.alpha = append(t.alpha, alpha)
	t.scale = math.Max(t.scale, math.Abs(alpha))
	if t.done {
		t.solve()
	}
}

// rounding is the length that a new vector may owe to rounding. Coordinates w of parameters Sw have parts that S maps to zero: A too does, so
// that w_j = p_j(A) w_1 holds p_j(0) times that of w_1, however short Sw_j is, and
//
//	‖Sw_j‖² = Σ_i w_i dual_i is known to eps·p_j(0)²·Σ_i |w_i dual_i| of the start, and
//	β_{j+1} p_{j+1}(0) = −α_j p_j(0) − β_j p_{j−1}(0).
func (t *tridiagonal) rounding(beta, eps float64) float64 {
	n := len(t.alpha)
	if n == 0 {
		t.null = 1
		return 0
	}
	next := -t.alpha[n-1] * t.null
	if n > 1 {
		next -= t.beta[n-2] * t.before
	}
	t.before, t.null = t.null, next/beta
	return math.Sqrt(eps*t.spread) * math.Abs(next)
}

// solve finds the top eigenpair.
func (t *tridiagonal) solve() {
	n := len(t.alpha)
	d, z := append([]float64(nil), t.alpha...), make([]float64, n*n)
	if !(lapackgo.Implementation{}).Dsteqr(lapack.EVTridiag, n, d, append([]float64(nil), t.beta...), z, n, make([]float64, max(1, 2*n-2))) {
		panic("curvature: a small symmetric eigenproblem did not converge")
	}
	t.value, t.last = d[n-1], math.Abs(z[n*n-1])
	if n > 1 {
		t.gap = d[n-1] - d[n-2]
	}
}
