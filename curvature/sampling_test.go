package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
)

// TestSchemes: estimates of E‖g_B‖² converge to the variance each scheme has,
// E‖g_B‖² = ‖g‖² + (tr S/b)·(n−b)/(n−1) without replacement and ‖g‖² + tr S/b with.
func TestSchemes(t *testing.T) {
	const n, b = 12, 3
	s := newSmall[float64](t, tiny, "mse", n, 5)
	diag, grad := make([]float64, len(s.theta)), make([]float64, len(s.theta))
	trace, err := s.o.GradientVariance(diag, grad, s.theta, s.data)
	noError(t, err)
	gg := curvature.Dot(grad, grad)
	without := gg + trace/b*(n-b)/(n-1)
	p := s.o.NewProbe()
	for scheme, want := range map[curvature.Scheme]float64{curvature.Distinct: without, curvature.Replacement: gg + trace/b} {
		r, err := p.GradientNorm2(s.theta, s.data, curvature.Sampling{Batch: b, MaxBatches: 6000, Scheme: scheme})
		noError(t, err)
		equal(t, "‖g‖²", r.Full, gg, rounding)
		if d := math.Abs(r.Batch.Mean - want); d > 4*r.Batch.StdErr || r.Batch.StdErr > 0.02*want {
			t.Errorf("scheme %d: %g ± %g, want %g", scheme, r.Batch.Mean, r.Batch.StdErr, want)
		}
	}
	r, err := p.GradientNorm2(s.theta, s.data, curvature.Sampling{List: subsets(n, b)})
	noError(t, err)
	equal(t, "all batches", r.Batch.Mean, without, rounding)
}

// TestEpoch: every sample of a permutation is used once, each epoch's mean is one draw, and the reported error covers the mean over
// the batch distribution.
func TestEpoch(t *testing.T) {
	const n, b = 13, 3 // one sample is left out
	s := newSmall[float64](t, tiny, "mse", n, 5)
	ratio, mean, gg := exactSharpness(t, s, b)
	p, hits, ratios := s.o.NewProbe(), coverage{}, map[float64]bool{}
	for seed := range uint64(coverageSeeds) {
		e, err := p.BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: b, Scheme: curvature.Epoch, Seed: seed, RelErr: 1e-9, MaxBatches: 2})
		noError(t, err)
		if e.Batches != 4 || e.Ratio.N != 4 || e.Converged {
			t.Fatalf("%d batches, converged %v", e.Batches, e.Converged)
		}
		hits.add("Definition 1", e.Ratio, ratio)
		hits.add("mean of ratios", e.MeanRatio, mean)
		hits.add("E‖g_B‖²", e.GG, gg)
		ratios[e.Ratio.Mean] = true
	}
	hits.check(t)
	if len(ratios) < coverageSeeds-1 {
		t.Errorf("%d partitions for %d seeds", len(ratios), coverageSeeds)
	}
}

// TestEpochOfLinearTerms: what is linear in the samples is exact over a whole epoch: the mean of g_B is g.
func TestEpochOfLinearTerms(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 12, 5)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	r, err := s.o.NewProbe().IAS(h, curvature.Sampling{Batch: 4, Scheme: curvature.Epoch, Seed: 1})
	noError(t, err)
	equal(t, "IAS as it is written", r.Plain.Mean, r.IAS.Mean, 1e-10) // they differ by 2(E[g_B] − g)·Hg
}

// TestAllSamplesInEveryBatch: one batch tells everything, exactly.
func TestAllSamplesInEveryBatch(t *testing.T) {
	s := newSmall[float64](t, tiny, "ce", 6, 2)
	for _, scheme := range []curvature.Scheme{curvature.Distinct, curvature.Epoch} {
		e, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 6, Scheme: scheme, MaxBatches: 50})
		noError(t, err)
		if e.Batches != 1 || e.Ratio.StdErr != 0 || e.MeanRatio.StdErr != 0 || e.GG.StdErr != 0 {
			t.Errorf("%d batches, errors %g, %g, %g", e.Batches, e.Ratio.StdErr, e.MeanRatio.StdErr, e.GG.StdErr)
		}
	}
	e, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 6, Scheme: curvature.Replacement, MaxBatches: 5})
	noError(t, err)
	if e.Batches != 5 || e.Ratio.StdErr == 0 {
		t.Errorf("with replacement: %d batches, error %g", e.Batches, e.Ratio.StdErr)
	}
}

// TestMinBatches: a stop that any batch allows waits for them.
func TestMinBatches(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 9, 3)
	e, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 3, RelErr: 10, MinBatches: 40, MaxBatches: 100})
	noError(t, err)
	if e.Batches != 40 || !e.Converged {
		t.Errorf("%d batches, converged %v", e.Batches, e.Converged)
	}
}

// TestImpossibleSampling is refused.
func TestImpossibleSampling(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	for name, sampling := range map[string]curvature.Sampling{
		"a batch of 7 of 6":     {Batch: 7, MaxBatches: 10},
		"an empty batch":        {MaxBatches: 10},
		"one batch":             {Batch: 2, MaxBatches: 1},
		"at least 9, at most 5": {Batch: 2, MinBatches: 9, MaxBatches: 5},
		"an epoch of one batch": {Batch: 4, Scheme: curvature.Epoch},
		"a list of one":         {List: [][]int{{1}}},
		"a list with a hole":    {List: [][]int{{1}, {}}},
		"sample 6 of 6":         {List: [][]int{{1}, {6}}},
	} {
		if _, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, sampling); err == nil {
			t.Errorf("%s gives no error", name)
		}
	}
}
