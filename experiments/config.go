package experiments

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/kelseyhightower/envconfig"
)

// Config is one training run, completely: the same Config gives the same
// numbers bit for bit on the same machine. Each field is one EOSS_ variable
// (prefix and field name in capitals). The tags hold everything else that is
// known of it: the default, common or per data set, the allowed values and a
// line of meaning; -h, the refusals and config.json all read them there.
//
// Tags: preset (the default with every data set), synthetic and cifar10 (with
// that data set), oneof and range (allowed values), type (shown by -h), desc.
// Two of envconfig's own tags are avoided: envconfig, which would read the
// unprefixed variable too, and default, which would override a model's presets.
type Config struct {
	Dataset string `preset:"synthetic" desc:"data set"`
	DataDir string `split_words:"true" type:"path" desc:"folder of CIFAR-10's binary batches (cifar-10-batches-bin)"`
	N       int    `synthetic:"2048" cifar10:"8192" range:"≥ 1" desc:"n, training images"`
	NTest   int    `split_words:"true" synthetic:"512" cifar10:"2000" range:"≥ 1" desc:"test images"`

	Model      string  `preset:"mlp" desc:"network"`
	Widths     Widths  `synthetic:"256,256" cifar10:"512,512" desc:"hidden widths or channels, such as 512,512"`
	Activation string  `preset:"relu" oneof:"relu tanh silu linear" desc:"activation of the hidden layers"`
	Init       string  `type:"path" desc:"initial parameters: a safetensors file with PyTorch's names"`
	InitScale  float64 `split_words:"true" preset:"0.2" range:"> 0" desc:"factor on the Kaiming-normal initial weights"`

	Loss     string  `preset:"mse" oneof:"mse ce" desc:"training loss, mean over n of Σⱼ(fⱼ−yⱼ)² or −log softmax"`
	Batch    int     `preset:"16" range:"≥ 1" desc:"b, images per mini-batch; b = n: full batch"`
	LR       float64 `synthetic:"0.03" cifar10:"0.01" range:"> 0" desc:"η, step size"`
	Steps    int     `synthetic:"8000" cifar10:"24000" range:"≥ 1" desc:"training steps"`
	StopLoss float64 `split_words:"true" preset:"0" range:"≥ 0" desc:"stop once the full training loss is below it; 0: never"`

	Optimizer string  `preset:"sgd" desc:"optimizer"`
	Momentum  float64 `preset:"0.9" range:"≥ 0, < 1" desc:"μ of v ← μv + g, θ ← θ − ηv"`
	Beta1     float64 `preset:"0.9" range:"≥ 0, < 1" desc:"β₁, decay of Adam's mean gradient"`
	Beta2     float64 `preset:"0.999" range:"≥ 0, < 1" desc:"β₂, decay of Adam's mean squared gradient"`
	Epsilon   float64 `preset:"1e-8" range:"> 0" desc:"ε, added to the root of Adam's mean squared gradient"`

	Noise       string  `preset:"epoch" desc:"what makes the steps stochastic"`
	NoiseFactor string  `split_words:"true" preset:"none" oneof:"none distinct" desc:"distinct: injected noise times √((n−b)/(n−1))"`
	SDEStep     float64 `split_words:"true" preset:"0" range:"≥ 0" desc:"h, time step of EOSS_NOISE=sde: η over a whole number; 0: η/20"`

	Seed      uint64 `preset:"0" desc:"the three seeds below, unless they are given"`
	SeedData  uint64 `split_words:"true" desc:"seed that draws the training images"`
	SeedOrder uint64 `split_words:"true" desc:"seed of the batch order and of injected noise"`
	SeedInit  uint64 `split_words:"true" desc:"seed of the initial weights"`

	Measure      Cadences `synthetic:"step_sharpness@20,batch_sharpness@100,lambda_max@200,loss@200" cifar10:"step_sharpness@50,batch_sharpness@200,lambda_max@400,loss@400" desc:"measurements, name@steps or name (usual cadence), ...; or none"`
	BSRelErr     float64  `split_words:"true" preset:"0.03" range:"> 0, < 1" desc:"means over batches: stop at this relative standard error"`
	BSMinBatches int      `split_words:"true" preset:"32" range:"≥ 2" desc:"means over batches: batches drawn at least"`
	BSMaxBatches int      `split_words:"true" preset:"512" range:"≥ 2" desc:"means over batches: batches drawn at most"`
	LmaxTol      float64  `split_words:"true" preset:"5e-3" range:"> 0, < 1" desc:"λmax, λᵇmax: relative error; 1e-3 tells close ones apart"`

	Precision  string `preset:"float32" oneof:"float32 float64" desc:"number type"`
	Checkpoint int    `preset:"2000" range:"≥ 0" desc:"steps between checkpoints, besides on Ctrl-C and at the end"`
	Keep       int    `preset:"0" range:"≥ 0" desc:"newest checkpoints kept; 0: all multiples of EOSS_CHECKPOINT"`

	Threads int    `preset:"0" range:"≥ 0" desc:"threads; 0: as many as the process may run at once"`
	BLAS    string `preset:"auto" oneof:"auto openblas go" desc:"matrix products (auto: OpenBLAS if installed)"`
	Chunk   int    `preset:"2048" range:"≥ 1" desc:"images per pass over the full data set"`
	Memory  Bytes  `desc:"memory of passes over the full data (half of what there is)"`
	Out     string `type:"path" desc:"output folder; default runs/ and a name made of the settings"`

	origin *origin // nil: a run that starts anew
}

// FromEnvironment reads the run from the process's EOSS_ variables; what is
// not set takes the default of the data set and model. measurables are the
// measurements that EOSS_MEASURE may name. Every mistake is a *ConfigError of
// one line, found before any work: a misspelt, empty or malformed variable, a
// value that is not allowed, a variable that would have no effect.
//
// EOSS_RESUME and EOSS_FROM take the run that is already there as the
// defaults.
func FromEnvironment(measurables []Measurable) (Config, error) {
	given := eossVariables(os.Environ())
	if c, ok, err := fromRun(given, measurables); ok {
		return c, err
	}
	c, err := load(given, measurables, func(c *Config) error {
		return explainParse(envconfig.Process(prefix, c))
	})
	if err != nil {
		return Config{}, err
	}
	return c, checkEffect(c, given, measurables)
}

// FromValues rebuilds the run that [Config.Values] listed, as in config.json.
// Absent variables take their default, variables of other models and optimizers are allowed
// (a full listing holds them), all else is checked as in [FromEnvironment].
func FromValues(values map[string]string, measurables []Measurable) (Config, error) {
	given := maps.Clone(values)
	maps.DeleteFunc(given, func(_, text string) bool { return text == "" })
	return load(given, measurables, func(c *Config) error { return c.set(given) })
}

// Values lists every variable with its final value.
func (c Config) Values() map[string]string {
	values := map[string]string{}
	for _, v := range variablesOf(&c) {
		values[v.name] = v.String()
	}
	return values
}

// load is what both sources share: read overwrites the fields that given names.
func load(given map[string]string, measurables []Measurable, read func(*Config) error) (Config, error) {
	if err := checkGiven(given); err != nil {
		return Config{}, err
	}
	c, err := defaults(given)
	if err != nil {
		return Config{}, err
	}
	if err := read(&c); err != nil {
		return Config{}, err
	}
	for name, seed := range map[string]*uint64{
		"EOSS_SEED_DATA": &c.SeedData, "EOSS_SEED_ORDER": &c.SeedOrder, "EOSS_SEED_INIT": &c.SeedInit,
	} {
		if _, ok := given[name]; !ok {
			*seed = c.Seed
		}
	}
	if err := c.completeCadences(measurables); err != nil {
		return Config{}, err
	}
	if err := c.completeNPZ(given); err != nil {
		return Config{}, err
	}
	if err := c.check(); err != nil {
		return Config{}, err
	}
	if err := c.checkOptimizer(measurables); err != nil {
		return Config{}, err
	}
	if err := c.checkNoise(); err != nil {
		return Config{}, err
	}
	if c.Out == "" {
		c.Out = c.defaultOut()
	}
	c.Out = filepath.Clean(c.Out) // without the slash at its end
	return c, nil
}

// set assigns the given texts to their fields, in the fields' order.
func (c *Config) set(given map[string]string) error {
	for _, v := range variablesOf(c) {
		if text, ok := given[v.name]; ok {
			if err := v.set(text); err != nil {
				return v.refuse(text, err)
			}
		}
	}
	return nil
}

// explainParse turns envconfig's parse error into a refusal.
func explainParse(err error) error {
	var parse *envconfig.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	all := variablesOf(new(Config))
	i := slices.IndexFunc(all, func(v variable) bool { return v.name == parse.KeyName })
	return all[i].refuse(parse.Value, parse.Err)
}
