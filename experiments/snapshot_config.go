package experiments

import (
	"strings"
)

// snapshotUnread are the variables that only training steps need.
var snapshotUnread = []string{"EOSS_STEPS", "EOSS_STOP_LOSS", "EOSS_CHECKPOINT", "EOSS_KEEP", resumeVariable, fromVariable,
	"EOSS_NOISE", "EOSS_NOISE_FACTOR", "EOSS_SDE_STEP",
	"EOSS_OPTIMIZER", "EOSS_MOMENTUM", "EOSS_BETA1", "EOSS_BETA2", "EOSS_EPSILON"}

// snapshotFromEnvironment reads a measurement without training from "NAME=value" strings. It differs from
// [FromEnvironment] in three variables: EOSS_MEASURE has names without cadences, and by default all; EOSS_OUT is empty by
// default; and what only training reads is refused.
func snapshotFromEnvironment(environ []string) (Config, error) {
	given := eossVariables(environ)
	for _, name := range snapshotUnread {
		if text, ok := given[name]; ok {
			return Config{}, &ConfigError{name, text, "has no effect, unset it: measure takes no training step"}
		}
	}
	measurables := snapshotMeasurables()
	switch text, ok := given["EOSS_MEASURE"]; {
	case !ok:
		given["EOSS_MEASURE"] = strings.Join(names(measurables, func(m Measurable) string { return m.Name }), ",")
	case text == "none":
		return Config{}, &ConfigError{"EOSS_MEASURE", text, "nothing would be measured; unset it to measure everything"}
	case strings.Contains(text, "@"):
		return Config{}, &ConfigError{"EOSS_MEASURE", text, "a cadence has no effect: give names alone, such as loss,lambda_max"}
	}
	c, err := load(given, measurables, func(c *Config) error { return c.set(given) })
	if err != nil {
		return Config{}, err
	}
	if given["EOSS_OUT"] == "" {
		c.Out = ""
	}
	return c, checkEffect(c, given, measurables)
}
