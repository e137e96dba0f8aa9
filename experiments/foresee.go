package experiments

import (
	"eoss/graph/blas"
	"eoss/internal/data"
)

// CheckRun refuses what a program that is given these variables would refuse, without its environment. values are all of the run's; a fork
// is given only those that it changes.
func CheckRun(values, given map[string]string) (Config, error) {
	c, err := FromValues(values, Measurables())
	if err != nil {
		return Config{}, err
	}
	return c, checkEffect(c, given, Measurables())
}

// CheckFiles refuses files that the run could not begin with, at a glance: those of a set are many, and their checks come before a plan.
func (c Config) CheckFiles() error {
	if c.Init != "" {
		if _, _, err := c.initialFile(); err != nil {
			return err
		}
	}
	if c.dataset().NeedsDir {
		if err := data.CheckCIFAR10(c.DataDir, c.N, c.NTest); err != nil {
			return &UsageError{err.Error()}
		}
	}
	return nil
}

// CheckProblem refuses what the run would refuse before its first step: it reads the data, builds the network, and bounds its memory.
func (c Config) CheckProblem() error {
	err := blas.Usable(c.BLAS)
	if err != nil {
		return &UsageError{err.Error()}
	}
	if c.Precision == "float64" {
		_, err = NewProblem[float64](c)
	} else {
		_, err = NewProblem[float32](c)
	}
	if err != nil {
		return &UsageError{err.Error()}
	}
	return nil
}
