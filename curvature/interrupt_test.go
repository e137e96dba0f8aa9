package curvature_test

import (
	"errors"
	"testing"

	"eoss/curvature"
)

// TestInterrupt: every estimate that takes many products or batches ends at once with the error of Interrupt.
func TestInterrupt(t *testing.T) {
	stop := errors.New("stop")
	s := newSmall[float64](t, tiny, "ce", 40, 1)
	s.o.Chunk = 8 // two batches of four
	batches := curvature.Sampling{Batch: 4, Seed: 1, MinBatches: 20, MaxBatches: 20}
	eigen := curvature.EigenOptions[float64]{Tol: 1e-12}
	hessian := func() *curvature.Matrix[float64] {
		h, err := s.o.Hessian(s.data)
		if err == nil {
			err = h.Linearize(s.theta)
		}
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	estimates := map[string]func(p *curvature.Probe[float64]) error{
		"BatchSharpness": func(p *curvature.Probe[float64]) error {
			_, err := p.BatchSharpness(s.theta, s.data, batches)
			return err
		},
		"BatchSharpness GN": func(p *curvature.Probe[float64]) error {
			_, err := p.BatchSharpnessGN(s.theta, s.data, batches)
			return err
		},
		"EpochSharpness": func(p *curvature.Probe[float64]) error {
			_, _, err := p.EpochSharpness(s.theta, s.data, 4, nil)
			return err
		},
		"BatchLambdaMax": func(p *curvature.Probe[float64]) error {
			_, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, batches, eigen)
			return err
		},
		"NTK": func(p *curvature.Probe[float64]) error {
			_, err := p.BatchLambdaMax(curvature.NTK, s.theta, s.data, batches, eigen)
			return err
		},
		"EpochLambdaMax": func(p *curvature.Probe[float64]) error {
			_, err := p.EpochLambdaMax(s.theta, s.data, 4, nil, eigen)
			return err
		},
		"StepLambdaMax": func(p *curvature.Probe[float64]) error { _, err := p.StepLambdaMax(s.theta, s.data, eigen); return err },
		"contraction": func(p *curvature.Probe[float64]) error {
			_, err := p.SecondMomentContraction(s.theta, 0.01, s.data, batches, eigen)
			return err
		},
		"IAS":     func(p *curvature.Probe[float64]) error { _, err := p.IAS(hessian(), batches); return err },
		"Top":     func(*curvature.Probe[float64]) error { _, err := hessian().Top(eigen); return err },
		"Lanczos": func(*curvature.Probe[float64]) error { _, err := curvature.Lanczos(hessian(), eigen); return err },
		"Trace": func(*curvature.Probe[float64]) error {
			_, err := curvature.Trace(hessian(), curvature.TraceOptions{RelErr: -1})
			return err
		},
		"SpectralDensity": func(*curvature.Probe[float64]) error {
			_, err := curvature.SpectralDensity(hessian(), curvature.DensityOptions{Steps: 5})
			return err
		},
	}
	for name, estimate := range estimates {
		s.o.Interrupt = nil
		if err := estimate(s.o.NewProbe()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, after := range []int{0, 1} {
			asked := 0
			s.o.Interrupt = func() error {
				if asked++; asked > after {
					return stop
				}
				return nil
			}
			if err := estimate(s.o.NewProbe()); !errors.Is(err, stop) || asked != after+1 {
				t.Errorf("%s: %v, asked %d times and not %d", name, err, asked, after+1)
			}
		}
	}
}
