package study

import (
	"fmt"
	"slices"
	"strings"
)

// symbols are the variables that a caption names, in its order.
var symbols = []struct{ name, symbol string }{
	{"EOSS_MODEL", ""}, {"EOSS_DATASET", "on "}, {"EOSS_LOSS", "loss "}, {"EOSS_LR", "η = "}, {"EOSS_BATCH", "b = "}, {"EOSS_N", "n = "}, {"EOSS_STEPS", "steps "}, {"EOSS_SEED", "seed "},
}

// Caption says what the runs have in common; of what differs it says between what.
func Caption(runs ...Run) string {
	var parts []string
	for _, s := range symbols {
		switch values := distinct(s.name, runs); {
		case len(values) == 1 && values[0] == "":
		case len(values) == 1 && s.name == "EOSS_STEPS":
			parts = append(parts, values[0]+" steps")
		case s.name == "EOSS_STEPS":
			parts = append(parts, fmt.Sprintf("%s to %s steps", values[0], values[len(values)-1]))
		case len(values) == 1:
			parts = append(parts, s.symbol+values[0])
		case s.name == "EOSS_N":
			parts = append(parts, s.symbol+strings.Join(values, ", "))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, ", "), ", on ", " on ")
}

// Differing says in what a run differs from others: its model, η and b.
func Differing(r Run, all ...Run) string {
	var parts []string
	for _, s := range symbols {
		if s.name != "EOSS_N" && s.name != "EOSS_STEPS" && len(distinct(s.name, all)) > 1 {
			parts = append(parts, s.symbol+r.Variables[s.name])
		}
	}
	return strings.Join(parts, ", ")
}

// distinct are the values of a variable, smaller numbers first.
func distinct(name string, runs []Run) (values []string) {
	sorted := slices.Clone(runs)
	slices.SortStableFunc(sorted, func(a, b Run) int {
		return int(a.Variables.Number(name) - b.Variables.Number(name))
	})
	for _, r := range sorted {
		if v := r.Variables[name]; !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}
