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
