package plots

import (
	"path/filepath"
	"slices"
	"strings"
)

// datasets are the names that readers know.
var datasets = map[string]string{"cifar10": "CIFAR-10", "synthetic": "synthetic data"}

// dynamics are the values of EOSS_NOISE in words, but for plain SGD's.
var dynamics = map[string]string{
	"replacement": "batches drawn with replacement",
	"directional": "GD with directional noise",
	"diagonal":    "GD with diagonal noise",
	"isotropic":   "GD with isotropic noise",
	"sde":         "directional noise as an SDE",
}

// optimizers are the values of EOSS_OPTIMIZER in words, but for plain SGD's.
var optimizers = map[string]string{"momentum": "SGD with momentum", "adam": "Adam"}

// Subject says what was trained, on what and how, as the EOSS_ variables v say, such as
//
//	mlp with tanh on CIFAR-10, loss ce, SGD with momentum
//
// The defaults (relu, mse, plain SGD) are not named, and what v lacks is left out.
func Subject(v map[string]string) string {
	model, data := v["EOSS_MODEL"], DataName(v["EOSS_DATASET"])
	text := data
	if model != "" {
		text = model + activation(model, v["EOSS_ACTIVATION"])
		if data != "" {
			text += " on " + data
		}
	}
	parts := []string{text}
	if loss := v["EOSS_LOSS"]; loss != "" && loss != "mse" {
		parts = append(parts, "loss "+loss)
	}
	noise := v["EOSS_NOISE"]
	parts = append(parts, optimizers[v["EOSS_OPTIMIZER"]], dynamics[noise])
	if v["EOSS_NOISE_FACTOR"] == "distinct" && noise != "replacement" && dynamics[noise] != "" {
		parts = append(parts, "the noise times √((n−b)/(n−1))")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// activation names that of a model, unless it is the default or the model has no other.
func activation(model, name string) string {
	if name == "" || name == "relu" || model == "mlp-linear" || model == "diaglin" {
		return ""
	}
	return " with " + name
}

// DataName is what readers call the data of EOSS_DATASET.
func DataName(data string) string {
	if known, ok := datasets[data]; ok {
		return known
	}
	if name, ok := strings.CutSuffix(filepath.Base(data), ".npz"); ok { // a user's own file
		return name
	}
	return data
}
