package quadratic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"eoss/experiments"
	"eoss/internal/fit"
)

// meanTracyWidom is the mean of the Tracy–Widom law, β = 1.
const meanTracyWidom = -1.2065335745820

// WishartGap returns d/b + 2√(d/b), by which λmax of the mean of b matrices xxᵀ, x ~ N(0, I_d), exceeds 1 as d and b grow.
func WishartGap(d, b float64) float64 { return d/b + 2*math.Sqrt(d/b) }

// finiteWishartGap adds Johnstone's finite-size centring (2001) and the mean of the Tracy–Widom law.
func finiteWishartGap(d, b float64) float64 {
	roots := math.Sqrt(b-1) + math.Sqrt(d)
	return (roots*roots+meanTracyWidom*roots*math.Cbrt(1/math.Sqrt(b-1)+1/math.Sqrt(d)))/b - 1
}

// spikedGap returns ℓd/((ℓ−1)b), by which λmax exceeds ℓ when one eigenvalue of the covariance is ℓ > 1 + √(d/b).
func spikedGap(l, d, b float64) float64 { return l * d / ((l - 1) * b) }

// averagedTop draws λmax of (1/b) Σ xxᵀ, x ~ N(0, diag(ℓ, 1, …, 1)) in d dimensions, and the sample variance along the spike, whose
// mean is ℓ. Householder reflections that fix the first coordinate make the d×b matrix of the x lower
// bidiagonal, with independent χ_b, χ_{b−1}, … on its diagonal (the first times √ℓ) and χ_{d−1}, χ_{d−2}, … below it.
func averagedTop(l float64, d, b int, rng *rand.Rand) (top, spike float64) {
	m := min(d, b)
	diagonal, below := make([]float64, m), make([]float64, m)
	for i := range m {
		diagonal[i] = chi(b-i, rng)
		if i < d-1 {
			below[i] = chi(d-1-i, rng)
		}
	}
	diagonal[0] *= math.Sqrt(l)
	return largestSingularSquare(diagonal, below) / float64(b), diagonal[0] * diagonal[0] / float64(b)
}

func chi(k int, rng *rand.Rand) float64 {
	return math.Sqrt(distuv.ChiSquared{K: float64(k), Src: rng}.Rand())
}

// largestSingularSquare returns λmax of BᵀB, tridiagonal, by bisection on the sign of its leading minors (Sturm).
func largestSingularSquare(diagonal, below []float64) float64 {
	m := len(diagonal)
	hi := 0.0
	for i := range m { // λmax ≤ the largest absolute row sum
		row := diagonal[i]*diagonal[i] + below[i]*below[i]
		if i > 0 {
			row += below[i-1] * diagonal[i]
		}
		if i < m-1 {
			row += below[i] * diagonal[i+1]
		}
		hi = max(hi, row)
	}
	exceeds := func(x float64) bool { // is λmax > x?
		q := math.Inf(1)
		for i := range m {
			off := 0.0
			if i > 0 {
				off = below[i-1] * diagonal[i]
			}
			q = diagonal[i]*diagonal[i] + below[i]*below[i] - x - off*off/q
			if q >= 0 {
				return true
			}
		}
		return false
	}
	lo := 0.0
	for hi-lo > 1e-13*hi {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if exceeds(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// gapPoint is one simulated gap of λmax, with its 95 % half width.
type gapPoint struct{ b, gap, half float64 }

// gaps simulates E λmax − ℓ; the sample variance along a spike, whose mean is known, takes most of the noise away.
func gaps(l float64, d int, sizes []int, n int, rng *rand.Rand) []gapPoint {
	var all []gapPoint
	for _, b := range sizes {
		draws := make([]float64, n)
		for i := range draws {
			top, spike := averagedTop(l, d, b, rng)
			if l > 1 {
				draws[i] = top - spike
			} else {
				draws[i] = top - 1
			}
		}
		mean, half := fit.Mean(draws)
		all = append(all, gapPoint{float64(b), mean, half})
	}
	return all
}

const dimension = 256

func wishart(s *simulation) error {
	const d = float64(dimension)
	n := s.draws(400)
	free := gaps(1, dimension, []int{4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384}, n, random(s.Seed, "Wishart"))
	for _, at := range []int{2, 4, 6, 10} { // b = d/16, d/4, d, 16d
		p := free[at]
		s.add(Fact{ID: fmt.Sprintf("wishart-gap-%d", int(p.b)), Source: "section 5.3, " + sourceF, Tolerance: 0.02 * p.gap, N: n,
			Statement: fmt.Sprintf("λmax of the mean of b = %d matrices xxᵀ, d = %d, exceeds 1 by d/b + 2√(d/b), less a finite-size term", int(p.b), dimension),
			Exact:     experiments.Real(finiteWishartGap(d, p.b)), Simulated: interval(p.gap, p.gap-p.half, p.gap+p.half),
			Note: fmt.Sprintf("d/b + 2√(d/b) = %.4g is the limit of large d and b; with the mean of the Tracy–Widom law, good to 2 %%", WishartGap(d, p.b))})
	}
	s.wishartSlopes(free, n)

	const l = 4
	spiked := gaps(l, dimension, []int{64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384}, n, random(s.Seed, "spiked"))
	p := spiked[4]
	s.add(Fact{ID: "spiked-gap", Source: sourceF, Tolerance: 0.02 * p.gap, N: n,
		Statement: fmt.Sprintf("with one eigenvalue ℓ = 4 in the covariance, λmax exceeds ℓ by ℓd/((ℓ−1)b), b = %d", int(p.b)),
		Exact:     experiments.Real(spikedGap(l, d, p.b)), Simulated: interval(p.gap, p.gap-p.half, p.gap+p.half),
		Note: "a limit: good to 2 %; the sample variance along the spike is a control variate"})
	from, to := spiked[2], spiked[8]
	value, half := slope(from.b, from.gap, from.half, to.b, to.gap, to.half)
	s.add(Fact{ID: "spiked-slope", Source: sourceF, Statement: "above the threshold 1 + √(d/b) that gap has slope −1 in b", Exact: -1, Tolerance: 0.02,
		Simulated: interval(value, value-half, value+half), N: n, Note: "b = d … 64d; this is the 1/b of a fixed network whose λmax stands out"})
	s.figures = append(s.figures, s.gapFigure(free, spiked, l, n))
	return nil
}

// wishartSlopes compares the local slopes: −1 at b ≪ d/4, −¾ at b = d/4, −½ at b ≫ d/4.
func (s *simulation) wishartSlopes(free []gapPoint, n int) {
	const d = float64(dimension)
	for _, r := range []struct {
		id, where string
		at        int
	}{
		{"wishart-slope-small", "b ≪ d/4, towards −1", 1},
		{"wishart-slope-crossing", "b = d/4, where the two terms are equal: −¾", 4},
		{"wishart-slope-large", "b ≫ d/4, towards −½", 11},
	} {
		from, to := free[r.at-1], free[r.at+1]
		exact, _ := slope(from.b, WishartGap(d, from.b), 0, to.b, WishartGap(d, to.b), 0)
		value, half := slope(from.b, from.gap, from.half, to.b, to.gap, to.half)
		s.add(Fact{ID: r.id, Source: "section 5.3, " + sourceF, Statement: "slope of the gap d/b + 2√(d/b) at " + r.where, Exact: experiments.Real(exact),
			Tolerance: 0.05, Simulated: interval(value, value-half, value+half), N: n,
			Note: fmt.Sprintf("from b = %d to %d, d = %d; tolerance for finite size", int(from.b), int(to.b), dimension)})
	}
}
