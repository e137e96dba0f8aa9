package curvature_test

import (
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
		{"ntk_top fim_top batch_ntk_top", (*subject[T]).kernels},
		{"per_sample_grad_var_diag per_sample_grad_var_trace", (*subject[T]).variance},
		{"directional_noise", (*subject[T]).noise},
		{"one_step_theta", (*subject[T]).step},
	}
}

// inputKeys are read, not computed.
const inputKeys = "meta x y_onehot labels theta v vs batches xi"

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
		for _, k := range strings.Fields(inputKeys) {
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

// dense applies H, in one chunk because that is fastest, to every basis vector: a P×P matrix, and the exact trace.
func (s *subject[T]) dense() {
	chunk := s.o.Chunk
	s.o.Chunk = s.c.N
	h := s.hessian(s.data)
	s.o.Chunk = chunk
	var rows []T
	e, row, trace := make([]T, s.c.P), make([]T, s.c.P), 0.0
	for p := range s.c.P {
		e[p] = 1
		h.Apply(row, e)
		e[p] = 0
		trace += float64(row[p])
		if s.c.Has("hessian") {
			rows = append(rows, row...)
		}
	}
	if s.c.Has("hessian") {
		s.compare("hessian", rows)
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

// sharpness compares each batch, and the estimators over the list of the case's batches.
func (s *subject[T]) sharpness() {
	p, full, hg := s.o.NewProbe(), s.hessian(s.data), make([]T, s.c.P)
	var loss, gg, gHg, gHfull []float64
	for _, b := range s.batches {
		st, err := p.Along(s.theta, b)
		s.must(err)
		full.Apply(hg, p.Gradient())
		loss, gg, gHg = append(loss, st.Loss), append(gg, st.GG), append(gHg, st.GHG)
		gHfull = append(gHfull, curvature.Dot(p.Gradient(), hg))
	}
	s.compareFloats("batch_loss", loss...)
	s.compareFloats("batch_gg", gg...)
	s.compareFloats("batch_gHg", gHg...)
	s.compareFloats("batch_gHfull_g", gHfull...)
	sharp, err := p.BatchSharpness(s.theta, s.data, s.list)
	s.must(err)
	s.compareFloats("batch_sharpness", sharp.Ratio.Mean)
	s.compareFloats("batch_sharpness_mean_ratio", sharp.MeanRatio.Mean)
	ias, err := p.IAS(full, s.list)
	s.must(err)
	s.compareFloats("ias", ias.Plain.Mean)
}

func (s *subject[T]) must2(_ float64, err error) { s.must(err) }

func (s *subject[T]) batchSpectrum() {
	l, err := s.o.NewProbe().BatchLambdaMax(curvature.Hessian, s.theta, s.data, s.list, tight[T](1))
	s.must(err)
	s.compareFloats("batch_lmax", l.Values...)
	s.compareFloats("lambda_b_max", l.Mean.Mean)
}

// kernels takes JJᵀ over all samples and over each batch, and JᵀJ by itself.
func (s *subject[T]) kernels() {
	p := s.o.NewProbe()
	for key, k := range map[string]curvature.Kind{"ntk_top": curvature.NTK, "fim_top": curvature.Fisher} {
		e, err := p.Top(k, s.theta, s.data, tight[T](1))
		s.must(err)
		s.compareFloats(key, e.Values[0])
	}
	for _, k := range []curvature.Kind{curvature.NTK, curvature.Fisher} {
		l, err := p.BatchLambdaMax(k, s.theta, s.data, s.list, tight[T](1))
		s.must(err)
		s.compareFloats("batch_ntk_top", l.Values...)
	}
}

func (s *subject[T]) variance() {
	diag, grad := make([]T, s.c.P), make([]T, s.c.P)
	trace, err := s.o.GradientVariance(diag, grad, s.theta, s.data)
	s.must(err)
	s.compare("per_sample_grad_var_diag", diag)
	s.compareFloats("per_sample_grad_var_trace", trace)
	s.compare("grad", grad)
}

func (s *subject[T]) noise() {
	noise := make([]T, s.c.P)
	s.must(s.o.DirectionalNoise(noise, s.theta, s.want("xi"), s.c.B, s.data))
	s.compare("directional_noise", noise)
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
