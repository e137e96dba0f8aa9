package curvature_test

import (
	"errors"
	"math"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// failures are the errors of all measures of a network on its samples, in batches of the sampling.
func failures(t *testing.T, s small[float64], sampling curvature.Sampling) map[string]error {
	p, x, y := s.o.NewProbe(), make([]float64, len(s.theta)), make([]float64, len(s.theta))
	h := s.at(t, curvature.Hessian, s.data).(*curvature.Matrix[float64])
	e := map[string]error{}
	_, e["sharpness"] = p.BatchSharpness(s.theta, s.data, sampling)
	_, e["sharpness, Gauss–Newton"] = p.BatchSharpnessGN(s.theta, s.data, sampling)
	_, _, e["sharpness of an epoch"] = p.EpochSharpness(s.theta, s.data, 2, nil)
	_, e["sharpness with momentum"] = p.MomentumSharpness(s.theta, x, 0.9, s.data, sampling)
	_, e["λmax"] = p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, sampling, curvature.EigenOptions[float64]{})
	_, e["IAS"] = p.IAS(h, sampling)
	_, e["gradient norm"] = p.GradientNorm2(s.theta, s.data, sampling)
	_, e["step change"] = p.ExpectedStepChange(s.theta, 0.1, s.data, sampling, false)
	_, e["step change of all"] = p.ExpectedStepChange(s.theta, 0.1, s.data, curvature.Sampling{List: [][]int{{1, 2}, {3, 4}}}, true)
	_, e["contraction"] = p.SecondMomentContraction(s.theta, 0.1, s.data, sampling, curvature.EigenOptions[float64]{})
	_, e["trace"] = curvature.Trace(h, curvature.TraceOptions{})
	_, e["density"] = curvature.SpectralDensity(h, curvature.DensityOptions{})
	_, e["gradient variance"] = s.o.GradientVariance(x, y, s.theta, s.data)
	return e
}

// TestNotFinite: with one sample of eight that is not a number every measure is ErrNotFinite, batches side by side or one by one; without
// it none is.
func TestNotFinite(t *testing.T) {
	sampling := curvature.Sampling{Batch: 2, MaxBatches: 20}
	for _, x := range []float64{1, math.NaN(), math.Inf(-1)} {
		for _, chunk := range []int{2, curvature.DefaultChunk} {
			s := newSmall[float64](t, models.Spec{Name: "mlp-linear", Input: []int{3}, Outputs: 2, Widths: []int{3}}, "mse", 8, 1)
			s.data.X[3], s.o.Chunk = x, chunk // of sample 1
			for name, err := range failures(t, s, sampling) {
				if errors.Is(err, curvature.ErrNotFinite) != (x != 1) || x == 1 && err != nil {
					t.Errorf("%s, an input %g, chunks of %d: error %v", name, x, chunk, err)
				}
			}
		}
	}
}

// TestFreshBatchesNotFinite: the contraction's fresh batches meet the sample that the set does not have.
func TestFreshBatchesNotFinite(t *testing.T) {
	s := newSmall[float64](t, models.Spec{Name: "mlp-linear", Input: []int{3}, Outputs: 2, Widths: []int{3}}, "mse", 8, 1)
	s.data.X[0] = math.NaN()
	fresh := 0
	for seed := range uint64(20) {
		c, err := s.o.NewProbe().SecondMomentContraction(s.theta, 0.1, s.data, curvature.Sampling{Batch: 2, MaxBatches: 2, Seed: seed}, curvature.EigenOptions[float64]{})
		if math.IsNaN(c.HeldOut.Mean) {
			fresh++
		}
		if math.IsNaN(c.HeldOut.Mean) != (c.Vector != nil && errors.Is(err, curvature.ErrNotFinite)) {
			t.Errorf("seed %d: held out %g, error %v", seed, c.HeldOut.Mean, err)
		}
	}
	if fresh == 0 {
		t.Error("no seed has the sample in fresh batches only")
	}
}

// TestStepOutOfBounds: a step whose loss overflows from a θ whose loss does not is a result.
func TestStepOutOfBounds(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 8, 1)
	c, err := s.o.NewProbe().ExpectedStepChange(s.theta, 1e200, s.data, curvature.Sampling{Batch: 8, MaxBatches: 9}, true)
	if noError(t, err); !math.IsInf(c.Batch.Mean, 1) || !math.IsInf(c.Full.Mean, 1) {
		t.Errorf("the loss changes by %g and %g", c.Batch.Mean, c.Full.Mean)
	}
}

// TestAccuracyOfNaN: outputs of which one is not a number are no class.
func TestAccuracyOfNaN(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	clear(s.data.Y)
	for i := range s.data.N {
		s.data.Y[3*i] = 1 // all of the first class
	}
	for i := len(s.theta) - 3; i < len(s.theta); i++ { // the outputs' biases
		s.theta[i] = math.NaN()
		if _, accuracy, err := s.o.Loss(s.theta, s.data); err != nil || accuracy != 0 {
			t.Errorf("accuracy %g, %v", accuracy, err)
		}
	}
}
