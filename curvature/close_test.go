package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestCloseEigenvalues: before training the largest eigenvalues, one for each output, are close. They are told apart as well as ErrTol asks,
// in the mean over batches and over all samples, and each batch's to four times that (the gap seen is larger than the true one).
func TestCloseEigenvalues(t *testing.T) {
	const tol = 1e-3
	for seed := range uint64(4) {
		o, theta, d := oddNetwork(t, models.Spec{Name: "mlp", Input: []int{30}, Outputs: 5, Widths: []int{64}}, "mse", 192)
		loose, tight := curvature.EigenOptions[float64]{Tol: tol, ErrTol: tol, Seed: seed}, curvature.EigenOptions[float64]{Tol: 1e-7, Seed: seed}
		tops := func(opt curvature.EigenOptions[float64]) []curvature.Eigen[float64] {
			list, err := o.NewProbe().EpochLambdaMax(theta, d, 32, nil, opt)
			noError(t, err)
			h, err := o.Hessian(d)
			noError(t, err)
			defer h.Release()
			noError(t, h.Linearize(theta))
			e, err := h.Top(opt)
			noError(t, err)
			return append(list, e)
		}
		got, want := tops(loose), tops(tight)
		var found, all float64
		for k := range want {
			found, all = found+got[k].Values[0], all+want[k].Values[0]
			equal(t, "λmax", got[k].Values[0], want[k].Values[0], 4*tol)
		}
		if found < (1-tol)*all {
			t.Errorf("seed %d: on average %.2g %% too small", seed, 100*(1-found/all))
		}
	}
}
