package study

import "eoss/experiments"

// Profile sizes a set.
type Profile struct {
	Name    string
	Common  Variables // of every run
	Models  map[string]Preset
	Batches []int // b of the sweeps over batch sizes; 0: the full batch
	Seeds   int   // where a claim is judged
	Longer  bool  // batches below 16 train √(16/b) times as long, because they reach 2/η later
	Few     bool  // of batches of an eighth of the images or more, which differ little, four make a mean over batches
	Points  int   // of the loss in a run, and of the sharpnesses in those of the special studies
}

// Preset are a model's variables and its length of training.
type Preset struct {
	Variables Variables
	Rate      float64 // η, in units of the paper's
	Time      float64 // Σ η of a run, unless
	Steps     int     // gives its steps
	Most      int     // and batches of 64 or more train so many of them, if it is given: they reach 2/η soonest, and cost the most a step
	// Cadences of the sharpness of the step's batch, Batch Sharpness, λmax and λᵇmax, in two hundredths of a run.
	EveryStep, EverySharpness, EveryLambda, EveryLambdaB int
}

// Profiles lists them. Quick has the built-in data and networks so small that their η are a few times the paper's: a set takes minutes. Paper has
// the paper's sizes; those of the convolutional networks are what two cores manage in a night.
func Profiles() []Profile {
	return []Profile{{
		Name:    "quick",
		Common:  Variables{"EOSS_DATASET": "synthetic", "EOSS_N": "1024", "EOSS_N_TEST": "256", "EOSS_BS_MIN_BATCHES": "8", "EOSS_BS_MAX_BATCHES": "64", "EOSS_BS_REL_ERR": "0.05", "EOSS_LMAX_TOL": "0.01"},
		Batches: []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 0},
		Seeds:   3,
		Few:     true,
		Points:  50,
		Models: map[string]Preset{
			"mlp":   {Variables: Variables{"EOSS_WIDTHS": "64,64"}, Rate: 4, Time: 160, EveryStep: 1, EverySharpness: 4, EveryLambda: 12, EveryLambdaB: 10},
			"mlp-l": {Variables: Variables{"EOSS_WIDTHS": "64,64,64,64"}, Rate: 4, Time: 80, EveryStep: 1, EverySharpness: 4, EveryLambda: 12, EveryLambdaB: 10},
			"cnn": {Variables: Variables{"EOSS_WIDTHS": "8,8,16,32", "EOSS_N": "256", "EOSS_N_TEST": "64", "EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "8"},
				Rate: 4, Steps: 1200, EveryStep: 4, EverySharpness: 5, EveryLambda: 14, EveryLambdaB: 20},
			"resnet14": {Variables: Variables{"EOSS_WIDTHS": "4,8,8", "EOSS_N": "128", "EOSS_N_TEST": "64", "EOSS_INIT_SCALE": "0.5", "EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "8"},
				Rate: 20, Steps: 700, EveryStep: 4, EverySharpness: 6, EveryLambda: 15, EveryLambdaB: 40},
		},
	}, {
		Name:    "paper",
		Common:  Variables{"EOSS_DATASET": "cifar10", "EOSS_N": "8192", "EOSS_N_TEST": "2000"},
		Batches: []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 0},
		Seeds:   3,
		Longer:  true,
		Points:  100,
		Models: map[string]Preset{
			"mlp":      {Rate: 1, Time: 240, EveryStep: 1, EverySharpness: 2, EveryLambda: 4, EveryLambdaB: 8},
			"mlp-l":    {Rate: 1, Time: 240, EveryStep: 1, EverySharpness: 2, EveryLambda: 4, EveryLambdaB: 8},
			"cnn":      {Variables: Variables{"EOSS_N": "2048", "EOSS_BS_MAX_BATCHES": "64"}, Rate: 1, Time: 160, EveryStep: 1, EverySharpness: 4, EveryLambda: 8, EveryLambdaB: 16},
			"resnet14": {Variables: Variables{"EOSS_N": "2048", "EOSS_BS_MAX_BATCHES": "64"}, Rate: 1, Time: 1000, Most: 88_000, EveryStep: 1, EverySharpness: 4, EveryLambda: 8, EveryLambdaB: 16},
		},
	}}
}

// ProfileNamed finds a profile.
func ProfileNamed(name string) (Profile, error) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, &experiments.ConfigError{Variable: "EOSS_PROFILE", Value: name, Reason: "must be quick or paper"}
}
