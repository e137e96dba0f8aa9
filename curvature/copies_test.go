package curvature_test

import (
	"math"
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/models"

	"gonum.org/v1/gonum/mat"
)

// TestCopiesOfEigenvalues: an eigenvalue that comes several times is found as often, which one start vector alone does not show. Nothing is
// found too often.
func TestCopiesOfEigenvalues(t *testing.T) {
	bulk := geometric(200, 5, 0.9)
	for name, c := range map[string]struct {
		values []float64
		k      int
	}{
		"a pair":          {slices.Concat([]float64{10, 10, 7}, bulk), 2},
		"a pair and more": {slices.Concat([]float64{10, 10, 7}, bulk), 3},
		"the last":        {slices.Concat([]float64{10, 7, 7, 7}, bulk), 3},
		"threes":          {slices.Concat([]float64{10, 10, 10, 7, 7, 7}, bulk), 5},
		"a step":          {slices.Concat(slices.Repeat([]float64{10}, 40), make([]float64, 100)), 6},
		"negative":        {slices.Concat([]float64{-1, -1, -2}, slices.Repeat([]float64{-3}, 20), geometric(40, -4, 1.1)), 3},
		"few of rank":     {slices.Concat([]float64{5, 4, 3}, make([]float64, 200)), 6},
		"none":            {bulk, 4},
		"all there are":   {[]float64{2, 2, 2, 1}, 4},
		"all but one":     {[]float64{2, 2, 2, 1, 1}, 4},
	} {
		want := slices.Clone(c.values)
		slices.Sort(want)
		slices.Reverse(want)
		for seed := range uint64(3) {
			t.Run(name, func(t *testing.T) {
				checkPairs(t, newKnown[float64](c.values...), curvature.EigenOptions[float64]{K: c.k, Tol: 1e-9, Seed: seed}, want[:c.k], 2e-8, 1e-11)
				checkPairs(t, newKnown[float32](c.values...), curvature.EigenOptions[float32]{K: c.k, Tol: 1e-5, Seed: seed}, want[:c.k], 3e-5, 1e-5)
			})
		}
	}
}

// TestCopiesCostLittle: that there are no copies is known after about as many products as λmax takes, and to look for them is left out for
// λmax alone.
func TestCopiesCostLittle(t *testing.T) {
	a := newKnown[float64](geometric(400, 10, 0.9)...)
	products := func(k int) int {
		e, err := curvature.Lanczos(a, curvature.EigenOptions[float64]{K: k})
		noError(t, err)
		return e.Products
	}
	if one, three := products(1), products(3); one > 14 || three > 40 {
		t.Errorf("%d products for one eigenvalue, %d for three", one, three)
	}
	e, err := curvature.Lanczos(newKnown[float64](slices.Concat([]float64{10, 10, 9}, geometric(300, 8, 0.99))...),
		curvature.EigenOptions[float64]{K: 3, Tol: 1e-6, MaxProducts: 40})
	noError(t, err)
	if e.Converged || e.Products > 40 {
		t.Errorf("converged %v after %d of 40 products", e.Converged, e.Products)
	}
}

// TestLinearModelHasCopies: without a hidden layer, every eigenvalue of the Hessian of mse comes once for each output.
func TestLinearModelHasCopies(t *testing.T) {
	s := newSmall[float64](t, models.Spec{Name: "mlp-linear", Input: []int{12}, Outputs: 3, Widths: []int{}}, "mse", 40, 4)
	h := linearize(t, s, curvature.Hessian)
	m := dense(h)
	sym := mat.NewSymDense(len(m), nil)
	for i, row := range m {
		for j := range i + 1 {
			sym.SetSym(i, j, row[j])
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(sym, false) {
		t.Fatal("no eigenvalues")
	}
	want := eigen.Values(nil)
	slices.Reverse(want)
	if math.Abs(want[0]-want[2]) > 1e-9*want[0] {
		t.Fatalf("the largest eigenvalues are %v", want[:4])
	}
	e, err := curvature.Lanczos(h, curvature.EigenOptions[float64]{K: 7, Tol: 1e-8})
	noError(t, err)
	near(t, "eigenvalues", e.Values, want[:7], 1e-9)
}
