package experiments

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"eoss/internal/data"
)

// DatasetChoice is a value of EOSS_DATASET; its defaults stand in the tags of
// Config under its name.
type DatasetChoice struct {
	Name              string
	MaxTrain, MaxTest int
	NeedsDir          bool // EOSS_DATA_DIR must name a folder
}

// Datasets lists the data sets. A new one is a row here and a tag on each
// field of Config whose default differs.
func Datasets() []DatasetChoice {
	return []DatasetChoice{
		{Name: "synthetic", MaxTrain: 1_000_000, MaxTest: 1_000_000},
		{Name: "cifar10", MaxTrain: 50_000, MaxTest: 10_000, NeedsDir: true},
	}
}

// ModelChoice is a value of EOSS_MODEL.
type ModelChoice struct {
	Name   string
	Reads  []string // those variables that not every model reads
	Losses []string // values of EOSS_LOSS, nil for all
	// Presets replace the defaults: data set ("" for all), variable, value.
	Presets map[string]map[string]string
}

// Models lists the networks. A new one is a row here.
func Models() []ModelChoice {
	return []ModelChoice{
		{Name: "mlp", Reads: []string{"EOSS_WIDTHS", "EOSS_ACTIVATION"}},
		{Name: "mlp-l", Reads: []string{"EOSS_WIDTHS", "EOSS_ACTIVATION"}, Presets: map[string]map[string]string{
			"synthetic": {"EOSS_WIDTHS": "256,256,256,256"},
			"cifar10":   {"EOSS_WIDTHS": "512,512,512,512"},
		}},
		{Name: "mlp-linear", Reads: []string{"EOSS_WIDTHS"}, Presets: map[string]map[string]string{
			"": {"EOSS_ACTIVATION": "linear"},
		}},
		{Name: "diaglin", Losses: []string{"mse"}, Presets: map[string]map[string]string{
			"": {"EOSS_ACTIVATION": "linear", "EOSS_WIDTHS": ""},
		}},
		convolutional("cnn", "64,64,128,512", "0.3", "0.02"),
		convolutional("resnet8", "16,32,64", "0.2", "0.01"),
		convolutional("resnet10", "16,32,64", "0.2", "0.01"), // the paper's name for resnet14
		convolutional("resnet14", "16,32,64", "0.2", "0.01"),
		convolutional("resnet20", "16,32,64", "0.2", "0.01"),
	}
}

// convolutional is a network whose widths are its channels and whose initial scale and η are the authors'.
func convolutional(name, widths, scale, lr string) ModelChoice {
	return ModelChoice{Name: name, Reads: []string{"EOSS_WIDTHS", "EOSS_ACTIVATION"}, Presets: map[string]map[string]string{
		"": {"EOSS_WIDTHS": widths, "EOSS_INIT_SCALE": scale, "EOSS_LR": lr, "EOSS_CHUNK": "512"},
	}}
}

// Measurable is what the configuration has to know of a measurement: its name
// in EOSS_MEASURE, the cadence taken when the variable gives none and the data
// set has none (0: it must be given), and the variables that only this
// measurement and its like read.
type Measurable struct {
	Name      string
	Every     int
	Meaning   string // its formula, for -h
	Reads     []string
	Optimizer string // the only one that it has a meaning for; "" for all
}

// defaults is the run before any variable but the data set, model and optimizer is read.
func defaults(given map[string]string) (Config, error) {
	var c Config
	chosen := defaultsOf("")
	for _, v := range variablesOf(&c) {
		if v.name != "EOSS_DATASET" && v.name != "EOSS_MODEL" && v.name != "EOSS_OPTIMIZER" {
			continue
		}
		text, ok := given[v.name]
		if !ok {
			text = chosen[v.name]
		}
		if !v.isChoice(text) {
			return c, v.refuse(text, nil)
		}
		chosen[v.name] = text
	}
	dataset, model, optimizer := chosen["EOSS_DATASET"], chosen["EOSS_MODEL"], chosen["EOSS_OPTIMIZER"]
	maps.Copy(chosen, defaultsOf(dataset))
	chosen["EOSS_DATASET"], chosen["EOSS_MODEL"], chosen["EOSS_OPTIMIZER"] = dataset, model, optimizer
	c.Model, c.Optimizer = model, optimizer
	for _, presets := range []map[string]map[string]string{c.model().Presets, c.optimizer().Presets} {
		maps.Copy(chosen, presets[""])
		maps.Copy(chosen, presets[presetsOf(dataset)])
	}
	err := c.set(chosen)
	return c, err
}

// defaultsOf are the defaults that the tags of Config give with a data set.
func defaultsOf(dataset string) map[string]string {
	texts := map[string]string{}
	for _, v := range variablesOf(new(Config)) {
		if text := v.defaultFor(dataset); text != "" {
			texts[v.name] = text
		}
	}
	return texts
}

func (c Config) dataset() DatasetChoice {
	if isNPZ(c.Dataset) {
		return DatasetChoice{Name: c.Dataset, MaxTrain: c.N, MaxTest: c.NTest} // completeNPZ has checked them
	}
	all := Datasets()
	return all[slices.IndexFunc(all, func(d DatasetChoice) bool { return d.Name == c.Dataset })]
}

func (c Config) model() ModelChoice {
	all := Models()
	return all[slices.IndexFunc(all, func(m ModelChoice) bool { return m.Name == c.Model })]
}

// defaultOut names the output folder after what is usually varied:
// runs/cifar10-mlp-512x512-mse-b16-lr0.01-n8192-seed0. Two runs that share the
// name need EOSS_OUT.
func (c Config) defaultOut() string {
	parts := []string{data.NPZName(c.Dataset), c.Model}
	if len(c.Widths) > 0 {
		parts = append(parts, strings.ReplaceAll(c.Widths.String(), ",", "x"))
	}
	if slices.Contains(c.model().Reads, "EOSS_ACTIVATION") && c.Activation != "relu" {
		parts = append(parts, c.Activation)
	}
	seeds := strconv.FormatUint(c.SeedData, 10)
	if c.SeedOrder != c.SeedData || c.SeedInit != c.SeedData {
		seeds = fmt.Sprintf("%d.%d.%d", c.SeedData, c.SeedOrder, c.SeedInit)
	}
	parts = append(parts, c.Loss)
	parts = append(parts, c.optimizerName()...)
	parts = append(parts, c.noiseName()...)
	parts = append(parts, fmt.Sprintf("b%d", c.Batch), fmt.Sprintf("lr%g", c.LR),
		fmt.Sprintf("n%d", c.N), "seed"+seeds)
	if c.origin.forks() {
		parts = append(parts, fmt.Sprintf("from%d", c.origin.step))
	}
	return filepath.Join("runs", strings.Join(parts, "-"))
}
