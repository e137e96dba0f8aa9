package quadratic

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/combin"

	"eoss/internal/fit"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v ± %g", what, got, want, tolerance)
	}
}

// TestPaperNumbers holds the closed forms of αI ± M against the three numbers at α = 1, γ = 0.8.
func TestPaperNumbers(t *testing.T) {
	p := twoPoint{1, 0.8}
	near(t, "η₄", p.oneStep(), 1.123, 5e-4)
	near(t, "η_ms", p.meanSquare(), 1.220, 5e-4)
	near(t, "η_as", p.reshuffled(), 1.308, 5e-4)
}

// TestClosedForms holds them against the general routes, and the defining equations, at other α and γ.
func TestClosedForms(t *testing.T) {
	rng := random(3, "closed forms")
	for range 50 {
		alpha := 0.2 + 2*rng.Float64()
		p := twoPoint{alpha, alpha * (0.05 + 0.9*rng.Float64())} // A_B > 0
		f := p.family()
		oneStep, _ := f.EdgeOneStep()
		near(t, "η₄", oneStep, p.oneStep(), 1e-9*oneStep)
		near(t, "η_ms", EdgeMeanSquare(f.SecondMomentMap), p.meanSquare(), 1e-9)
		eta := p.reshuffled()
		near(t, "|(1−ηα)² − η²γ²|", math.Abs(math.Pow(1-eta*p.alpha, 2)-math.Pow(eta*p.gamma, 2)), 1, 1e-12)
		for smaller := range 100 {
			if eta := eta * (float64(smaller) + 0.5) / 100; p.reshuffledGrowth(eta) >= 0 {
				t.Errorf("%+v: not the first root: η = %v is unstable", p, eta)
			}
		}
	}
}

// TestEdges holds the general thresholds against direct searches.
func TestEdges(t *testing.T) {
	f := generalFamily().Distinct(2)
	oneStep, v := f.EdgeOneStep()
	best := math.Inf(1)
	for i := range 100000 {
		sin, cos := math.Sincos(math.Pi * float64(i) / 100000)
		best = min(best, 2/f.BatchSharpness(mat.NewVecDense(2, []float64{cos, sin})))
	}
	near(t, "η₄ over all directions", best, oneStep, 1e-7)
	near(t, "η₄ at its direction", 2/f.BatchSharpness(v), oneStep, 1e-12)

	square := EdgeMeanSquare(f.SecondMomentMap)
	m := stationary(f.SecondMomentMap(square), 2) // a fixed point at the threshold
	next := mat.NewDense(2, 2, nil)
	for _, q := range f {
		var p mat.Dense
		c := Contraction(q.A, square)
		p.Product(c, m, c)
		next.Add(next, &p)
	}
	next.Scale(1/float64(len(f)), next)
	near(t, "E[(I−ηA)M(I−ηA)] − M", difference(next, mat.DenseCopyOf(m)), 0, 1e-8)

	const eta = 0.9
	mean, half := fit.Mean(logGrowth(f, eta, 100, 2000, random(3, "exponent")))
	near(t, "Lyapunov exponent", mean, f.Lyapunov(eta), 1.5*half)
}

// TestDirectionalMap: the covariance of mini-batch gradients, in three dimensions and for b = 3.
func TestDirectionalMap(t *testing.T) {
	f := randomFamily(random(3, "map"), 4, 3, true)
	near(t, "with replacement", difference(f.DirectionalMap(0.3, 3, 1), f.Repeated(3).SecondMomentMap(0.3)), 0, 1e-12)
	near(t, "without", difference(f.DirectionalMap(0.3, 3, 1.0/3), f.Distinct(3).SecondMomentMap(0.3)), 0, 1e-12)
	near(t, "b = n", difference(f.DirectionalMap(0.3, 4, 0), f.Distinct(4).SecondMomentMap(0.3)), 0, 1e-12)
	if d := difference(f.DirectionalMap(0.3, 3, 1), f.Distinct(3).SecondMomentMap(0.3)); d < 1e-3 {
		t.Errorf("the factor (n−b)/(n−1) makes no difference: %g", d)
	}
}

// TestPartitions counts them (Bell numbers) and holds the sums over them against all draws, when Y ≠ X.
func TestPartitions(t *testing.T) {
	for k, bell := range []int{1, 1, 2, 5, 15, 52} {
		if n := len(setPartitions(k)); n != bell {
			t.Errorf("%d partitions of %d", n, k)
		}
	}
	p := population{x: []float64{0.3, -1.1, 2, 0.7, 1.9}, y: []float64{1, 0.4, -2, 3, 0.1}}
	for k := 1; k <= 4; k++ {
		mean := 0.0
		orders := combin.Permutations(len(p.x), k)
		for _, order := range orders {
			product := p.y[order[k-1]]
			for _, i := range order[:k-1] {
				product *= p.x[i]
			}
			mean += product / float64(len(orders))
		}
		near(t, "E[X…XY]", p.productMean(k), mean, 1e-13)
	}
}

// TestAveragedTop holds the bidiagonal form of a Wishart matrix against averages of xxᵀ.
func TestAveragedTop(t *testing.T) {
	rng := random(3, "averages")
	const n = 4000
	for _, c := range []struct {
		l    float64
		d, b int
	}{{1, 5, 3}, {1, 3, 6}, {4, 4, 4}, {4, 6, 3}} {
		direct, short := make([]float64, n), make([]float64, n)
		for i := range n {
			sum := mat.NewSymDense(c.d, nil)
			for range c.b {
				x := normals(rng, c.d)
				x.SetVec(0, x.AtVec(0)*math.Sqrt(c.l))
				sum.SymRankOne(sum, 1/float64(c.b), x)
			}
			direct[i], _ = largest(sum)
			short[i], _ = averagedTop(c.l, c.d, c.b, rng)
		}
		mean, half := fit.Mean(direct)
		other, otherHalf := fit.Mean(short)
		near(t, "λmax", other, mean, 2*math.Hypot(half, otherHalf)) // about four standard errors
	}
	diagonal, below := []float64{2, 0.5, 1.5, 0.1}, []float64{0.7, 1.2, 0.3, 0}
	b := mat.NewDense(4, 4, nil)
	for i := range 4 {
		b.Set(i, i, diagonal[i])
		if i < 3 {
			b.Set(i+1, i, below[i])
		}
	}
	near(t, "σmax(B)", math.Sqrt(largestSingularSquare(diagonal, below)), singular(b), 1e-12)
}

func singular(b mat.Matrix) float64 {
	var svd mat.SVD
	svd.Factorize(b, mat.SVDNone)
	return svd.Values(nil)[0]
}

// TestMisprints: the formulas as they are printed fail where the mended ones hold.
func TestMisprints(t *testing.T) {
	x, mean := factors(0.6), average(factors(0.6))
	variance := population{curvatures, curvatures}.moment(2, 0) * 0.36 / 5
	near(t, "Appendix E, mended", mean*mean-variance, elementaryMean(x, 2), 1e-14)
	away(t, "Appendix E with +", mean*mean+variance, elementaryMean(x, 2))
	p := population{x, x}
	away(t, "equation 18 with one cumulant", math.Pow(mean, 3)-p.cumulant(3, false), elementaryMean(x, 3))

	l, err := newDiagonal()
	if err != nil {
		t.Fatal(err)
	}
	theta := l.fit(1.6, 0.7)
	theta[0] += nearFit
	_, hg, err := l.products(theta, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	lambda, v, none := topOf(theta, 0), l.along(theta, 0), make([]float64, 4)
	near(t, "equation 24 with λ", misfit(hg, lambda, v, 0, none), 0, 1e-4)
	away(t, "equation 24 with λ²", misfit(hg, lambda*lambda, v, 0, none), 0)

	f := offCentre().Distinct(2)
	at := normals(random(3, "lemma 3"), 3)
	eta := 2 / f.BatchSharpness(at)
	away(t, "Lemma 3 with IAS", 2/f.IAS(at), eta)
	change := func(eta float64) (sum float64) {
		for _, q := range f {
			sum += q.Value(q.Step(at, eta)) - q.Value(at)
		}
		return sum
	}
	near(t, "Lemma 3 at 2/BatchSharpness", change(eta), 0, 1e-12*math.Abs(change(eta/2)))
}

func away(t *testing.T, what string, got, right float64) {
	t.Helper()
	if math.Abs(got-right) < 1e-3 {
		t.Errorf("%s: %v cannot be told from %v", what, got, right)
	}
}
