package quadratic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"eoss/experiments"
)

// twoPoint is the example of section 4.3: A₁ = αI + M, A₂ = αI − M with M = diag(0, γ), b = 1. Along e₂ a step
// multiplies x by 1 − η(α ± γ).
type twoPoint struct{ alpha, gamma float64 }

func (p twoPoint) family() Family {
	f := make(Family, 2)
	for i, sign := range []float64{1, -1} {
		f[i] = Quadratic{mat.NewSymDense(2, []float64{p.alpha, 0, 0, p.alpha + sign*p.gamma}), mat.NewVecDense(2, nil)}
	}
	return f
}

// oneStep is η₄ = 2(α² + γ²)/(α(α² + 3γ²)), along e₂, which binds before e₁.
func (p twoPoint) oneStep() float64 {
	a2, g2 := p.alpha*p.alpha, p.gamma*p.gamma
	return 2 * (a2 + g2) / (p.alpha * (a2 + 3*g2))
}

// meanSquare solves (1 − ηα)² + η²γ² = 1: η_ms = 2α/(α² + γ²), with replacement.
func (p twoPoint) meanSquare() float64 {
	return 2 * p.alpha / (p.alpha*p.alpha + p.gamma*p.gamma)
}

// reshuffled is the smallest positive η with |(1 − ηα)² − η²γ²| = 1, the product of the two steps of an epoch: the threshold without
// replacement, and of almost sure divergence with it.
func (p twoPoint) reshuffled() float64 {
	a, c := p.alpha, p.alpha*p.alpha-p.gamma*p.gamma
	if disc := a*a - 2*c; disc >= 0 { // (1 − ηα)² − η²γ² = −1: cη² − 2aη + 2 = 0
		return 2 / (a + math.Sqrt(disc)) // its smaller positive root, without cancellation
	}
	return 2 * a / c // = +1
}

// growth is the logarithm of the factor a step, along e₂.
func (p twoPoint) meanSquareGrowth(eta float64) float64 {
	f, g := 1-eta*p.alpha, eta*p.gamma
	return math.Log(f*f+g*g) / 2
}

func (p twoPoint) reshuffledGrowth(eta float64) float64 {
	f, g := 1-eta*p.alpha, eta*p.gamma
	return math.Log(math.Abs(f*f-g*g)) / 2
}

// products draws the squared product of the factors along e₂ over that many epochs of two steps, less 1, or its logarithm
// a step: with replacement, or in the order of a permutation an epoch.
func (p twoPoint) products(eta float64, n, epochs int, replacement, log bool, rng *rand.Rand) []float64 {
	factors := [2]float64{1 - eta*(p.alpha+p.gamma), 1 - eta*(p.alpha-p.gamma)}
	draws := make([]float64, n)
	for i := range draws {
		x := 1.0
		for range epochs {
			first := rng.IntN(2)
			second := 1 - first
			if replacement {
				second = rng.IntN(2)
			}
			x *= factors[first] * factors[second]
		}
		draws[i] = x*x - 1
		if log {
			draws[i] = math.Log(math.Abs(x)) / float64(2*epochs)
		}
	}
	return draws
}

func twoPointEdges(s *simulation) error {
	p := twoPoint{1, 0.8}
	f := p.family()
	n := s.draws(20000)
	const source = "section 4.3"
	e2 := mat.NewVecDense(2, []float64{0, 1})
	sim := root(func(eta float64) []float64 { return lossChanges(f, e2, eta, n, s.Seed) }, 0.5, 2)
	s.simulated("two-point-one-step", source, "η₄ = 2(α²+γ²)/(α(α²+3γ²)) = 1.123 at α = 1, γ = 0.8", p.oneStep(), sim, n, "")
	sim = p.root(s, n, true, false)
	s.simulated("two-point-mean-square", source, "with replacement (1−ηα)² + η²γ² = 1: η_ms = 2α/(α²+γ²) = 1.220", p.meanSquare(), sim, n, "")
	chains := s.draws(4000)
	sim = p.root(s, chains, true, true)
	s.simulated("two-point-almost-sure", source, "almost surely |(1−ηα)² − η²γ²| = 1: η_as = 1.308", p.reshuffled(), sim, chains, "with replacement, the mean of log|x| a step")
	sim = p.root(s, 100, false, false)
	s.same("two-point-reshuffled", source, "without replacement the two steps of an epoch multiply to (1−ηα)² − η²γ²: the same 1.308", p.reshuffled(), float64(sim.Value),
		1e-5, 100, "every permutation gives the same product: no spread, the tolerance is the bisection's")
	twoPointRoutes(s, p, f)
	s.expansion()
	return nil
}

// root is the simulated threshold along e₂.
func (p twoPoint) root(s *simulation, n int, replacement, log bool) experiments.Interval {
	epochs := 5
	if log {
		epochs = 50
	}
	return root(func(eta float64) []float64 {
		return p.products(eta, n, epochs, replacement, log, random(s.Seed, "two points"))
	}, 0.75*p.meanSquare(), 1.5*p.meanSquare())
}

// twoPointRoutes holds the closed forms against the general thresholds, and shows what the full batch sees.
func twoPointRoutes(s *simulation, p twoPoint, f Family) {
	oneStep, _ := f.EdgeOneStep()
	s.same("two-point-one-step-general", "equation 4", "the closed form of η₄ is that of equation 4", p.oneStep(), oneStep, 1e-12, 0, "")
	s.same("two-point-mean-square-general", "section 4.2", "the closed form of η_ms is where the spectral radius of E[(I−ηA_B)⊗(I−ηA_B)] is 1",
		p.meanSquare(), EdgeMeanSquare(f.SecondMomentMap), 1e-9, 0, "")
	deviation := 0.0
	for _, gamma := range []float64{0, 0.4, 0.8, 1.2, 5} {
		lambda, _ := largest(twoPoint{1, gamma}.family().Mean().A)
		deviation = max(deviation, math.Abs(lambda-1))
	}
	s.same("two-point-full-batch", "section 4.3", "the full-batch Hessian is αI whatever γ: 2/λmax stays 2/α", 0, deviation, 0, 5,
		fmt.Sprintf("while η_ms is 2, %.3f and %.3f at γ = 0, 0.8 and 1.2", p.meanSquare(), twoPoint{1, 1.2}.meanSquare()))
}

// expansion: γ > max(α, 2/η − α) makes both factors exceed 1, but divergence needs less.
func (s *simulation) expansion() {
	rng := random(familySeed, "expansion")
	cases, exceptions, without := s.draws(20000), 0, 0
	for range cases {
		p, eta := twoPoint{3 * rng.Float64(), 3 * rng.Float64()}, 3*rng.Float64()
		smallest := min(math.Abs(1-eta*(p.alpha+p.gamma)), math.Abs(1-eta*(p.alpha-p.gamma)))
		switch sufficient := p.gamma > max(p.alpha, 2/eta-p.alpha); {
		case sufficient && smallest <= 1:
			exceptions++
		case !sufficient && p.meanSquareGrowth(eta) > 0 && p.reshuffledGrowth(eta) > 0:
			without++
		}
	}
	s.same("two-point-expansion", "section 4.3", "γ > max(α, 2/η − α) makes every step expand coordinate 2: random (α, γ, η) against it",
		0, float64(exceptions), 0, cases, fmt.Sprintf("only sufficient: %d of them diverge, in mean square and almost surely, without it", without))
}

// stepChanges draws f_B(x⁺) − f_B(x) at x = e₂.
func (p twoPoint) stepChanges(eta float64, n int, rng *rand.Rand) []float64 {
	draws := make([]float64, n)
	for i := range draws {
		a := p.alpha + p.gamma*float64(2*rng.IntN(2)-1)
		factor := 1 - eta*a
		draws[i] = a * (factor*factor - 1) / 2
	}
	return draws
}
