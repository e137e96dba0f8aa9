package quadratic

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// EdgeOneStep returns η₄ = 2/sup_v (vᵀE[A_B³]v / vᵀE[A_B²]v) and the maximising v (equation 4): the largest step size with
// E[f_B(x⁺)] ≤ E[f_B(x)] at every x, when b_i = 0.
func (f Family) EdgeOneStep() (eta float64, v *mat.VecDense) {
	d := f.Dim()
	square, cube := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil)
	for _, q := range f {
		square.AddSym(square, power(q.A, 2))
		cube.AddSym(cube, power(q.A, 3))
	}
	root := power(square, -0.5) // vᵀE[A²]v = |u|² for v = E[A²]^(−½)u
	var product mat.Dense
	product.Product(root, cube, root)
	lambda, u := largest(symmetric(&product))
	v = new(mat.VecDense)
	v.MulVec(root, u)
	v.ScaleVec(1/mat.Norm(v, 2), v)
	return 2 / lambda, v
}

func symmetric(a mat.Matrix) *mat.SymDense {
	d, _ := a.Dims()
	s := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			s.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
	}
	return s
}

// power returns Aᵖ.
func power(a mat.Symmetric, p float64) *mat.SymDense {
	e, v := eigen(a)
	sum := mat.NewSymDense(len(e), nil)
	for i, lambda := range e {
		sum.SymRankOne(sum, math.Pow(lambda, p), v.ColView(i))
	}
	return sum
}

// Contraction returns I − ηA.
func Contraction(a mat.Matrix, eta float64) *mat.Dense {
	var c mat.Dense
	c.Scale(-eta, a)
	d, _ := a.Dims()
	for i := range d {
		c.Set(i, i, c.At(i, i)+1)
	}
	return &c
}

// SecondMomentMap returns the d²×d² matrix E[(I − ηA_B)⊗(I − ηA_B)], which takes E[xxᵀ] to that of the next step.
func (f Family) SecondMomentMap(eta float64) *mat.Dense {
	d := f.Dim()
	sum := mat.NewDense(d*d, d*d, nil)
	var k mat.Dense
	for _, q := range f {
		c := Contraction(q.A, eta)
		k.Kronecker(c, c)
		sum.Add(sum, &k)
	}
	sum.Scale(1/float64(len(f)), sum)
	return sum
}

// SpectralRadius returns the largest modulus of an eigenvalue.
func SpectralRadius(a mat.Matrix) float64 {
	var e mat.Eigen
	if !e.Factorize(a, mat.EigenNone) {
		return math.NaN()
	}
	radius := 0.0
	for _, z := range e.Values(nil) {
		radius = math.Max(radius, cmplx.Abs(z))
	}
	return radius
}

// EdgeMeanSquare returns η_ms, at which E‖x_t‖² neither grows nor decays: the spectral radius of secondMoment(η) is 1.
// Bisection finds it because the stable step sizes are one interval: P − E[(I−ηA)P(I−ηA)] = η(E[AP + PA] − ηE[APA]),
// and where that is positive definite for some P > 0 it stays so for every smaller η.
func EdgeMeanSquare(secondMoment func(eta float64) *mat.Dense) float64 {
	growth := func(eta float64) float64 { return SpectralRadius(secondMoment(eta)) - 1 }
	hi := 1.0
	for growth(hi) < 0 {
		hi *= 2
	}
	lo := hi / 2
	for growth(lo) > 0 {
		lo /= 2
	}
	return bisect(growth, lo, hi)
}

// stationary returns the E[xxᵀ] of trace 1 that the map only scales, at its spectral radius: power iteration from I, which
// converges because the map preserves the cone of positive semidefinite matrices.
func stationary(secondMoment *mat.Dense, d int) *mat.SymDense {
	v := mat.NewVecDense(d*d, nil)
	for i := range d {
		v.SetVec(i*d+i, 1/float64(d))
	}
	for range 2000 {
		next := new(mat.VecDense)
		next.MulVec(secondMoment, v)
		trace := 0.0
		for i := range d {
			trace += next.AtVec(i*d + i)
		}
		next.ScaleVec(1/trace, next)
		v = next
	}
	return symmetric(mat.NewDense(d, d, v.RawVector().Data))
}

// bisect returns the x between lo and hi at which f goes from negative to positive; NaN if it does not.
func bisect(f func(float64) float64, lo, hi float64) float64 { return bisectFor(60, f, lo, hi) }

// bisectFor halves the bracket that many times.
func bisectFor(halvings int, f func(float64) float64, lo, hi float64) float64 {
	if !(f(lo) <= 0 && f(hi) >= 0) {
		return math.NaN()
	}
	for range halvings {
		if mid := (lo + hi) / 2; f(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
