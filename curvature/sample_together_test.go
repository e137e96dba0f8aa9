package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// TestTogetherOrAlone: batches evaluated side by side give the estimate of batches evaluated one by one (a chunk
// of one batch), up to rounding, for every scheme and for a stopping rule; a network that differentiation by groups
// does not know gives its estimate too.
func TestTogetherOrAlone(t *testing.T) {
	for _, scheme := range []curvature.Scheme{curvature.Distinct, curvature.Replacement, curvature.Epoch} {
		s := newSmall[float64](t, tiny, "mse", 120, 5)
		sampling := curvature.Sampling{Batch: 3, Scheme: scheme, Seed: 1, RelErr: 0.1, MinBatches: 8, MaxBatches: 100}
		many, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, sampling)
		noError(t, err)
		s.o.Chunk = 3
		one, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, sampling)
		noError(t, err)
		if many.Batches != one.Batches || math.Abs(many.Ratio.Mean-one.Ratio.Mean) > 1e-10*one.Ratio.Mean {
			t.Errorf("scheme %d: %+v side by side, %+v one by one", scheme, many, one)
		}
		opt := curvature.EigenOptions[float64]{Tol: 1e-8}
		lone, err := s.o.NewProbe().BatchLambdaMax(curvature.Hessian, s.theta, s.data, sampling, opt)
		noError(t, err)
		s.o.Chunk = 30
		lmany, err := s.o.NewProbe().BatchLambdaMax(curvature.Hessian, s.theta, s.data, sampling, opt)
		noError(t, err)
		// Other random starts take other numbers of products: the two ways were both taken.
		if lmany.Batches != lone.Batches || lmany.Products == lone.Products || math.Abs(lmany.Mean.Mean-lone.Mean.Mean) > 1e-10*lone.Mean.Mean {
			t.Errorf("scheme %d: λᵇmax %+v side by side, %+v one by one", scheme, lmany.Mean, lone.Mean)
		}
	}
	s := newSmall[float64](t, models.Spec{Name: "diaglin", Input: []int{4}, Outputs: 1}, "mse", 40, 5)
	b, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 3, MaxBatches: 40})
	noError(t, err)
	if b.Batches != 40 || !(b.Ratio.Mean > 0) {
		t.Errorf("the diagonal linear network gives %+v", b)
	}
}

// TestStepLambdaMax: the eigenvalue of one batch, in the coordinates of its samples, in chunks, and of a network without such
// coordinates, is that of Lanczos on the parameters.
func TestStepLambdaMax(t *testing.T) {
	opt := curvature.EigenOptions[float64]{Tol: 1e-9}
	for name, s := range everyModel(t, "mse") {
		want, err := s.o.NewProbe().Top(curvature.Hessian, s.theta, s.data, opt)
		noError(t, err)
		for _, chunk := range []int{s.data.N, 2} {
			s.o.Chunk = chunk
			got, err := s.o.NewProbe().StepLambdaMax(s.theta, s.data, opt)
			noError(t, err)
			equal(t, name, got.Values[0], want.Values[0], 1e-10)
			if got.Vectors != nil || !got.Converged || got.Products == 0 {
				t.Errorf("%s: %d vectors, converged %v after %d products", name, len(got.Vectors), got.Converged, got.Products)
			}
		}
	}
	s := newSmall[float64](t, tiny, "mse", 5, 1)
	if _, err := s.o.NewProbe().StepLambdaMax(s.theta, s.data, curvature.EigenOptions[float64]{K: 2}); err == nil {
		t.Error("two eigenvalues give no error")
	}
}

// TestOneRuleIsNotTheOther: on a cnn, whose Hessians have no rule by groups, batches are measured along their gradients side by side before
// and after that is found out, with the same bits.
func TestOneRuleIsNotTheOther(t *testing.T) {
	s := everyModel(t, "mse")["cnn"]
	p := s.o.NewProbe()
	measure := func() curvature.BatchSharpness {
		b, err := p.BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 2, MaxBatches: 9})
		noError(t, err)
		return b
	}
	before := measure()
	_, err := p.StepLambdaMax(s.theta, s.data, curvature.EigenOptions[float64]{Tol: 1e-9})
	noError(t, err)
	if after := measure(); after.Ratio != before.Ratio || after.GG != before.GG {
		t.Errorf("Batch Sharpness %v, then %v", before.Ratio, after.Ratio)
	}
}

// TestFlatBatch: the eigenvalue of a loss of small curvature in float32. The length of the random start must not stand for the size of the Hessian.
func TestFlatBatch(t *testing.T) {
	s := newSmall[float32](t, tiny, "mse", 12, 1)
	mse := s.o.Network.Loss
	top := func(scale float64) float64 {
		s.o = curvature.NewObjective[float32](curvature.Network{Params: s.o.Params, Input: s.o.Input, Outputs: s.o.Outputs, Forward: s.o.Forward,
			Loss: func(f, y *graph.Node) *graph.Node { return graph.Scale(mse(f, y), scale) }})
		e, err := s.o.NewProbe().StepLambdaMax(s.theta, s.data, curvature.EigenOptions[float32]{Tol: 1e-4})
		noError(t, err)
		return e.Values[0]
	}
	equal(t, "λmax of a loss times 10⁻⁸", 1e8*top(1e-8), top(1), 1e-4)
}
