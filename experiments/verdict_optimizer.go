package experiments

// yardstick is what a quantity is held against.
type yardstick struct {
	quantity string
	unit     string  // such as 2/η; "" where there is no threshold, and values stand by themselves
	level    float64 // the unit's value
	edge     bool    // the unit is the quantity's stability threshold, not merely a unit
}

// of is a value in the unit.
func (y yardstick) of(value float64) float64 {
	if y.unit == "" {
		return value
	}
	return value / y.level
}

// symbol is what a line of progress calls the quantity in its unit; "" where it has no room for it.
func (y yardstick) symbol() string {
	s := map[string]string{"batch_sharpness_mean_ratio": "BS", "momentum_sharpness": "MS", "lambda_max": "λmax"}[y.quantity]
	switch {
	case s == "" || y.unit == "":
		return s
	case y.unit == "2/η":
		return s + "·η/2"
	}
	return s + "/(" + y.unit + ")"
}

// yardsticks are the judged quantities under the run's optimizer, what should hover first, and a remark.
//
// Plain SGD: 2/η for all (the paper). Momentum: 2/η for E[s·H_B s]/E[s·g_B], where the batch's loss no longer falls to second
// order, and 2(1+μ)/η for λmax, where full-batch descent with momentum is no longer stable on a quadratic (Cohen et al. 2021); the
// paper, which does not treat momentum, gives none for Batch Sharpness, and its unit is 2 over the step η/(1−μ) that a constant gradient
// ends up taking. Adam: none for the Hessian itself, whose
// steps are preconditioned. Gradient descent with injected noise: 2/η for λmax, where its mean is no longer stable (Appendix D);
// Batch Sharpness loses its meaning (Figure 7).
func (c Config) yardsticks() (list []yardstick, remark string) {
	plain := 2 / c.LR
	switch c.Optimizer {
	case "momentum":
		return []yardstick{
			{"momentum_sharpness", "2/η", plain, true},
			{"lambda_max", "2(1+μ)/η", plain * (1 + c.Momentum), true},
			{"batch_sharpness_mean_ratio", "2(1−μ)/η", plain * (1 - c.Momentum), false},
			{"batch_sharpness", "2(1−μ)/η", plain * (1 - c.Momentum), false},
		}, "2(1+μ)/η is the threshold of full-batch descent with momentum; none is claimed for Batch Sharpness: 2(1−μ)/η, that of plain SGD with steps of η/(1−μ), is its unit"
	case "adam":
		return []yardstick{{quantity: "batch_sharpness_mean_ratio"}, {quantity: "batch_sharpness"}, {quantity: "lambda_max"}},
			"no threshold is claimed for Adam: 2/η is that of plain SGD"
	}
	if c.injectsNoise() {
		return []yardstick{
			{"lambda_max", "2/η", plain, true},
			{"batch_sharpness_mean_ratio", "2/η", plain, false},
			{"batch_sharpness", "2/η", plain, false},
		}, c.noiseText() + "; Batch Sharpness, of mini-batches that are not used, is there for comparison"
	}
	return []yardstick{
		{"batch_sharpness_mean_ratio", "2/η", plain, true},
		{"batch_sharpness", "2/η", plain, true},
		{"lambda_max", "2/η", plain, true},
	}, c.noiseText()
}
