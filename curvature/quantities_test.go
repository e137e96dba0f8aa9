package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
	"eoss/models"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// batchFacts is a batch's loss, gradient and matrices, dense.
type batchFacts struct {
	d      curvature.Data[float64]
	loss   float64
	g      *mat.VecDense
	h, gn  *mat.SymDense
	fisher *mat.SymDense
}

func (s small[T]) symmetric(t *testing.T, k curvature.Kind, d curvature.Data[T]) *mat.SymDense {
	a := flat(dense[T](s.at(t, k, d)))
	return mat.NewSymDense(int(math.Sqrt(float64(len(a)))), a)
}

func facts(t *testing.T, s small[float64], d curvature.Data[float64]) batchFacts {
	t.Helper()
	b := batchFacts{d: d, g: mat.NewVecDense(len(s.theta), nil)}
	var err error
	b.loss, err = s.o.Gradient(b.g.RawVector().Data, s.theta, d)
	noError(t, err)
	b.h, b.gn = s.symmetric(t, curvature.Hessian, d), s.symmetric(t, curvature.GaussNewton, d)
	b.fisher = s.symmetric(t, curvature.Fisher, d)
	return b
}

func topOf(t *testing.T, a mat.Symmetric) float64 {
	t.Helper()
	var e mat.EigenSym
	if !e.Factorize(a, false) {
		t.Fatal("a dense eigenproblem did not converge")
	}
	v := e.Values(nil)
	return v[len(v)-1]
}

func mean(bs []batchFacts, f func(b batchFacts) float64) (m float64) {
	for _, b := range bs {
		m += f(b) / float64(len(bs))
	}
	return m
}

// enumerated is a small network, all its batches of 3 and the whole of it.
type enumerated struct {
	small[float64]
	p     *curvature.Probe[float64]
	all   curvature.Sampling
	bs    []batchFacts
	whole batchFacts
}

func enumerate(t *testing.T, loss string) enumerated {
	t.Helper()
	spec := models.Spec{Name: "mlp", Input: []int{3}, Outputs: 2, Widths: []int{3}, Activation: "silu"}
	e := enumerated{small: newSmall[float64](t, spec, loss, 6, 8), all: curvature.Sampling{List: subsets(6, 3)}}
	e.p = e.o.NewProbe()
	for _, idx := range e.all.List {
		e.bs = append(e.bs, facts(t, e.small, e.data.Gather(curvature.Data[float64]{}, idx)))
	}
	e.whole = facts(t, e.small, e.data)
	return e
}

// TestAgainstDense: every measure over mini-batches, averaged over all batches, equals the formula evaluated with
// dense matrices; in one chunk and in several.
func TestAgainstDense(t *testing.T) {
	for _, loss := range models.Losses {
		e := enumerate(t, loss)
		for _, chunk := range []int{6, 2} {
			e.o.Chunk = chunk
			e.p = e.o.NewProbe()
			t.Run(loss, func(t *testing.T) {
				e.sharpness(t)
				e.ias(t)
				e.lambda(t)
				e.momentum(t)
				e.contraction(t)
			})
		}
	}
}

func (e enumerated) sharpness(t *testing.T) {
	gg := mean(e.bs, func(b batchFacts) float64 { return mat.Dot(b.g, b.g) })
	for name, c := range map[string]struct {
		measure func([]float64, curvature.Data[float64], curvature.Sampling) (curvature.BatchSharpness, error)
		a       func(b batchFacts) *mat.SymDense
	}{
		"Batch Sharpness":               {e.p.BatchSharpness, func(b batchFacts) *mat.SymDense { return b.h }},
		"Batch Sharpness, Gauss–Newton": {e.p.BatchSharpnessGN, func(b batchFacts) *mat.SymDense { return b.gn }},
	} {
		got, err := c.measure(e.theta, e.data, e.all)
		noError(t, err)
		equal(t, name, got.Ratio.Mean, mean(e.bs, func(b batchFacts) float64 { return mat.Inner(b.g, c.a(b), b.g) })/gg, rounding)
		equal(t, name+", mean of ratios", got.MeanRatio.Mean,
			mean(e.bs, func(b batchFacts) float64 { return mat.Inner(b.g, c.a(b), b.g) / mat.Dot(b.g, b.g) }), rounding)
		equal(t, "E‖g_B‖²", got.GG.Mean, gg, rounding)
	}
}

func (e enumerated) ias(t *testing.T) {
	h, err := e.o.Hessian(e.data)
	noError(t, err)
	noError(t, h.Linearize(e.theta))
	got, err := e.p.IAS(h, e.all)
	noError(t, err)
	var plain, noise []float64 // g_B·H g_B and g·Hg + ζ·Hζ, over ‖g‖²
	g, gg := e.whole.g, mat.Dot(e.whole.g, e.whole.g)
	for _, b := range e.bs {
		var zeta mat.VecDense
		zeta.SubVec(b.g, g)
		plain = append(plain, mat.Inner(b.g, e.whole.h, b.g)/gg)
		noise = append(noise, (mat.Inner(g, e.whole.h, g)+mat.Inner(&zeta, e.whole.h, &zeta))/gg)
	}
	for name, c := range map[string]struct {
		got    curvature.Estimate
		values []float64
	}{"IAS": {got.IAS, noise}, "IAS as it is written": {got.Plain, plain}} {
		m, deviation := stat.MeanStdDev(c.values, nil) // over all batches the mean of g_B is g, and both means are equal
		near(t, name, []float64{c.got.Mean, c.got.StdErr}, []float64{m, stat.StdErr(deviation, float64(len(c.values)))}, 1e-11)
	}
	equal(t, "the two", got.IAS.Mean, got.Plain.Mean, 1e-11)
}

func (e enumerated) lambda(t *testing.T) {
	for k, a := range map[curvature.Kind]func(b batchFacts) *mat.SymDense{
		curvature.Hessian:     func(b batchFacts) *mat.SymDense { return b.h },
		curvature.GaussNewton: func(b batchFacts) *mat.SymDense { return b.gn },
		curvature.Fisher:      func(b batchFacts) *mat.SymDense { return b.fisher },
		curvature.NTK:         func(b batchFacts) *mat.SymDense { return b.fisher }, // the same top eigenvalue
	} {
		got, err := e.p.BatchLambdaMax(k, e.theta, e.data, e.all, curvature.EigenOptions[float64]{Tol: 1e-10})
		noError(t, err)
		// residual²/gap is below rounding
		equal(t, "E[λmax]", got.Mean.Mean, mean(e.bs, func(b batchFacts) float64 { return topOf(t, a(b)) }), 1e-11)
		for i, b := range e.bs {
			equal(t, "λmax of a batch", got.Values[i], topOf(t, a(b)), 1e-11)
		}
		if got.Unconverged != 0 || got.Residual > 1e-9 || got.Products < len(e.bs) {
			t.Errorf("kind %d: residual %.1g, %d products, %d not converged", k, got.Residual, got.Products, got.Unconverged)
		}
	}
}

func (e enumerated) momentum(t *testing.T) {
	const mu = 0.9
	velocity := make([]float64, len(e.theta))
	for i := range velocity {
		velocity[i] = math.Sin(float64(i))
	}
	step := func(b batchFacts) *mat.VecDense {
		s := mat.NewVecDense(len(velocity), nil)
		s.AddScaledVec(b.g, mu, mat.NewVecDense(len(velocity), velocity))
		return s
	}
	got, err := e.p.MomentumSharpness(e.theta, velocity, mu, e.data, e.all)
	noError(t, err)
	shs := mean(e.bs, func(b batchFacts) float64 { return mat.Inner(step(b), b.h, step(b)) })
	sg := mean(e.bs, func(b batchFacts) float64 { return mat.Dot(step(b), b.g) })
	near(t, "momentum: E[s·Hs]/E[s·g] and its parts", []float64{got.Ratio.Mean, got.SHS.Mean, got.SG.Mean}, []float64{shs / sg, shs, sg}, rounding)
	none, err := e.p.MomentumSharpness(e.theta, velocity, 0, e.data, e.all)
	noError(t, err)
	plain, err := e.p.BatchSharpness(e.theta, e.data, e.all)
	noError(t, err)
	equal(t, "momentum 0", none.Ratio.Mean, plain.Ratio.Mean, rounding)
	if _, err := e.p.MomentumSharpness(e.theta, velocity[1:], mu, e.data, e.all); err == nil {
		t.Error("a short velocity gives no error")
	}
}

func (e enumerated) contraction(t *testing.T) {
	const lr = 0.3
	n := len(e.theta)
	sum := mat.NewSymDense(n, nil)
	for _, b := range e.bs {
		m := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				m.Set(i, j, -lr*b.h.At(i, j))
			}
			m.Set(i, i, 1+m.At(i, i))
		}
		var square mat.SymDense
		square.SymOuterK(1/float64(len(e.bs)), m)
		sum.AddSym(sum, &square)
	}
	got, err := e.p.SecondMomentContraction(e.theta, lr, e.data, e.all, curvature.EigenOptions[float64]{Tol: 1e-8})
	noError(t, err)
	equal(t, "contraction", got.Value.Mean, topOf(t, sum), 1e-11)
	if got.Batches != len(e.bs) || got.HeldOut.N != 0 || got.Residual > 1e-7 {
		t.Errorf("%d batches, %d fresh ones, residual %.1g", got.Batches, got.HeldOut.N, got.Residual)
	}
}
