package experiments

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"eoss/internal/data"
)

// ConfigError is a refused variable: one line with its name, its value, and
// what is allowed.
type ConfigError struct {
	Variable, Value string
	Reason          string
}

func (e *ConfigError) Error() string {
	return oneLine(e.Variable + "=" + e.Value + ": " + e.Reason)
}

// oneLine writes characters that would break the line, or move the cursor, as Go does: \n.
func oneLine(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// checkGiven refuses what can be seen in the texts alone.
func checkGiven(given map[string]string) error {
	if err := checkNames(given); err != nil {
		return err
	}
	for _, v := range variablesOf(new(Config)) {
		text, ok := given[v.name]
		switch {
		case !ok:
		case text == "":
			return &ConfigError{v.name, "", "is empty; unset it for its default"}
		case v.kind() == "integer" && !integers.MatchString(text), v.kind() == "number" && !numbers.MatchString(text):
			return v.refuse(text, nil)
		}
	}
	return nil
}

// extremeLR and its inverse bound the step size: figures show numbers up to 1e100, and Adam's threshold is many times 2/η.
const extremeLR = 1e90

// check refuses values that are impossible by themselves or together.
func (c *Config) check() error {
	for _, v := range variablesOf(c) {
		if v.name == "EOSS_N_TEST" && isNPZ(c.Dataset) {
			continue // may be 0; completeNPZ has checked it
		}
		if err := v.check(); err != nil {
			return err
		}
	}
	set, losses := c.dataset(), c.model().Losses
	switch {
	case !(1/extremeLR <= c.LR && c.LR <= extremeLR):
		return &ConfigError{"EOSS_LR", strconv.FormatFloat(c.LR, 'g', -1, 64),
			fmt.Sprintf("must be a number from %g to %g, so that its threshold, such as 2/η, can be drawn", 1/extremeLR, extremeLR)}
	case c.N > set.MaxTrain:
		return &ConfigError{"EOSS_N", strconv.Itoa(c.N),
			fmt.Sprintf("%s has %d training images at most", c.Dataset, set.MaxTrain)}
	case c.NTest > set.MaxTest:
		return &ConfigError{"EOSS_N_TEST", strconv.Itoa(c.NTest),
			fmt.Sprintf("%s has %d test images at most", c.Dataset, set.MaxTest)}
	case c.Batch > c.N:
		return &ConfigError{"EOSS_BATCH", strconv.Itoa(c.Batch), fmt.Sprintf("must be an integer from 1 to EOSS_N=%d", c.N)}
	case c.BSMinBatches > c.BSMaxBatches:
		return &ConfigError{"EOSS_BS_MIN_BATCHES", strconv.Itoa(c.BSMinBatches),
			fmt.Sprintf("must be an integer from 2 to EOSS_BS_MAX_BATCHES=%d", c.BSMaxBatches)}
	case losses != nil && !slices.Contains(losses, c.Loss):
		return &ConfigError{"EOSS_LOSS", c.Loss,
			fmt.Sprintf("EOSS_MODEL=%s allows only %s", c.Model, strings.Join(losses, ", "))}
	case set.NeedsDir:
		return c.checkDataDir()
	}
	return nil
}

func (c *Config) checkDataDir() error {
	var mistake *data.Error
	if !errors.As(data.CheckDir(c.DataDir), &mistake) {
		return nil
	}
	problem := mistake.Problem
	if c.DataDir == "" {
		problem = "is needed for EOSS_DATASET=" + c.Dataset
	}
	return &ConfigError{"EOSS_DATA_DIR", c.DataDir, problem + "; " + mistake.Remedy}
}

// completeCadences refuses unknown measurements and fills in the cadences that
// EOSS_MEASURE left out.
func (c *Config) completeCadences(measurables []Measurable) error {
	usual := map[string]int{}
	for _, m := range measurables {
		usual[m.Name] = m.Every
	}
	var ofDataset Cadences
	if err := ofDataset.UnmarshalText([]byte(defaultsOf(c.Dataset)["EOSS_MEASURE"])); err != nil {
		return err
	}
	value := c.Measure.String()
	for i, cadence := range c.Measure {
		every, known := usual[cadence.Name]
		if !known {
			all := names(measurables, func(m Measurable) string { return m.Name })
			return &ConfigError{"EOSS_MEASURE", value,
				fmt.Sprintf("no measurement %q; there are %s", cadence.Name, strings.Join(all, ", "))}
		}
		if cadence.Every > 0 {
			continue
		}
		for _, d := range ofDataset {
			if d.Name == cadence.Name {
				every = d.Every
			}
		}
		if every < 1 {
			return &ConfigError{"EOSS_MEASURE", value,
				fmt.Sprintf("%s needs a cadence in steps, such as %[1]s@200", cadence.Name)}
		}
		c.Measure[i].Every = every
	}
	return nil
}
