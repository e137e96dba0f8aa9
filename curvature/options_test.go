package curvature_test

import (
	"math"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// TestImpossibleOptions are refused in words.
func TestImpossibleOptions(t *testing.T) {
	s := newSmall[float32](t, tiny, "mse", 4, 1)
	h := s.at(t, curvature.Hessian, s.data)
	for want, refused := range map[string]func() error{
		"from -1 Lanczos steps": func() error {
			_, err := curvature.SpectralDensity(h, curvature.DensityOptions{Steps: -1})
			return err
		},
		"no noise of the shape 9": func() error {
			_, err := s.o.NewNoisyDescent(4, curvature.NoiseOptions{Shape: 9, Batch: 2})
			return err
		},
		"batches of 0": func() error { return s.o.DirectionalNoise(s.theta, s.theta, make([]float64, 4), 0, s.data) },
	} {
		if err := refused(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestAdamRefuses decay rates and an ε with which θ becomes NaN where a gradient is 0.
func TestAdamRefuses(t *testing.T) {
	o := newSmall[float32](t, tiny, "mse", 2, 1).o
	for _, opt := range []curvature.AdamOptions{
		{}, {Epsilon: 1e-50}, {Beta1: 1, Epsilon: 1}, {Beta2: 1, Epsilon: 1}, {Beta1: -0.1, Epsilon: 1}, {Beta2: math.NaN(), Epsilon: 1},
	} {
		if _, err := o.NewAdam(opt); err == nil || !strings.Contains(err.Error(), "Adam with") {
			t.Errorf("%+v: error %v", opt, err)
		}
	}
	if _, err := o.NewAdam(curvature.AdamOptions{Epsilon: 1}); err != nil {
		t.Error(err)
	}
}

// TestLiteralObjective: an objective without NewObjective evaluates as any other; without a Chunk it says what is missing.
func TestLiteralObjective(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 5, 1)
	want, _, err := s.o.Loss(s.theta, s.data)
	noError(t, err)
	for _, chunk := range []int{-1, 0, 5} {
		o := &curvature.Objective[float64]{Network: s.o.Network, Chunk: chunk}
		got, _, err := o.Loss(s.theta, s.data)
		_, errBatch := o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 2, MaxBatches: 9})
		switch {
		case chunk > 0 && (err != nil || errBatch != nil || got != want):
			t.Errorf("loss %g, want %g; errors %v and %v", got, want, err, errBatch)
		case chunk < 1:
			for _, err := range []error{err, errBatch} {
				if err == nil || !strings.Contains(err.Error(), "set Chunk") {
					t.Errorf("chunks of %d: error %v", chunk, err)
				}
			}
		}
	}
}

// TestNoSamples are refused by every scheme.
func TestNoSamples(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 4, 1)
	p, none := s.o.NewProbe(), curvature.Data[float64]{}
	for _, scheme := range []curvature.Scheme{curvature.Distinct, curvature.Replacement, curvature.Epoch} {
		sampling := curvature.Sampling{Batch: 3, Scheme: scheme, MaxBatches: 4}
		_, err := p.BatchSharpness(s.theta, none, sampling)
		_, errGN := p.BatchSharpnessGN(s.theta, none, sampling)
		for _, err := range []error{err, errGN} {
			if err == nil || err.Error() != "curvature: a set of samples is empty" {
				t.Errorf("scheme %d: error %v", scheme, err)
			}
		}
	}
}

// TestNothingReturned: a function of the network that returns nil is named.
func TestNothingReturned(t *testing.T) {
	for function, n := range map[string]curvature.Network{
		"Forward": {Forward: func(*graph.Node, []*graph.Node) *graph.Node { return nil }, Loss: models.MSE},
		"Loss":    {Forward: row, Loss: func(_, _ *graph.Node) *graph.Node { return nil }},
	} {
		n.Params, n.Input, n.Outputs = []graph.Shape{{3, 5}}, graph.Shape{5}, 3
		s := newOwn(n, 2, 1)
		if _, _, err := s.o.Loss(s.theta, s.data); err == nil || !strings.Contains(err.Error(), "the network's "+function) || !strings.Contains(err.Error(), "nil") {
			t.Errorf("%s that returns nil: error %v", function, err)
		}
	}
}
