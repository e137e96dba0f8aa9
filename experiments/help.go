package experiments

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// ParseArguments reads the command line (without the program's name): nothing,
// or -h, --help, help. Anything else is an error, for runs are configured by
// variables only.
func ParseArguments(args []string) (help bool, err error) {
	for _, arg := range args {
		switch arg {
		case "-h", "--help", "-help", "help":
			help = true
		default:
			return false, &UsageError{fmt.Sprintf("unexpected argument %q: a run is configured by EOSS_ variables, -h lists them", arg)}
		}
	}
	return help, nil
}

// UsageError is a command line that the program does not understand.
type UsageError struct{ Reason string }

func (e *UsageError) Error() string { return e.Reason }

// WriteHelp prints the usage, every variable with its type, its default for
// each data set and its meaning, and the names of the measurements.
func WriteHelp(w io.Writer, program string, measurables []Measurable) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }

	row("usage:   [EOSS_NAME=value ...] " + program + " [-h]")
	row("example: EOSS_DATASET=cifar10 EOSS_DATA_DIR=data/cifar-10-batches-bin EOSS_BATCH=64 " + program)

	row("\nThe defaults depend on the data set (EOSS_DATASET):\n\nVARIABLE", "TYPE",
		strings.Join(names(Datasets(), func(d DatasetChoice) string { return strings.ToUpper(d.Name) }), "\t"), "MEANING")
	for _, v := range variablesOf(new(Config)) {
		row(helpRow(v)...)
	}
	for _, v := range outside() {
		row(v.name, v.kind, strings.Repeat("\t", len(Datasets())-1), v.desc)
	}
	row("\nDefault of EOSS_MEASURE")
	for _, d := range Datasets() {
		row("  "+d.Name, defaultsOf(d.Name)["EOSS_MEASURE"])
	}
	row("\nModels (EOSS_MODEL)")
	row("  " + strings.Join(names(Models(), func(m ModelChoice) string { return m.Name }), ", "))
	row("\nDefaults of some models and optimizers")
	for _, m := range Models() {
		for _, dataset := range slices.Sorted(maps.Keys(m.Presets)) {
			if text := presetText(m, dataset); text != "" {
				row("  "+m.Name, dataset, text)
			}
		}
	}
	for _, o := range Optimizers() {
		for _, dataset := range slices.Sorted(maps.Keys(o.Presets)) {
			row("  "+o.Name, dataset, presetText(ModelChoice{Presets: o.Presets}, dataset))
		}
	}
	row("\nNoise (EOSS_NOISE); the injected noises are added to the gradient of all n images")
	for _, n := range Noises() {
		row("  "+n.Name, n.Meaning)
	}
	row("\nYour own data (EOSS_DATASET=file.npz)\n" + npzHelp)
	row("\nMeasurements")
	row("  " + strings.Join(names(measurables, func(m Measurable) string { return m.Name }), ", "))
	return t.Flush()
}

// helpRow is a variable's line; a default too long for its column is left to
// the list below the table.
func helpRow(v variable) []string {
	row := []string{v.name, v.kind()}
	for i, d := range Datasets() {
		text := v.defaultFor(d.Name)
		switch {
		case strings.HasPrefix(v.name, "EOSS_SEED_"):
			text = "EOSS_SEED"
		case len(text) > 12:
			text = "see below"
		case text == "", v.name == "EOSS_DATASET" && i > 0:
			text = "-"
		}
		row = append(row, text)
	}
	meaning := v.tags.Get("desc")
	if choices := v.choices(); len(choices) > 5 {
		meaning += ", one of those below"
	} else if len(choices) > 0 {
		meaning += ": " + v.allowed()
	} else if bounds := v.tags.Get("range"); bounds != "" {
		meaning += " (" + bounds + ")"
	}
	return append(row, meaning)
}

// presetText lists a model's own defaults, without what the model fixes.
func presetText(m ModelChoice, dataset string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m.Presets[dataset])) {
		optional := slices.ContainsFunc(Models(), func(m ModelChoice) bool { return slices.Contains(m.Reads, name) })
		if !optional || slices.Contains(m.Reads, name) {
			parts = append(parts, name+"="+m.Presets[dataset][name])
		}
	}
	return strings.Join(parts, " ")
}
