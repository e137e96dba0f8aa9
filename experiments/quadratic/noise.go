package quadratic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// DirectionalMap returns the matrix of M ↦ (I−ηA)M(I−ηA) + η²N(M) for noise with the covariance of mini-batch gradients,
// N(M) = (E[A_i M A_i] − A M A)·share/b, on centred samples. share is 1 with replacement, (n−b)/(n−1) without.
func (f Family) DirectionalMap(eta float64, b int, share float64) *mat.Dense {
	d := f.Dim()
	a := f.Mean().A
	noise, k := mat.NewDense(d*d, d*d, nil), new(mat.Dense)
	for _, q := range f {
		k.Kronecker(q.A, q.A)
		noise.Add(noise, k)
	}
	noise.Scale(1/float64(len(f)), noise)
	k.Kronecker(a, a)
	noise.Sub(noise, k)
	noise.Scale(eta*eta*share/float64(b), noise)
	c := Contraction(a, eta)
	k.Kronecker(c, c)
	noise.Add(noise, k)
	return noise
}

func noise(s *simulation) error {
	const source = "Appendix D"
	f := generalFamily()
	lambda, _ := largest(f.Mean().A)
	n := s.draws(4000)
	sim := root(func(eta float64) []float64 { return fixedNoise(f.Mean().A, eta, n, 16, random(s.Seed, "fixed noise")) }, 1/lambda, 3/lambda)
	s.simulated("noise-fixed", source, "x⁺ − x* = (I − ηA)(x − x*) − ηAζ, ζ independent of x: threshold 2/λmax(A)", 2/lambda, sim, n,
		"there the variance along the top eigenvector grows as that of a random walk: V(32) = 2 V(16)")

	const b = 2
	with := func(eta float64) *mat.Dense { return f.DirectionalMap(eta, b, 1) }
	share := float64(len(f)-b) / float64(len(f)-1)
	without := func(eta float64) *mat.Dense { return f.DirectionalMap(eta, b, share) }
	eta := 1 / lambda
	s.same("noise-directional-map", source, "directional noise, covariance S/b, has the second-moment map of SGD with replacement: largest difference",
		0, difference(with(eta), f.Repeated(b).SecondMomentMap(eta)), 1e-12, 0, "36 mini-batches of 2 of 6 samples")
	s.same("noise-without-map", source, "times (n−b)/(n−1) it has that of mini-batches without repetition", 0,
		difference(without(eta), f.Distinct(b).SecondMomentMap(eta)), 1e-12, 0, "15 mini-batches")

	edge := EdgeMeanSquare(with)
	start := stationary(with(edge), 2)
	m := s.draws(20000)
	sim = root(func(eta float64) []float64 {
		return directionalNoise(f, eta, b, start, m, 2, random(s.Seed, "directional noise"))
	}, 0.7*edge, 1.4*edge)
	s.simulated("noise-directional", source, "directional noise: its own threshold, spectral radius 1 of M ↦ (I−ηA)M(I−ηA) + η²N(M)", edge, sim, m,
		fmt.Sprintf("less than 2/λmax(A) = %.4f: this noise depends on x", 2/lambda))
	batches := f.Repeated(b)
	sim = root(func(eta float64) []float64 {
		return squareGrowth(batches, eta, start, m, 2, random(s.Seed, "sgd"))
	}, 0.8*edge, 1.25*edge)
	s.simulated("noise-sgd", source, "mini-batch SGD with replacement has that threshold", edge, sim, m, "")
	return nil
}

func difference(a, b *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(a, b)
	return math.Max(mat.Max(&d), -mat.Min(&d))
}

// fixedNoise draws ⟨x_2T, v₁⟩² − 2⟨x_T, v₁⟩² from x_0 = x* with ζ ~ N(0, I): its mean is zero where the variance grows linearly.
func fixedNoise(a *mat.SymDense, eta float64, n, steps int, rng *rand.Rand) []float64 {
	_, top := largest(a)
	d := a.SymmetricDim()
	v, flat := top.RawVector().Data, mat.DenseCopyOf(a).RawMatrix().Data
	draws, x, noisy := make([]float64, n), make([]float64, d), make([]float64, d)
	for i := range draws {
		clear(x)
		for t := range 2 * steps {
			for r := range noisy {
				noisy[r] = x[r] + rng.NormFloat64()
			}
			for r := range x {
				x[r] -= eta * floats.Dot(flat[r*d:(r+1)*d], noisy)
			}
			if t == steps-1 {
				p := floats.Dot(x, v)
				draws[i] = -2 * p * p
			}
		}
		p := floats.Dot(x, v)
		draws[i] += p * p
	}
	return draws
}

// directionalNoise draws ‖x_T‖² − ‖x_0‖² of x⁺ = x − η(Ax + ζ), ζ = (1/√(nb)) Σ_i (ξ_i − ξ̄)A_i x, on centred samples.
func directionalNoise(f Family, eta float64, b int, start *mat.SymDense, n, steps int, rng *rand.Rand) []float64 {
	d, samples := f.Dim(), float64(len(f))
	hessians := make([][]float64, len(f))
	for i, q := range f {
		hessians[i] = mat.DenseCopyOf(q.A).RawMatrix().Data
	}
	draw := startWith(start)
	growth, x, next := make([]float64, n), make([]float64, d), make([]float64, d)
	xi, mixed := make([]float64, len(f)), make([]float64, d*d)
	for i := range growth {
		draw(x, rng)
		before := square(x)
		for range steps {
			for j := range xi {
				xi[j] = rng.NormFloat64()
			}
			mean := average(xi)
			clear(mixed) // A + (1/√(nb)) Σ (ξ_i − ξ̄)A_i
			for j, a := range hessians {
				floats.AddScaled(mixed, 1/samples+(xi[j]-mean)/math.Sqrt(samples*float64(b)), a)
			}
			for r := range next {
				next[r] = x[r] - eta*floats.Dot(mixed[r*d:(r+1)*d], x)
			}
			x, next = next, x
		}
		growth[i] = square(x) - before
	}
	return growth
}
