package experiments

import (
	"fmt"
	"math"
	"strconv"

	"eoss/curvature"
)

// NoiseChoice is a value of EOSS_NOISE: the dynamics of Figure 7.
type NoiseChoice struct {
	Name    string
	Meaning string
	Reads   []string              // those variables that not every noise reads
	shape   *curvature.NoiseShape // nil: the noise is that of mini-batches
}

// Noises lists where the noise of the steps may come from. Injected noise is added to the gradient of all n images, its variance is
// that of mini-batches of EOSS_BATCH, and it needs plain SGD's steps.
func Noises() []NoiseChoice {
	injected := func(name, meaning string, shape curvature.NoiseShape, more ...string) NoiseChoice {
		return NoiseChoice{name, meaning, append(more, "EOSS_NOISE_FACTOR"), &shape}
	}
	return []NoiseChoice{
		{Name: "epoch", Meaning: "mini-batches without replacement within an epoch"},
		{Name: "replacement", Meaning: "mini-batches of images drawn with replacement, anew at every step"},
		injected("directional", "injected, of covariance S/b, S that of the images' gradients: a gradient of all images a step", curvature.Directional),
		injected("diagonal", "injected, of covariance diag(S)/b: half more (a network with convolutions: some 30 gradients)", curvature.Diagonal),
		injected("isotropic", "injected, of covariance tr S/(bP)·I: costs what diagonal does", curvature.Isotropic),
		injected("sde", "directional, a step being η/h Euler–Maruyama steps of dθ = −g dt + √η dW, Cov dW = S/b dt", curvature.Directional, "EOSS_SDE_STEP"),
	}
}

// noise is the configured choice, the first when there is none.
func (c Config) noise() NoiseChoice {
	for _, n := range Noises() {
		if n.Name == c.Noise {
			return n
		}
	}
	return Noises()[0]
}

// injectsNoise says whether the steps are of all images, with noise added.
func (c Config) injectsNoise() bool { return c.noise().shape != nil }

// sdeSubsteps is η/h by default, and its largest value.
const (
	sdeSubsteps    = 20
	maxSDESubsteps = 1e6
)

// substeps is η/h, 1 but for EOSS_NOISE=sde.
func (c Config) substeps() int {
	switch {
	case c.Noise != "sde":
		return 1
	case c.SDEStep == 0:
		return sdeSubsteps
	}
	return int(math.Round(c.LR / c.SDEStep))
}

// noiseOptions are those of injected noise.
func (c Config) noiseOptions() curvature.NoiseOptions {
	return curvature.NoiseOptions{Shape: *c.noise().shape, LR: c.LR, Batch: c.Batch, Distinct: c.NoiseFactor == "distinct",
		Substeps: c.substeps(), Seed: c.SeedOrder}
}

// checkNoise refuses injected noise with another optimizer, and time steps that do not add up to η.
func (c *Config) checkNoise() error {
	if c.injectsNoise() && c.Optimizer != "sgd" {
		return &ConfigError{"EOSS_NOISE", c.Noise, fmt.Sprintf(
			"is added to steps of plain SGD: set EOSS_OPTIMIZER=sgd (this run has %s), or EOSS_NOISE=epoch", c.Optimizer)}
	}
	if c.Noise != "sde" || c.SDEStep == 0 {
		return nil
	}
	k := c.LR / c.SDEStep
	nearest := math.Min(math.Max(1, math.Floor(k)), maxSDESubsteps)
	if next := math.Min(nearest+1, maxSDESubsteps); c.SDEStep-c.LR/next < c.LR/nearest-c.SDEStep {
		nearest = next
	}
	if math.Abs(k/nearest-1) <= 1e-9 {
		return nil
	}
	return &ConfigError{"EOSS_SDE_STEP", strconv.FormatFloat(c.SDEStep, 'g', -1, 64), fmt.Sprintf(
		"must be EOSS_LR=%g divided by a whole number up to %g; the nearest is %.10g = %[1]g/%.0[4]f", c.LR, float64(maxSDESubsteps), c.LR/nearest, nearest)}
}

// noiseName is the noise's part of the run's name; that of mini-batches of an epoch has none.
func (c Config) noiseName() []string {
	name := c.noise().Name
	switch {
	case name == "epoch":
		return nil
	case name == "sde":
		name += strconv.Itoa(c.substeps())
	}
	if c.injectsNoise() && c.NoiseFactor == "distinct" {
		name += "-distinct"
	}
	return []string{name}
}

// noiseText says where the noise comes from, for the log and the verdict; "" for mini-batches of an epoch.
func (c Config) noiseText() string {
	kind := map[string]string{"directional": "directional noise (covariance S/b)", "diagonal": "diagonal noise (covariance diag(S)/b)",
		"isotropic": "isotropic noise (covariance tr S/(bP)·I)",
		"sde":       fmt.Sprintf("directional noise (covariance S/b) as an SDE in time steps of η/%d", c.substeps())}[c.Noise]
	switch {
	case c.Noise == "replacement":
		return "mini-batches were drawn with replacement"
	case kind == "":
		return ""
	case c.NoiseFactor == "distinct":
		kind += " times (n−b)/(n−1)"
	}
	return "the steps were of the full gradient with " + kind
}
