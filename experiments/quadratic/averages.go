package quadratic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"eoss/experiments"
	"eoss/internal/fit"
)

const sourceF = "Appendix F"

// Bernstein returns √(2σ² log(2m)/b) + B log(2m)/(3b), the bound on E‖M̄ − M‖ of b independent symmetric m×m matrices
// with ‖M_i − M‖ ≤ B and σ² = ‖E(M_i − M)²‖ (Proposition 1).
func Bernstein(m, b int, variance, bound float64) float64 {
	log := math.Log(2 * float64(m))
	return math.Sqrt(2*variance*log/float64(b)) + bound*log/(3*float64(b))
}

// deviation is one point of E‖M̄ − M‖ against b.
type deviation struct {
	b           int
	norm, bound float64
	half        float64 // 95 %
}

// rankOne is the dimension of the matrices M_i − M = ε_i u_i u_iᵀ, ε_i = ±1, u_i uniform on the sphere: B = 1, σ² = 1/m.
const rankOne = 64

// deviations simulates E‖M̄ − M‖ over the batch sizes.
func (s *simulation) deviations() []deviation {
	rng := random(s.Seed, "Bernstein")
	n := s.draws(100)
	var all []deviation
	for _, b := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024} {
		norms := make([]float64, n)
		for i := range norms {
			norms[i] = averageNorm(b, rng)
		}
		mean, half := fit.Mean(norms)
		all = append(all, deviation{b, mean, Bernstein(rankOne, b, 1.0/rankOne, 1), half})
	}
	return all
}

// averageNorm draws ‖(1/b) Σ ε_i u_i u_iᵀ‖.
func averageNorm(b int, rng *rand.Rand) float64 {
	sum := mat.NewSymDense(rankOne, nil)
	for range b {
		u := normals(rng, rankOne)
		sign := float64(2*rng.IntN(2) - 1)
		sum.SymRankOne(sum, sign/mat.Dot(u, u)/float64(b), u)
	}
	var e mat.EigenSym
	if !e.Factorize(sum, false) {
		return math.NaN()
	}
	values := e.Values(nil)
	return math.Max(math.Abs(values[0]), math.Abs(values[len(values)-1]))
}

// pairNorm is E‖½(ε₁u₁u₁ᵀ + ε₂u₂u₂ᵀ)‖: ½(1 + |c|) for equal signs, ½√(1 − c²) otherwise, where c² ~ Beta(½, (m−1)/2).
func pairNorm(m float64) float64 {
	ratio := func(a, b float64) float64 { // Γ(a)/Γ(b)
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		return math.Exp(x - y)
	}
	cosine := ratio(m/2, (m+1)/2) / math.Sqrt(math.Pi)
	sine := ratio(m/2, (m-1)/2) * ratio(m/2, (m+1)/2)
	return (1 + cosine + sine) / 4
}

func averages(s *simulation) error {
	s.convexity()
	all := s.deviations()
	exceeded, tightest := 0, 0.0
	for _, d := range all {
		if d.norm+d.half > d.bound*(1+1e-9) {
			exceeded++
		}
		tightest = max(tightest, d.norm/d.bound)
	}
	n := s.draws(100)
	s.same("bernstein-bound", sourceF+", Proposition 1", "E‖M̄ − M‖ ≤ √(2σ² log 2m / b) + B log 2m / (3b): batch sizes at which the simulated mean, or its interval, exceeds it",
		0, float64(exceeded), 0, len(all), fmt.Sprintf("±uuᵀ, m = %d, b = 1 … 1024; largest ratio %.2f", rankOne, tightest))
	two := all[1]
	s.simulated("bernstein-two", sourceF, "E‖M̄ − M‖ of two of them, ¼(1 + E|c| + E√(1−c²)) with c = u₁·u₂", pairNorm(rankOne),
		interval(two.norm, two.norm-two.half, two.norm+two.half), n, "")
	for _, r := range []struct {
		id, statement   string
		from, to        int
		exact, tolerate float64
	}{
		{"bernstein-small", "few matrices: the norm falls as B/b", 0, 1, -1, 0.1},
		{"bernstein-large", "many matrices: it falls as σ/√b", 8, 10, -0.5, 0.05},
	} {
		f, t := all[r.from], all[r.to]
		value, half := slope(float64(f.b), f.norm, f.half, float64(t.b), t.norm, t.half)
		s.add(Fact{ID: r.id, Source: sourceF, Statement: r.statement, Exact: experiments.Real(r.exact), Tolerance: r.tolerate,
			Simulated: interval(value, value-half, value+half), N: n,
			Note: fmt.Sprintf("slope from b = %d to %d; the law is a limit", f.b, t.b)})
	}
	s.figures = append(s.figures, s.bernsteinFigure(all, n))
	return nil
}

// convexity: λmax of an average is at most the average λmax (20), so λᵇmax does not rise with b.
func (s *simulation) convexity() {
	rng := random(familySeed, "convexity")
	cases, above, rising := s.draws(400), 0, 0
	for range cases {
		f := randomFamily(rng, 5, 3, true)
		for _, q := range f { // not only positive semidefinite
			q.A.SymRankOne(q.A, -rng.Float64(), normals(rng, 3))
		}
		last := math.Inf(1)
		for b := 1; b <= len(f); b++ {
			mean := 0.0
			batches := f.Distinct(b)
			for _, q := range batches {
				lambda, _ := largest(q.A)
				mean += lambda / float64(len(batches))
			}
			if mean > last+1e-12 {
				rising++
			}
			last = mean
		}
		sum, lambdas := mat.NewSymDense(3, nil), 0.0
		for _, q := range f {
			lambda, _ := largest(q.A)
			sum.AddSym(sum, q.A)
			lambdas += lambda
		}
		if top, _ := largest(sum); top > lambdas+1e-12 {
			above++
		}
	}
	s.same("lemma4", "Lemma 4, equation 20", "λmax(Σ M_i) ≤ Σ λmax(M_i): random families against it", 0, float64(above), 0, cases,
		"equality wants only a common top eigenvector, as diag(2,1) and diag(2,0), not identical matrices")
	s.same("batch-lambda-order", "equations 5, 21", "λᵇmax does not increase with b at fixed θ: random families and b against it", 0, float64(rising), 0, cases,
		"all mini-batches, b = 1 … 5; printed the other way round")
}
