package experiments

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"eoss/internal/data"
)

// npzChoice is the value of EOSS_DATASET that is not in [Datasets]: a user's own data.
const npzChoice = "a path ending in .npz"

func isNPZ(dataset string) bool { return strings.HasSuffix(dataset, ".npz") }

// presetsOf is the data set whose presets hold for a data set: a user's file takes those of synthetic, but for the numbers
// of samples, which completeNPZ fills in.
func presetsOf(dataset string) string {
	if isNPZ(dataset) {
		return "synthetic"
	}
	return dataset
}

// completeNPZ takes all samples of a user's file unless fewer are asked for. NTest is 0 when the file has no test samples.
func (c *Config) completeNPZ(given map[string]string) error {
	if !isNPZ(c.Dataset) {
		return nil
	}
	size, err := data.NPZSizeOf(c.Dataset)
	train, test := size.Train, size.Test
	var mistake *data.NPZError
	switch {
	case errors.As(err, &mistake):
		return &ConfigError{"EOSS_DATASET", mistake.Path, mistake.Problem}
	case err != nil:
		return err
	}
	if _, ok := given["EOSS_N"]; !ok {
		c.N = train
	}
	if _, ok := given["EOSS_N_TEST"]; !ok || test == 0 {
		c.NTest = test
	}
	switch {
	case c.N > train:
		return &ConfigError{"EOSS_N", strconv.Itoa(c.N), fmt.Sprintf("%s has %d training samples", c.Dataset, train)}
	case test > 0 && (c.NTest < 1 || c.NTest > test):
		return &ConfigError{"EOSS_N_TEST", strconv.Itoa(c.NTest), fmt.Sprintf("must be an integer from 1 to %d, the test samples of %s", test, c.Dataset)}
	}
	return nil
}

// checkNPZEffect refuses EOSS_N_TEST where there are no test samples.
func (c Config) checkNPZEffect(given map[string]string) error {
	if text, ok := given["EOSS_N_TEST"]; ok && isNPZ(c.Dataset) && c.NTest == 0 {
		return &ConfigError{"EOSS_N_TEST", text, "has no effect in this run, unset it; " + c.Dataset + " has no x_test"}
	}
	return nil
}

// checkTargets refuses what cannot learn real targets.
func (c Config) checkTargets(train *data.Set) error {
	switch {
	case train.Targets == nil:
	case c.Loss == "ce":
		return &ConfigError{"EOSS_LOSS", c.Loss, "needs labels, and array y of " + c.Dataset + " holds real targets; set EOSS_LOSS=mse"}
	case c.Model == "diaglin" && train.Classes != 1:
		return &ConfigError{"EOSS_MODEL", c.Model, fmt.Sprintf("has one output, and array y of %s has %d columns", c.Dataset, train.Classes)}
	}
	return nil
}

const npzHelp = `  arrays x (n, features) or (n, channels, height, width), and y (n) integer labels 0 … c−1 or (n, c) one-hot labels or
  real targets; x_test and y_test too, if there are any. Floats are taken as they are; uint8 is scaled to mean 0 and
  standard deviation 1 by channel. Defaults as for synthetic, but EOSS_N and EOSS_N_TEST: all. Real targets need
  EOSS_LOSS=mse.`
