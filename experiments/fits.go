package experiments

import (
	"fmt"
	"math"
	"strconv"

	"eoss/internal/data"
)

// room is what the data and parameters of a run may take together, before any of them is there: what the machine has, where it tells.
var room = func() Bytes {
	if machine := machineMemory(); machine > 0 {
		return machine
	}
	return math.MaxInt64
}

// float is the size of a number of the run's precision.
func (c Config) float() Bytes {
	if c.Precision == "float64" {
		return 8
	}
	return 4
}

// dataBytes is what so many samples of a number of values take. They are float32, and widened for a run of float64.
func (c Config) dataBytes(samples, values int) Bytes {
	each := Bytes(4)
	if c.float() == 8 {
		each += 8
	}
	return Bytes(samples) * Bytes(values) * each
}

// checkDataFits refuses images that the machine cannot hold.
func (c Config) checkDataFits(has Bytes) error {
	if isNPZ(c.Dataset) {
		return c.checkNPZFits(has)
	}
	const values = 3 * 32 * 32
	needed := c.dataBytes(c.N+c.NTest, values)
	if needed <= has {
		return nil
	}
	variable, value := "EOSS_N", c.N
	if c.NTest > c.N {
		variable, value = "EOSS_N_TEST", c.NTest
	}
	return &ConfigError{variable, strconv.Itoa(value), fmt.Sprintf("%d images take %s and there are %s of memory: set it lower",
		c.N+c.NTest, needed.Rounded(), has.Rounded())}
}

// checkNPZFits refuses a user's file that the machine cannot hold: all of its samples are read, whatever EOSS_N is.
func (c Config) checkNPZFits(has Bytes) error {
	size, err := data.NPZSizeOf(c.Dataset)
	needed := Bytes(size.Peak())
	if c.float() == 8 {
		needed += 8 * Bytes(size.Values) / Bytes(max(size.Train+size.Test, 1)) * Bytes(c.N+c.NTest) // the chosen ones widened, as in dataBytes
	}
	if err == nil && needed > has {
		return &ConfigError{"EOSS_DATASET", c.Dataset, fmt.Sprintf("its %d numbers take %s and there are %s of memory: give a smaller file",
			size.Values, needed.Rounded(), has.Rounded())}
	}
	return err
}

// checkNetworkFits refuses parameters that the machine cannot hold beside the data: θ, and the float64 draw that it is made of.
func (c Config) checkNetworkFits(params int, images, has Bytes) error {
	needed := Bytes(params) * (8 + c.float())
	if needed <= has-images {
		return nil
	}
	variable, value := "EOSS_WIDTHS", c.Widths.String()
	if value == "" {
		variable, value = "EOSS_MODEL", c.Model
	}
	return &ConfigError{variable, value, fmt.Sprintf("%d parameters take %s beside %s of images, and there are %s of memory: choose a smaller network",
		params, needed.Rounded(), images.Rounded(), has.Rounded())}
}
