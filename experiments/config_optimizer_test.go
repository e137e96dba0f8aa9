package experiments

import (
	"path/filepath"
	"slices"
	"testing"

	"eoss/curvature"
)

// TestConfiguredOptimizer: every variable reaches its own place in the optimizer, and the run's name says it.
func TestConfiguredOptimizer(t *testing.T) {
	for _, test := range []struct {
		given map[string]string
		want  func(o *curvature.Objective[float64]) curvature.Optimizer[float64]
		name  string
	}{
		{map[string]string{"EOSS_OPTIMIZER": "sgd"},
			func(o *curvature.Objective[float64]) curvature.Optimizer[float64] { return o.NewDescent(0.02) }, "mse-b8-lr0.02"},
		{map[string]string{"EOSS_OPTIMIZER": "momentum", "EOSS_MOMENTUM": "0.7"},
			func(o *curvature.Objective[float64]) curvature.Optimizer[float64] {
				return o.NewMomentumDescent(0.02, 0.7)
			},
			"mse-momentum0.7-b8-lr0.02"},
		{map[string]string{"EOSS_OPTIMIZER": "adam", "EOSS_BETA1": "0.5", "EOSS_BETA2": "0.6", "EOSS_EPSILON": "0.1"},
			func(o *curvature.Objective[float64]) curvature.Optimizer[float64] {
				adam, err := o.NewAdam(curvature.AdamOptions{LR: 0.02, Beta1: 0.5, Beta2: 0.6, Epsilon: 0.1})
				noError(t, err)
				return adam
			}, "mse-adam0.5,0.6,0.1-b8-lr0.02"},
	} {
		test.given["EOSS_LR"], test.given["EOSS_PRECISION"] = "0.02", "float64"
		c := small(t, test.given)
		p, err := NewProblem[float64](c)
		if err != nil {
			t.Fatal(err)
		}
		theta, want := slices.Clone(p.Theta), test.want(p.Objective)
		for k := range 4 {
			batch := p.Train.Rows(8*k, 8*k+8)
			if _, err := want.Step(theta, batch); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Optimizer.Step(p.Theta, batch); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(theta, p.Theta) {
			t.Errorf("%v: the steps are not those of the optimizer built by hand", test.given)
		}
		if name := filepath.Base(c.defaultOut()); name != "synthetic-mlp-16-"+test.name+"-n128-seed0" {
			t.Errorf("%v: the run is called %s", test.given, name)
		}
	}
}

// TestOptimizerPresets: the step sizes that go with an optimizer replace the model's, and give way to the user's.
func TestOptimizerPresets(t *testing.T) {
	for _, test := range []struct {
		given map[string]string
		want  float64
	}{
		{map[string]string{"EOSS_OPTIMIZER": "momentum"}, 0.003},
		{map[string]string{"EOSS_OPTIMIZER": "momentum", "EOSS_DATASET": "cifar10", "EOSS_DATA_DIR": "."}, 0.001},
		{map[string]string{"EOSS_OPTIMIZER": "adam", "EOSS_MODEL": "cnn"}, 0.001},
		{map[string]string{"EOSS_OPTIMIZER": "adam", "EOSS_LR": "0.5"}, 0.5},
	} {
		c, err := fromEnvironment(t, test.given)
		if err != nil || c.LR != test.want {
			t.Errorf("%v: η is %g, want %g (%v)", test.given, c.LR, test.want, err)
		}
	}
}
