package curvature_test

import (
	"math"

	"eoss/curvature"
)

// recipe compares the full-size network that is given by formulas.
func (s *subject[T]) recipe() {
	coords, err := s.c.Ints("coords")
	s.must(err)
	at := func(x []T) []T {
		var y []T
		for _, i := range coords {
			y = append(y, x[i])
		}
		return y
	}
	v64, norm := s.c.RecipeV()
	v, g, hv := convert[T](v64), make([]T, s.c.P), make([]T, s.c.P)
	s.compareFloats("v_raw_norm", norm)
	s.compare("v_at", at(v))
	s.compare("theta_at", at(s.theta))
	s.compare("x_head", append(append([]T(nil), s.data.X[:8]...), s.data.X[3072:3080]...))
	loss, err := s.o.Gradient(g, s.theta, s.data)
	s.must(err)
	s.compareFloats("loss", loss)
	s.compareFloats("grad_norm2", curvature.Dot(g, g))
	s.compare("grad_at", at(g))
	f, l := make([]T, s.c.N*s.c.Outputs), make([]T, s.c.N)
	s.must(s.o.Evaluate(f, l, s.theta, s.data))
	s.compare("outputs", f)
	h := s.hessian(s.data)
	h.Apply(hv, v)
	s.compare("hvp_at", at(hv))
	s.compareFloats("v_dot_hvp", curvature.Dot(v, hv))
	s.compareFloats("hvp_norm2", curvature.Dot(hv, hv))
	s.recipeSpectrum(h)
	p := s.o.NewProbe()
	var bl, gg, gHg []float64
	for _, b := range s.batches {
		st, err := p.Along(s.theta, b)
		s.must(err)
		bl, gg, gHg = append(bl, st.Loss), append(gg, st.GG), append(gHg, st.GHG)
	}
	s.compareFloats("batch_loss", bl...)
	s.compareFloats("batch_gg", gg...)
	s.compareFloats("batch_gHg", gHg...)
	s.compareFloats("batch_sharpness", (gHg[0]+gHg[1]+gHg[2]+gHg[3])/(gg[0]+gg[1]+gg[2]+gg[3]))
	s.compareFloats("batch_sharpness_mean_ratio", (gHg[0]/gg[0]+gHg[1]/gg[1]+gHg[2]/gg[2]+gHg[3]/gg[3])/4)
	for _, key := range s.c.Keys() {
		if key != "meta" && key != "batches" && key != "coords" && !s.checked[key] {
			s.Errorf("%s: nothing computes this key", key)
		}
	}
}

// recipeSpectrum: the reference's eigenvalues are good to 1e-10, and residual²/gap of a pair converged to 1e-4
// is far below the 1e-6 asked for.
func (s *subject[T]) recipeSpectrum(h *curvature.Matrix[T]) {
	e, err := curvature.Lanczos(h, curvature.EigenOptions[T]{K: 2, Tol: 1e-4})
	s.must(err)
	tol := math.Max(s.tol, 1e-6)
	s.within("lambda_max", []T{T(e.Values[0])}, s.want("lambda_max"), tol)
	s.within("lambda_2", []T{T(e.Values[1])}, s.want("lambda_2"), tol)
	s.Logf("λmax %.9g after %d products, residual %.1e", e.Values[0], e.Products, e.Residuals[0])
}
