package experiments

import (
	"fmt"
	"slices"

	"eoss/curvature"
	"eoss/graph"
)

// OptimizerChoice is a value of EOSS_OPTIMIZER.
type OptimizerChoice struct {
	Name  string
	Reads []string // those variables that not every optimizer reads
	// Presets replace the defaults, the model's too: data set ("" for all), variable, value.
	Presets map[string]map[string]string
}

// Optimizers lists the optimizers. A new one is a row here and a case in newOptimizer. Momentum's step sizes make η/(1−μ), the step
// that a constant gradient ends up taking, that of plain SGD; Adam's is PyTorch's.
func Optimizers() []OptimizerChoice {
	return []OptimizerChoice{
		{Name: "sgd"},
		{Name: "momentum", Reads: []string{"EOSS_MOMENTUM"}, Presets: map[string]map[string]string{
			"synthetic": {"EOSS_LR": "0.003"},
			"cifar10":   {"EOSS_LR": "0.001"},
		}},
		{Name: "adam", Reads: []string{"EOSS_BETA1", "EOSS_BETA2", "EOSS_EPSILON"}, Presets: map[string]map[string]string{
			"": {"EOSS_LR": "0.001"},
		}},
	}
}

func (c Config) optimizer() OptimizerChoice {
	all := Optimizers()
	return all[slices.IndexFunc(all, func(o OptimizerChoice) bool { return o.Name == c.Optimizer })]
}

// optimizerName is the optimizer's part of the run's name; plain SGD has none.
func (c Config) optimizerName() []string {
	switch c.Optimizer {
	case "momentum":
		return []string{fmt.Sprintf("momentum%g", c.Momentum)}
	case "adam":
		return []string{fmt.Sprintf("adam%g,%g,%g", c.Beta1, c.Beta2, c.Epsilon)}
	}
	return nil
}

// checkOptimizer refuses measurements that the optimizer gives no meaning to.
func (c *Config) checkOptimizer(measurables []Measurable) error {
	for _, m := range measurables {
		named := slices.ContainsFunc(c.Measure, func(k Cadence) bool { return k.Name == m.Name })
		if named && m.Optimizer != "" && m.Optimizer != c.Optimizer {
			return &ConfigError{"EOSS_MEASURE", c.Measure.String(),
				fmt.Sprintf("%s needs EOSS_OPTIMIZER=%s (this run has %s); measure batch_sharpness instead", m.Name, m.Optimizer, c.Optimizer)}
		}
	}
	return nil
}

func newOptimizer[T graph.Float](o *curvature.Objective[T], c Config) (curvature.Optimizer[T], error) {
	switch {
	case c.Optimizer == "momentum":
		return o.NewMomentumDescent(c.LR, c.Momentum), nil
	case c.Optimizer == "adam":
		return o.NewAdam(curvature.AdamOptions{LR: c.LR, Beta1: c.Beta1, Beta2: c.Beta2, Epsilon: c.Epsilon})
	case c.injectsNoise():
		return o.NewNoisyDescent(c.N, c.noiseOptions())
	}
	return o.NewDescent(c.LR), nil
}
