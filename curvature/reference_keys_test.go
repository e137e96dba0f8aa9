package curvature_test

import (
	"math"
	"strings"

	"eoss/curvature"
	"eoss/graph"
)

// quantity computes some of a case's keys.
type quantity[T graph.Float] struct {
	keys  string
	check func(s *subject[T])
}

// quantities lists every key of a stored case that is computed here.
func quantities[T graph.Float]() []quantity[T] {
	return []quantity[T]{
		{"outputs per_sample_loss loss", (*subject[T]).outputs},
		{"grad", (*subject[T]).gradient},
		{"hvp hvps", (*subject[T]).products},
		{"ggn_v", (*subject[T]).gaussNewton},
		{"hessian trace", (*subject[T]).dense},
		{"eigvals_top5 eigval_min top_eigvec", (*subject[T]).spectrum},
		{"batch_loss batch_gg batch_gHg batch_gHfull_g batch_sharpness batch_sharpness_mean_ratio ias", (*subject[T]).sharpness},
		{"batch_lmax lambda_b_max", (*subject[T]).batchSpectrum},
		{"one_step_theta", (*subject[T]).step},
	}
}

// inputKeys are read, not computed; laterKeys wait for the measurement that computes them.
var (
	inputKeys = "meta x y_onehot labels theta v vs batches xi"
	laterKeys = "batch_ntk_top ntk_top fim_top per_sample_grad_var_diag per_sample_grad_var_trace directional_noise"
)

func (s *subject[T]) allKeysChecked() {
	for _, q := range quantities[T]() {
		for _, key := range strings.Fields(q.keys) {
			if s.c.Has(key) && !s.checked[key] {
				s.Errorf("%s is listed but was not compared", key)
			}
		}
	}
	for _, key := range s.c.Keys() {
		known := strings.HasPrefix(key, "param/")
		for _, k := range strings.Fields(inputKeys + " " + laterKeys) {
			known = known || k == key
		}
		if !known && !s.checked[key] {
			s.Errorf("%s: nothing computes this key", key)
		}
	}
}

func (s *subject[T]) outputs() {
	f, l := make([]T, s.c.N*s.c.Outputs), make([]T, s.c.N)
	s.must(s.o.Evaluate(f, l, s.theta, s.data))
	s.compare("outputs", f)
	s.compare("per_sample_loss", l)
	loss, _, err := s.o.Loss(s.theta, s.data)
	s.must(err)
	s.compareFloats("loss", loss)
}

func (s *subject[T]) gradient() {
	g := make([]T, s.c.P)
	loss, err := s.o.Gradient(g, s.theta, s.data)
	s.must(err)
	s.compare("grad", g)
	s.compareFloats("loss", loss)
}

func (s *subject[T]) hessian(d curvature.Data[T]) *curvature.Matrix[T] {
	h, err := s.o.Hessian(d)
	s.must(err)
	s.must(h.Linearize(s.theta))
	return h
}

func (s *subject[T]) products() {
	h, dst := s.hessian(s.data), make([]T, s.c.P)
	h.Apply(dst, convert[T](s.want("v")))
	s.compare("hvp", dst)
	vs, got := s.want("vs"), make([]T, 3*s.c.P)
	for k := range 3 {
		v := make([]T, s.c.P)
		for p := range v {
			v[p] = T(vs[p*3+k])
		}
		h.Apply(dst, v)
		for p := range v {
			got[p*3+k] = dst[p]
		}
	}
	s.compare("hvps", got)
}

func (s *subject[T]) gaussNewton() {
	g, err := s.o.GaussNewton(s.data)
	s.must(err)
	s.must(g.Linearize(s.theta))
	dst := make([]T, s.c.P)
	g.Apply(dst, convert[T](s.want("v")))
	s.compare("ggn_v", dst)
}

// dense applies H to every basis vector: a P×P matrix, and the exact trace.
func (s *subject[T]) dense() {
	chunk := s.o.Chunk
	s.o.Chunk = s.c.N // thousands of products: one program for each
	h, e, row, trace := s.hessian(s.data), make([]T, s.c.P), make([]T, s.c.P), 0.0
	s.o.Chunk = chunk
	var got []T
	for p := range s.c.P {
		e[p] = 1
		h.Apply(row, e)
		e[p] = 0
		trace += float64(row[p])
		if s.c.Has("hessian") {
			got = append(got, row...)
		}
	}
	if s.c.Has("hessian") {
		s.compare("hessian", got)
	}
	s.compareFloats("trace", trace)
}

// tight asks Lanczos for all that the precision holds.
func tight[T graph.Float](k int) curvature.EigenOptions[T] {
	o := curvature.EigenOptions[T]{K: k, Tol: 1e-12, Basis: 200, MaxProducts: 4000}
	if graph.DtypeOf[T]().Size() == 4 {
		o.Tol, o.MaxProducts = 1e-6, 600
	}
	return o
}

func (s *subject[T]) spectrum() {
	h, k := s.hessian(s.data), min(5, s.c.P)
	e, err := curvature.Lanczos(h, tight[T](k))
	s.must(err)
	s.compareFloats("eigvals_top5", e.Values...)
	low, err := curvature.Lanczos(negated[T]{h}, tight[T](1))
	s.must(err)
	s.compareFloats("eigval_min", -low.Values[0])
	s.eigenvector(e.Vectors[0])
}

func (s *subject[T]) eigenvector(got []T) {
	want := s.want("top_eigvec")
	if curvature.Dot(got, convert[T](want)) < 0 {
		for i := range want {
			want[i] = -want[i]
		}
	}
	s.within("top_eigvec", got, want, s.vectorTol)
}

// negated is −A: its largest eigenvalue is minus A's smallest.
type negated[T graph.Float] struct{ curvature.Operator[T] }

func (n negated[T]) Apply(dst, x []T) {
	n.Operator.Apply(dst, x)
	for i := range dst {
		dst[i] = -dst[i]
	}
}

func (s *subject[T]) sharpness() {
	p, full, hg := s.o.NewProbe(), s.hessian(s.data), make([]T, s.c.P)
	var loss, gg, gHg, gHfull []float64
	var ratio, mean, ias float64
	for _, b := range s.batches {
		st, err := p.Along(s.theta, b)
		s.must(err)
		full.Apply(hg, p.Gradient())
		loss, gg, gHg = append(loss, st.Loss), append(gg, st.GG), append(gHg, st.GHG)
		gHfull = append(gHfull, curvature.Dot(p.Gradient(), hg))
		mean += st.Sharpness() / float64(s.c.K)
	}
	sum := func(x []float64) (t float64) {
		for _, v := range x {
			t += v
		}
		return t
	}
	ratio = sum(gHg) / sum(gg)
	s.must2(s.o.Gradient(hg, s.theta, s.data))
	ias = sum(gHfull) / float64(s.c.K) / curvature.Dot(hg, hg)
	s.compareFloats("batch_loss", loss...)
	s.compareFloats("batch_gg", gg...)
	s.compareFloats("batch_gHg", gHg...)
	s.compareFloats("batch_gHfull_g", gHfull...)
	s.compareFloats("batch_sharpness", ratio)
	s.compareFloats("batch_sharpness_mean_ratio", mean)
	s.compareFloats("ias", ias)
}

func (s *subject[T]) must2(_ float64, err error) { s.must(err) }

func (s *subject[T]) batchSpectrum() {
	var top []float64
	mean := 0.0
	for _, b := range s.batches {
		e, err := curvature.Lanczos(s.hessian(b), tight[T](1))
		s.must(err)
		top = append(top, e.Values[0])
		mean += e.Values[0] / float64(s.c.K)
	}
	s.compareFloats("batch_lmax", top...)
	s.compareFloats("lambda_b_max", mean)
}

func (s *subject[T]) step() {
	g := make([]T, s.c.P)
	s.must2(s.o.Gradient(g, s.theta, s.batches[0]))
	next := append([]T(nil), s.theta...)
	curvature.Axpy(T(-s.c.Step), g, next)
	s.compare("one_step_theta", next)
	copy(next, s.theta)
	for _, chunk := range []int{1, s.c.B} { // through the gradient, and in place
		s.o.Chunk = chunk
		copy(next, s.theta)
		s.must2(s.o.NewDescent(s.c.Step).Step(next, s.batches[0]))
		s.compare("one_step_theta", next)
	}
}

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
