package curvature_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"eoss/curvature"
	"eoss/graph"

	"pgregory.net/rapid"
)

// known is the symmetric matrix Q·diag(values)·Q with the reflection Q = I − 2uuᵀ: spectrum and
// eigenvectors (the columns of Q) are known, and it is dense.
type known[T graph.Float] struct {
	values []float64
	u      []float64
}

func newKnown[T graph.Float](values ...float64) known[T] {
	rng := rand.New(rand.NewPCG(5, uint64(len(values))))
	u := normal(rng, len(values))
	norm := curvature.Norm(u)
	for i := range u {
		u[i] /= norm
	}
	return known[T]{values, u}
}

func (k known[T]) reflect(x []float64) {
	c := 2 * curvature.Dot(k.u, x)
	for i := range x {
		x[i] -= c * k.u[i]
	}
}

func (k known[T]) Dim() int { return len(k.values) }

func (k known[T]) Apply(dst, x []T) {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	k.reflect(y)
	for i := range y {
		y[i] *= k.values[i]
	}
	k.reflect(y)
	copy(dst, convert[T](y))
}

// TestResidualsAreNotBelowRounding: the recurrence's residual goes on falling when rounding has long kept the eigenvalue where it is.
func TestResidualsAreNotBelowRounding(t *testing.T) {
	a := newKnown[float32](125, 40, 3, 1, 0.5, -2, -7)
	e, err := curvature.Lanczos(a, curvature.EigenOptions[float32]{Tol: 1e-14})
	if err != nil {
		t.Fatal(err)
	}
	const rounding = 0.9e-7                                                               // about that of float32
	if r, off := e.Residuals[0], math.Abs(e.Values[0]/125-1); r < rounding || off > 8*r { // a few roundings of seven numbers
		t.Errorf("λ is off by %.1e with a residual of %.1e", off, r)
	}
}

// vector returns the eigenvector of values[i].
func (k known[T]) vector(i int) []T {
	e := make([]float64, len(k.values))
	e[i] = 1
	k.reflect(e)
	return convert[T](e)
}

// geometric returns n values from first on, each ratio times the last.
func geometric(n int, first, ratio float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = first
		first *= ratio
	}
	return v
}

// TestLanczosFindsTheTopPairs compares with spectra that are known, in both precisions. The order of the values
// is the operator's own business, so some are listed unsorted.
func TestLanczosFindsTheTopPairs(t *testing.T) {
	cases := []struct {
		name   string
		values []float64
		opt    curvature.EigenOptions[float64]
		want   []float64
	}{
		{"dimension 1", []float64{-3}, curvature.EigenOptions[float64]{}, []float64{-3}},
		{"top five", geometric(300, 10, 0.97), curvature.EigenOptions[float64]{K: 5}, geometric(5, 10, 0.97)},
		{"clustered", append([]float64{5, 4.999, 4.998}, geometric(200, 1, 0.9)...),
			curvature.EigenOptions[float64]{K: 3}, []float64{5, 4.999, 4.998}},
		{"negative dominant", append([]float64{-100, 2, 1.5}, geometric(100, 1, 0.95)...),
			curvature.EigenOptions[float64]{K: 2}, []float64{2, 1.5}},
		{"all negative", []float64{-5, -1, -2, -9, -4, -3, -7, -8}, curvature.EigenOptions[float64]{K: 2}, []float64{-1, -2}},
		{"restarted often", geometric(400, 1, 0.995), curvature.EigenOptions[float64]{K: 3, Basis: 12, MaxProducts: 2000},
			geometric(3, 1, 0.995)},
		{"invariant subspace", append([]float64{3, 3, 3}, make([]float64, 60)...), // two values only: exhausted at once
			curvature.EigenOptions[float64]{K: 3}, []float64{3, 3, 3}},
		{"identity", []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, curvature.EigenOptions[float64]{K: 4}, []float64{1, 1, 1, 1}},
		{"zero", make([]float64, 20), curvature.EigenOptions[float64]{K: 2}, []float64{0, 0}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.opt.Tol = 1e-10
			// residual²/gap is far below the rounding allowed here
			checkPairs(t, newKnown[float64](c.values...), c.opt, c.want, 1e-9, 1e-12)
			checkPairs(t, newKnown[float32](c.values...), curvature.EigenOptions[float32]{K: c.opt.K, Basis: c.opt.Basis,
				Tol: 1e-6, MaxProducts: c.opt.MaxProducts}, c.want, 2e-5, 3e-6)
		})
	}
}

// checkPairs verifies values, residuals as claimed and as recomputed, and orthonormal vectors.
func checkPairs[T graph.Float](t *testing.T, a known[T], opt curvature.EigenOptions[T], want []float64, residual, tol float64) {
	t.Helper()
	e, err := curvature.Lanczos(a, opt)
	noError(t, err)
	scale := 0.0
	for _, v := range a.values {
		scale = math.Max(scale, math.Abs(v))
	}
	if !e.Converged || len(e.Values) != len(want) || len(e.Vectors) != len(want) {
		t.Fatalf("converged %v after %d products with %v", e.Converged, e.Products, e.Values)
	}
	av := make([]T, a.Dim())
	for i, v := range e.Values {
		if math.Abs(v-want[i]) > tol*scale {
			t.Errorf("value %d is %.15g, want %.15g", i, v, want[i])
		}
		a.Apply(av, e.Vectors[i])
		curvature.Axpy(T(-v), e.Vectors[i], av)
		if r := curvature.Norm(av); r > residual*scale {
			t.Errorf("pair %d has residual %.2g", i, r)
		}
		if r := e.Residuals[i]; !(r*math.Abs(v) <= residual*scale) {
			t.Errorf("pair %d claims residual %.2g", i, r)
		}
		for j := range i + 1 {
			d := curvature.Dot(e.Vectors[i], e.Vectors[j])
			if i == j {
				d--
			}
			if math.Abs(d) > residual {
				t.Errorf("vectors %d and %d: ⟨⟩ off by %.2g", i, j, d)
			}
		}
	}
}

// TestLanczosOfAnySpectrum: the top value of random spectra of both signs, whatever the size of the basis.
func TestLanczosOfAnySpectrum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 40).Draw(t, "values")
		basis := rapid.IntRange(4, 50).Draw(t, "basis")
		e, err := curvature.Lanczos(newKnown[float64](values...),
			curvature.EigenOptions[float64]{Basis: basis, Tol: 1e-9, MaxProducts: 5000, Seed: rapid.Uint64().Draw(t, "seed")})
		noError(t, err)
		top := math.Inf(-1)
		for _, v := range values {
			top = math.Max(top, v)
		}
		if math.Abs(e.Values[0]-top) > 1e-9 {
			t.Fatalf("λmax %.12g, want %.12g", e.Values[0], top)
		}
	})
}

// TestWarmStartAtALowerPair: started near a lower eigenvector, in a direction without any part of the first (all of
// its Krylov space lacks it), the iteration still finds the first.
func TestWarmStartAtALowerPair(t *testing.T) {
	values := geometric(200, 10, 0.8)
	b := newKnown[float64](values...)
	for i := 1; i < 5; i++ {
		start := b.vector(i)
		for j := 1; j < len(values); j++ {
			curvature.Axpy(0.01, b.vector(j), start)
		}
		e, err := curvature.Lanczos(b, curvature.EigenOptions[float64]{Start: start, Seed: uint64(i)})
		noError(t, err)
		if math.Abs(e.Values[0]-10) > 1e-3 { // residual²/gap with a residual of 1e-2
			t.Errorf("near eigenvector %d: λmax = %.6g, want 10", i, e.Values[0])
		}
	}
	a := newKnown[float32](values...)
	for i := range 5 {
		e, err := curvature.Lanczos(a, curvature.EigenOptions[float32]{Start: a.vector(i), Seed: uint64(i)})
		noError(t, err)
		if math.Abs(e.Values[0]-10) > 1e-4 { // residual²/gap with a residual of 1e-2
			t.Errorf("from eigenvector %d: λmax = %.6g, want 10", i, e.Values[0])
		}
	}
	cold, err := curvature.Lanczos(a, curvature.EigenOptions[float32]{})
	noError(t, err)
	warm, err := curvature.Lanczos(a, curvature.EigenOptions[float32]{Start: a.vector(0)})
	noError(t, err)
	if warm.Products >= cold.Products {
		t.Errorf("%d products from the eigenvector, %d from a random start", warm.Products, cold.Products)
	}
}

// TestErrTolSavesProducts: the eigenvalue's error is residual²/gap, so stopping on it is earlier and still right.
func TestErrTolSavesProducts(t *testing.T) {
	a := newKnown[float64](geometric(500, 10, 0.97)...)
	tight, err := curvature.Lanczos(a, curvature.EigenOptions[float64]{Tol: 1e-6})
	noError(t, err)
	loose, err := curvature.Lanczos(a, curvature.EigenOptions[float64]{Tol: 1e-6, ErrTol: 1e-6})
	noError(t, err)
	if loose.Products >= tight.Products {
		t.Errorf("%d products with ErrTol, %d without", loose.Products, tight.Products)
	}
	equal(t, "λmax", loose.Values[0], 10, 1e-6)
}

// TestLanczosGivesUp: a run that is out of products says so and returns what it has.
func TestLanczosGivesUp(t *testing.T) {
	e, err := curvature.Lanczos(newKnown[float64](geometric(500, 1, 0.999)...),
		curvature.EigenOptions[float64]{Tol: 1e-10, MaxProducts: 10})
	noError(t, err)
	if e.Converged || e.Products != 10 || e.Values[0] > 1+1e-12 {
		t.Errorf("converged %v after %d products with %v", e.Converged, e.Products, e.Values)
	}
}

type broken struct {
	n  int
	at func(x []float64) float64
}

func (b broken) Dim() int { return b.n }
func (b broken) Apply(dst, x []float64) {
	copy(dst, x)
	dst[b.n/2] = b.at(x)
}

// TestLanczosRefuses what it cannot answer.
func TestLanczosRefuses(t *testing.T) {
	for name, f := range map[string]float64{"NaN": math.NaN(), "Inf": math.Inf(1)} {
		if _, err := curvature.Lanczos(broken{9, func([]float64) float64 { return f }}, curvature.EigenOptions[float64]{}); err == nil {
			t.Errorf("an operator that returns %s gives no error", name)
		}
	}
	a := newKnown[float64](3, 2, 1)
	for name, opt := range map[string]curvature.EigenOptions[float64]{
		"K = 4 of 3":     {K: 4},
		"a start of 2":   {Start: []float64{1, 2}},
		"a NaN start":    {Start: []float64{1, 2, math.NaN()}},
		"a basis of two": {Basis: 2},
	} {
		if _, err := curvature.Lanczos(a, opt); err == nil {
			t.Errorf("%s gives no error", name)
		}
	}
}
