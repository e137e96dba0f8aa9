package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/models"

	"pgregory.net/rapid"
)

// TestInvariants hold at every point, whatever the network, the loss and the batches.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyNetwork(t)
		if s.data.N < 2 {
			return
		}
		b := rapid.IntRange(1, s.data.N).Draw(t, "b")
		sampling := curvature.Sampling{Batch: b, Seed: rapid.Uint64().Draw(t, "order"), MaxBatches: 6}
		p, opt := s.o.NewProbe(), curvature.EigenOptions[float64]{Tol: 1e-9}

		sharp, err := p.BatchSharpness(s.theta, s.data, sampling)
		noError(t, err)
		lambda, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, sampling, opt)
		noError(t, err)
		atMost(t, "mean of ratios of Batch Sharpness", sharp.MeanRatio.Mean, "λᵇmax", lambda.Mean.Mean)

		step, err := p.Along(s.theta, s.data.Rows(0, b))
		noError(t, err)
		top, err := p.StepLambdaMax(s.theta, s.data.Rows(0, b), opt)
		noError(t, err)
		if step.GG > 0 {
			atMost(t, "step sharpness", step.Sharpness(), "λmax of the step's batch", top.Values[0])
		}

		ntk, err := p.BatchLambdaMax(curvature.NTK, s.theta, s.data, sampling, opt)
		noError(t, err)
		fim, err := p.BatchLambdaMax(curvature.Fisher, s.theta, s.data, sampling, opt)
		noError(t, err)
		equal(t, "fim_max against ntk_max", fim.Mean.Mean, ntk.Mean.Mean, 1e-9)

		wholeBatch(t, s, p)
	})
}

// atMost allows the rounding of an eigenvalue that is attained.
func atMost(t *rapid.T, what string, x float64, bound string, y float64) {
	if x > y+1e-9*max(1, y) {
		t.Fatalf("%s %.12g is above %s %.12g", what, x, bound, y)
	}
}

// wholeBatch: at b = n Batch Sharpness equals IAS.
func wholeBatch(t *rapid.T, s small[float64], p *curvature.Probe[float64]) {
	all := curvature.Sampling{Batch: s.data.N, MaxBatches: 2}
	sharp, err := p.BatchSharpness(s.theta, s.data, all)
	noError(t, err)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	ias, err := p.IAS(h, all)
	noError(t, err)
	if sharp.GG.Mean > 1e-12 {
		near(t, "IAS at b = n", []float64{ias.IAS.Mean, ias.Plain.Mean, 1},
			[]float64{sharp.Ratio.Mean, sharp.MeanRatio.Mean, 1}, 1e-9)
	}
}

// TestLambdaFallsWithBatchSize: over all batches, E_B[λmax(H_B)] does not increase with b (λmax is convex, and a batch is the mean of
// its sub-batches), and at b = n it is λmax.
func TestLambdaFallsWithBatchSize(t *testing.T) {
	for _, loss := range models.Losses {
		s := newSmall[float64](t, tiny, loss, 6, 2)
		p, opt := s.o.NewProbe(), curvature.EigenOptions[float64]{Tol: 1e-9}
		last := 0.0
		for b := 1; b < 6; b++ {
			l, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, curvature.Sampling{List: subsets(6, b)}, opt)
			noError(t, err)
			if b > 1 && l.Mean.Mean > last {
				t.Errorf("%s: λᵇmax rises from %g to %g at b = %d", loss, last, l.Mean.Mean, b)
			}
			last = l.Mean.Mean
		}
		full, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, curvature.Sampling{Batch: 6, MaxBatches: 9}, opt)
		noError(t, err)
		equal(t, "λᵇmax at b = n", full.Mean.Mean, s.top(t, curvature.Hessian), 1e-9)
		if full.Mean.Mean > last || full.Mean.StdErr != 0 {
			t.Errorf("λmax is %g ± %g, λᵇmax at b = n−1 %g", full.Mean.Mean, full.Mean.StdErr, last)
		}
	}
}
