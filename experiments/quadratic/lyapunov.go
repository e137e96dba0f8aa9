package quadratic

import "math"

// angles is the grid of the projective line; the exponent then has errors of 1e-5 and less.
const angles = 1440

// Lyapunov returns the exponent lim (1/t) log‖x_t‖ of x_{t+1} = (I − ηA_B)x_t in two dimensions: the mean of
// ψ(u) = E log‖(I − ηA_B)u‖ over the stationary law of the direction u. That law is not needed: Pᵏψ, where
// (Pψ)(u) = E ψ((I − ηA_B)u), tends to a constant, the exponent, if the A_B share no direction.
func (f Family) Lyapunov(eta float64) float64 {
	type image struct {
		cell int
		frac float64
	}
	to := make([]image, 0, angles*len(f))
	psi := make([]float64, angles)
	for i := range psi {
		sin, cos := math.Sincos(math.Pi * float64(i) / angles)
		for _, q := range f {
			x := cos - eta*(q.A.At(0, 0)*cos+q.A.At(0, 1)*sin)
			y := sin - eta*(q.A.At(1, 0)*cos+q.A.At(1, 1)*sin)
			psi[i] += math.Log(math.Hypot(x, y)) / float64(len(f))
			whole, frac := math.Modf((math.Atan2(y, x)/math.Pi + 1) * angles)
			to = append(to, image{int(whole) % angles, frac})
		}
	}
	for range 1000 {
		next := make([]float64, angles)
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range next {
			for _, t := range to[i*len(f) : (i+1)*len(f)] {
				a, b := psi[t.cell], psi[(t.cell+1)%angles]
				next[i] += a + t.frac*(b-a)
			}
			next[i] /= float64(len(f))
			lo, hi = min(lo, next[i]), max(hi, next[i])
		}
		psi = next
		if hi-lo < 1e-9 {
			return (lo + hi) / 2
		}
	}
	return math.NaN()
}

// EdgeAlmostSure returns η_as: the first step size, going up from one that is stable, at which the Lyapunov exponent is
// zero. (A larger step size can be stable again: 1 − ηa vanishes at η = 1/a.)
func EdgeAlmostSure(exponent func(eta float64) float64, stable float64) float64 {
	for eta := stable; eta < 100*stable; eta *= 1.02 {
		if exponent(1.02*eta) > 0 {
			return bisect(exponent, eta, 1.02*eta)
		}
	}
	return math.NaN()
}
