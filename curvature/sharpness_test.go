package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestAlongInChunks: a batch larger than a chunk, which takes another route, gives the same numbers.
func TestAlongInChunks(t *testing.T) {
	for _, loss := range models.Losses {
		s := newSmall[float64](t, tiny, loss, 11, 2)
		want, err := s.o.NewProbe().Along(s.theta, s.data)
		noError(t, err)
		for _, chunk := range []int{1, 4, 10} {
			s.o.Chunk = chunk
			p := s.o.NewProbe()
			got, err := p.Along(s.theta, s.data)
			noError(t, err)
			near(t, "loss, ‖g‖², g·Hg", []float64{got.Loss, got.GG, got.GHG}, []float64{want.Loss, want.GG, want.GHG}, rounding)
			equal(t, "‖Gradient()‖²", curvature.Dot(p.Gradient(), p.Gradient()), want.GG, rounding)
		}
	}
}

// TestAlongIsTheSecondDerivative of the batch's loss along its gradient, by a central difference over a length h:
// truncation h²·f⁗ and rounding 1e-16/h² are both about 1e-7.
func TestAlongIsTheSecondDerivative(t *testing.T) {
	const h, tol = 1e-4, 1e-6
	s := newSmall[float64](t, tiny, "mse", 8, 4)
	p := s.o.NewProbe()
	st, err := p.Along(s.theta, s.data)
	noError(t, err)
	at := func(e float64) float64 {
		x := append([]float64(nil), s.theta...)
		curvature.Axpy(e/math.Sqrt(st.GG), p.Gradient(), x)
		l, _, err := s.o.Loss(x, s.data)
		noError(t, err)
		return l
	}
	equal(t, "L_B", st.Loss, at(0), rounding)
	equal(t, "‖g‖²", st.GG, math.Sqrt(st.GG)*(at(h)-at(-h))/(2*h), tol)
	equal(t, "g·Hg", st.GHG, st.GG*(at(h)-2*at(0)+at(-h))/(h*h), tol)
}

// exactSharpness enumerates all batches of b samples.
func exactSharpness(t *testing.T, s small[float64], b int) (ratio, mean, gg float64) {
	p, all := s.o.NewProbe(), subsets(s.data.N, b)
	var gHg float64
	for _, idx := range all {
		st, err := p.Along(s.theta, s.data.Gather(curvature.Data[float64]{}, idx))
		noError(t, err)
		gHg += st.GHG
		gg += st.GG
		mean += st.Sharpness() / float64(len(all))
	}
	return gHg / gg, mean, gg / float64(len(all))
}

// TestBatchSharpnessConverges to the enumeration of all batches, within four standard errors (a chance of 1 in 16000
// per number), which are small.
func TestBatchSharpnessConverges(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 8, 1)
	ratio, mean, gg := exactSharpness(t, s, 3)
	got, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 3, Seed: 1, MaxBatches: 4000})
	noError(t, err)
	for _, c := range []struct {
		name string
		e    curvature.Estimate
		want float64
	}{{"Definition 1", got.Ratio, ratio}, {"mean of ratios", got.MeanRatio, mean}, {"E‖g_B‖²", got.GG, gg}} {
		if c.e.N != 4000 || !(c.e.RelErr() < 0.05) {
			t.Errorf("%s: standard error %.2g of %.4g after %d batches", c.name, c.e.StdErr, c.e.Mean, c.e.N)
		}
		if d := c.e.Mean - c.want; !(d*d <= 16*c.e.StdErr*c.e.StdErr) {
			t.Errorf("%s: %.5g ± %.2g, exactly %.5g", c.name, c.e.Mean, c.e.StdErr, c.want)
		}
	}
}

// TestBothFormsStop: where an estimate has stopped, Student's interval of either form is as narrow as many draws of that relative error
// would have it.
func TestBothFormsStop(t *testing.T) {
	const relErr = 0.1
	s := newSmall[float64](t, tiny, "mse", 9, 3)
	for seed := range uint64(20) {
		got, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 3, Seed: seed, RelErr: relErr, MaxBatches: 1000})
		noError(t, err)
		for form, e := range map[string]curvature.Estimate{"Definition 1": got.Ratio, "mean of ratios": got.MeanRatio} {
			if lo, hi := e.CI95(); !got.Converged || hi-lo > 2*1.96*relErr*e.Mean {
				t.Errorf("%s: from %g to %g after %d batches, converged %v", form, lo, hi, got.Batches, got.Converged)
			}
		}
	}
}

// TestSameSeedSameNumbers, bit for bit; another seed or stream draws other batches.
func TestSameSeedSameNumbers(t *testing.T) {
	s := newSmall[float32](t, tiny, "ce", 16, 1)
	at := func(seed, stream uint64) float64 {
		p := s.o.NewProbe()
		_, err := p.Along(s.theta, s.data) // what was measured before does not matter
		noError(t, err)
		b, err := p.BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 4, Seed: seed, Stream: stream, MaxBatches: 8})
		noError(t, err)
		return b.Ratio.Mean
	}
	first := at(1, 1)
	if at(1, 1) != first {
		t.Error("the same seed gives other numbers")
	}
	if at(2, 1) == first || at(1, 2) == first {
		t.Error("another seed or stream gives the same numbers")
	}
}

// TestVanishingGradients are counted, not divided by.
func TestVanishingGradients(t *testing.T) {
	s := newSmall[float64](t, models.Spec{Name: "diaglin", Input: []int{3}, Outputs: 1}, "mse", 4, 1)
	clear(s.theta) // a saddle: every gradient is zero
	got, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 2, MaxBatches: 5, RelErr: 0.1})
	noError(t, err)
	if got.Skipped != 5 || got.MeanRatio.N != 0 || !math.IsNaN(got.MeanRatio.Mean) || got.Converged {
		t.Errorf("%d batches skipped, %d in the mean, converged %v", got.Skipped, got.MeanRatio.N, got.Converged)
	}
}
