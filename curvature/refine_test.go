package curvature

import (
	"errors"
	"math"
	"testing"
)

// diagonal is the operator diag(values): its eigenvectors are the unit vectors.
type diagonal []float64

func (d diagonal) Dim() int { return len(d) }
func (d diagonal) Apply(dst, x []float64) {
	for i, v := range d {
		dst[i] = v * x[i]
	}
}

// near returns the unit vector i with noise of size share.
func (d diagonal) near(i int, share float64) []float64 {
	x := make([]float64, len(d))
	for j := range x {
		x[j] = share * math.Sin(float64(7*i+3*j+1)) / math.Sqrt(float64(len(x))/2)
	}
	x[i] += 1
	return x
}

// outliers are two close eigenvalues above some others.
var outliers = append(diagonal{9.7, 10, 6, 5, 4, 3}, make([]float64, 300)...)

// TestRefineKeepsBothOfAClosePair: started from the second and the first eigenvector, in this order, refine finds the first; from the
// second alone it takes that for the first (which is why Top starts from both).
func TestRefineKeepsBothOfAClosePair(t *testing.T) {
	opt := EigenOptions[float64]{Tol: 5e-3, ErrTol: 5e-3, MinProducts: 2}
	e, gap, err := refine(outliers, [][]float64{outliers.near(0, 0.1), outliers.near(1, 0.1)}, 1, opt, 1)
	if err != nil || math.Abs(e.Values[0]-10) > 0.05 || math.Abs(gap-0.03) > 0.01 || e.Products > 4 || !e.Converged {
		t.Errorf("from both: %v after %d products, gap %v, %v", e.Values, e.Products, gap, err)
	}
	if e, _, _ := refine(outliers, [][]float64{outliers.near(0, 0.01)}, 1, opt, 1); math.Abs(e.Values[0]-9.7) > 0.05 {
		t.Errorf("from the second alone: %v", e.Values)
	}
}

// TestRefineMeetsItsTolerance: pairs, residuals and errors are as asked for, few products or many (beyond refineAtMost, by Lanczos).
func TestRefineMeetsItsTolerance(t *testing.T) {
	for _, tol := range []float64{1e-1, 1e-4, 1e-9} {
		for _, start := range [][][]float64{{outliers.near(1, 1)}, {outliers.near(1, 1), outliers.near(0, 1)}} {
			e, _, err := refine(outliers, start, len(start), EigenOptions[float64]{Tol: tol}, 1)
			if err != nil || !e.Converged {
				t.Fatal(e, err)
			}
			for i, y := range e.Vectors {
				r := make([]float64, len(y))
				outliers.Apply(r, y)
				Axpy(-e.Values[i], y, r)
				if res := Norm(r) / e.Values[i]; res > tol*math.Pow(second, float64(i)) || math.Abs(res-e.Residuals[i]) > 1e-12 || math.Abs(Norm(y)-1) > 1e-12 {
					t.Errorf("tolerance %g, pair %d: residual %g, said to be %g, length %g", tol, i, res, e.Residuals[i], Norm(y))
				}
			}
		}
	}
}

// TestRefineTrustsTheSmallerGap: with the gap of 3 % that is known, the same residual is a larger error and takes more products.
func TestRefineTrustsTheSmallerGap(t *testing.T) {
	products := func(gap float64) int {
		e, _, err := refine(outliers, [][]float64{outliers.near(1, 0.3)}, 1, EigenOptions[float64]{ErrTol: 1e-3, MinProducts: 2}, gap)
		if err != nil {
			t.Fatal(err)
		}
		return e.Products
	}
	if few, more := products(1), products(0.03); few >= more {
		t.Errorf("%d products when no gap is known, %d with a small one", few, more)
	}
}

// TestRefineKeepsItsLimits: of products, also when it leaves the rest to Lanczos, and of vectors.
func TestRefineKeepsItsLimits(t *testing.T) {
	hard := make(diagonal, 600)
	for i := range hard {
		hard[i] = 1 - 0.001*float64(i)
	}
	for _, limit := range []int{1, 2, 3, 7, 41, 60} {
		start := [][]float64{hard.near(0, 1), hard.near(1, 1)}
		e, _, err := refine(hard, start, 2, EigenOptions[float64]{Tol: 1e-12, MaxProducts: limit}, 1)
		if err != nil || e.Converged || e.Products != limit || len(e.Values) != len(e.Residuals) || len(e.Values) != min(2, limit) && limit < 41 {
			t.Errorf("at most %d products: %d, converged %v, values %v, residuals %v, %v", limit, e.Products, e.Converged, e.Values, e.Residuals, err)
		}
		for i, x := range e.Residuals {
			if !(x > 0) {
				t.Errorf("at most %d products: residual %d is %g", limit, i, x)
			}
		}
	}
	memory := &counting{diagonal: hard}
	e, _, err := refine(memory, [][]float64{hard.near(0, 1)}, 1, EigenOptions[float64]{Tol: 1e-6, Basis: 12, MaxProducts: 2000}, 1)
	if err != nil || !e.Converged || math.Abs(e.Values[0]-1) > 1e-6 {
		t.Errorf("%v, %v", e, err)
	}
	if n := len(memory.seen); n > 2*12+4 {
		t.Errorf("a basis of 12 used %d vectors", n)
	}
}

// counting notes the vectors that an operator is given.
type counting struct {
	diagonal
	seen map[*float64]bool
}

func (c *counting) Apply(dst, x []float64) {
	if c.seen == nil {
		c.seen = map[*float64]bool{}
	}
	c.seen[&dst[0]], c.seen[&x[0]] = true, true
	c.diagonal.Apply(dst, x)
}

func TestRefineOfNumbersThatAreNotFinite(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1)} {
		d := diagonal{1, 2, x}
		if _, _, err := refine(d, [][]float64{{1, 1, 1}}, 1, EigenOptions[float64]{Tol: 1e-3}, 1); !errors.Is(err, ErrNotFinite) {
			t.Errorf("%v: %v", x, err)
		}
	}
}

// TestResidualOfZero: an eigenvalue that is lost in rounding has a residual of 1 at most, relative to that rounding.
func TestResidualOfZero(t *testing.T) {
	e, err := Lanczos(diagonal{-1, 0, 0, 0, -2}, EigenOptions[float64]{K: 3})
	if err != nil || !e.Converged {
		t.Fatal(e, err)
	}
	for i, r := range e.Residuals {
		if r > 1 {
			t.Errorf("λ = %g has a residual of %g", e.Values[i], r)
		}
	}
}
