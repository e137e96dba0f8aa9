package quadratic

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// familySeed is of the families themselves: with another Options.Seed only the simulations change.
const familySeed = 1

// generalFamily is six samples in the plane; its mini-batches are the 15 pairs.
func generalFamily() Family { return randomFamily(random(familySeed, "general"), 6, 2, true) }

func generalEdges(s *simulation) error {
	f := generalFamily().Distinct(2)
	oneStep, v := f.EdgeOneStep()
	square := EdgeMeanSquare(f.SecondMomentMap)
	sure := EdgeAlmostSure(f.Lyapunov, square)
	fullBatch, _ := largest(f.Mean().A)

	n := s.draws(20000)
	sim := root(func(eta float64) []float64 { return lossChanges(f, v, eta, n, s.Seed) }, 0.5*oneStep, 2*oneStep)
	s.simulated("general-one-step", "equation 4", "η₄ = 2/sup_v vᵀE[A_B³]v / vᵀE[A_B²]v: the mean one-step change of f_B at the maximising v vanishes",
		oneStep, sim, n, fmt.Sprintf("6 samples, d = 2, b = 2; the full batch would say 2/λmax = %.4f", 2/fullBatch))

	start := stationary(f.SecondMomentMap(square), 2)
	sim = root(func(eta float64) []float64 {
		return squareGrowth(f, eta, start, n, 2, random(s.Seed, "general mean square"))
	}, 0.8*square, 1.25*square)
	s.simulated("general-mean-square", "section 4.2", "η_ms: the spectral radius of E[(I − ηA_B)⊗(I − ηA_B)] is 1; E‖x_2‖² = E‖x_0‖² in simulation",
		square, sim, n, "E[x_0x_0ᵀ] is what the second-moment map only scales")

	chains := s.draws(200)
	sim = root(func(eta float64) []float64 {
		return logGrowth(f, eta, chains, 500, random(s.Seed, "general almost sure"))
	}, 0.8*sure, 1.25*sure)
	s.simulated("general-almost-sure", "section 4.2", "η_as: the Lyapunov exponent of random products of I − ηA_B is 0 (exactly: transfer operator on the directions)",
		sure, sim, chains, "chains of 500 steps")

	violations, families := ordering(s.draws(200))
	s.same("general-order", "section 4.2", "η₄ ≤ η_ms ≤ η_as for positive semidefinite A_B: random families against it",
		0, float64(violations), 0, families, "equation 4 bounds one step; mean square, then almost sure divergence come later: the Lyapunov exponent at η_ms is not positive")
	return nil
}

// lossChanges draws f_B(x − η∇f_B(x)) − f_B(x).
func lossChanges(f Family, x *mat.VecDense, eta float64, n int, seed uint64) []float64 {
	rng := random(seed, "loss change")
	change := make([]float64, len(f))
	for i, q := range f {
		change[i] = q.Value(q.Step(x, eta)) - q.Value(x)
	}
	draws := make([]float64, n)
	for i := range draws {
		draws[i] = change[rng.IntN(len(f))]
	}
	return draws
}

// ordering counts random families in the plane whose thresholds are not in order.
func ordering(families int) (violations, n int) {
	rng := random(familySeed, "ordering")
	for range families {
		f := randomFamily(rng, 2+rng.IntN(4), 2, true)
		oneStep, _ := f.EdgeOneStep()
		square := EdgeMeanSquare(f.SecondMomentMap)
		// With the exponent not positive at η_ms, η_as is no smaller.
		if !(oneStep <= square*(1+1e-9) && f.Lyapunov(square) <= 1e-6) {
			violations++
		}
	}
	return violations, families
}
