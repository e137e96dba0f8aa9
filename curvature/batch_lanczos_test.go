package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
)

// TestEpochLambdaMaxGivesUp: after the one product that is allowed, the value is a Rayleigh quotient of unknown residual.
func TestEpochLambdaMaxGivesUp(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 8, 1)
	tops, err := s.o.NewProbe().EpochLambdaMax(s.theta, s.data, 4, nil, curvature.EigenOptions[float64]{MaxProducts: 1, MinProducts: 1})
	noError(t, err)
	for _, e := range tops {
		if e.Converged || !math.IsInf(e.Residuals[0], 1) || e.Products != 1 {
			t.Errorf("converged %v with residual %g after %d products", e.Converged, e.Residuals[0], e.Products)
		}
	}
}

// TestBatchLambdaMaxGivesUp: a mean of eigenvalues that missed their tolerance says how many they are, and the largest residual.
func TestBatchLambdaMaxGivesUp(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	p, opt, all, largest := s.o.NewProbe(), curvature.EigenOptions[float64]{MaxProducts: 3}, subsets(6, 3), 0.0
	got, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, curvature.Sampling{List: all}, opt)
	noError(t, err)
	for _, idx := range all {
		e, err := p.Top(curvature.Hessian, s.theta, s.data.Gather(curvature.Data[float64]{}, idx), opt)
		noError(t, err)
		largest = max(largest, e.Residuals[0])
	}
	if got.Unconverged != len(all) || got.Residual != largest {
		t.Errorf("%d of %d batches not converged, residual %g, want %g", got.Unconverged, len(all), got.Residual, largest)
	}
}

// TestEpochErrTol: batches that stop on residual²/gap have eigenvalues as near as that says to those of a small residual, after fewer
// products (the gap seen is larger than the true one, the error therefore up to some ten times the tolerance); and none stops before MinProducts.
func TestEpochErrTol(t *testing.T) {
	for _, c := range epochCases[:3] {
		o, theta, d := oddNetwork(t, c.spec, c.loss, 123)
		top := func(opt curvature.EigenOptions[float64]) []curvature.Eigen[float64] {
			tops, err := o.NewProbe().EpochLambdaMax(theta, d, 16, nil, opt)
			noError(t, err)
			return tops
		}
		want, early := top(curvature.EigenOptions[float64]{Tol: 1e-9}), top(curvature.EigenOptions[float64]{Tol: 1e-9, ErrTol: 1e-6})
		late := top(curvature.EigenOptions[float64]{Tol: 0.9, MinProducts: 12})
		for k := range want {
			if !early[k].Converged || early[k].Products >= want[k].Products {
				t.Errorf("%s: %d products with ErrTol, %d without", c, early[k].Products, want[k].Products)
			}
			equal(t, c.String(), early[k].Values[0], want[k].Values[0], 1e-5)
			if late[k].Products != 12 {
				t.Errorf("%s: %d products, want 12", c, late[k].Products)
			}
		}
	}
}
