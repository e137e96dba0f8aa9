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

// help is what -h of a program says.
type help struct {
	program, arguments string
	measurables        []Measurable
	unread             []string           // variables of Config that the program refuses; nil: it trains
	own                map[string]meaning // of variables that mean something else to it
}

// meaning is a variable's default, with every data set, and its line.
type meaning struct{ preset, text string }

// WriteHelp prints the usage of a program that trains, every variable with its type, its default for
// each data set and its meaning, and the names of the measurements.
func WriteHelp(w io.Writer, program string, measurables []Measurable) error {
	return help{program: program, arguments: "[-h]", measurables: measurables}.write(w)
}

func (h help) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }
	trains := h.unread == nil

	row("usage:   [EOSS_NAME=value ...] " + h.program + " " + h.arguments)
	row("example: EOSS_DATASET=cifar10 EOSS_DATA_DIR=data/cifar-10-batches-bin EOSS_BATCH=64 " + h.program)

	row("\nThe defaults depend on the data set (EOSS_DATASET):\n\nVARIABLE", "TYPE",
		strings.Join(names(Datasets(), func(d DatasetChoice) string { return strings.ToUpper(d.Name) }), "\t"), "MEANING")
	h.variables(row)
	if trains {
		row("\nDefault of EOSS_MEASURE")
		for _, d := range Datasets() {
			row("  "+d.Name, defaultsOf(d.Name)["EOSS_MEASURE"])
		}
	}
	row("\nModels (EOSS_MODEL)")
	row("  " + strings.Join(names(Models(), func(m ModelChoice) string { return m.Name }), ", "))
	h.presets(row)
	if trains {
		row("\nNoise (EOSS_NOISE); the injected noises are added to the gradient of all n images")
		for _, n := range Noises() {
			row("  "+n.Name, n.Meaning)
		}
	}
	row("\nYour own data (EOSS_DATASET=file.npz)\n" + npzHelp)
	row("\nMeasurements; g, H: gradient and Hessian of the loss L of all training images; g_B, H_B: of a batch, E: over batches")
	for _, m := range h.measurables {
		row("  "+m.Name, m.Meaning)
	}
	return t.Flush()
}

// variables writes a line for each variable that the program reads and, if it trains, for those of the other programs.
func (h help) variables(row func(cells ...string)) {
	for _, v := range variablesOf(new(Config)) {
		if own, ok := h.own[v.name]; ok {
			row(append(append([]string{v.name, v.kind()}, slices.Repeat([]string{own.preset}, len(Datasets()))...), own.text)...)
		} else if !slices.Contains(h.unread, v.name) {
			row(helpRow(v)...)
		}
	}
	if h.unread != nil {
		return
	}
	for _, v := range outside() {
		row(v.name, v.kind, strings.Repeat("\t", len(Datasets())-1), v.desc)
	}
}

// presets writes the defaults that replace those of the table.
func (h help) presets(row func(cells ...string)) {
	optimizers := Optimizers()
	if slices.Contains(h.unread, "EOSS_OPTIMIZER") {
		optimizers = nil
		row("\nDefaults of some models")
	} else {
		row("\nDefaults of some models and optimizers")
	}
	for _, m := range Models() {
		for _, dataset := range slices.Sorted(maps.Keys(m.Presets)) {
			if text := presetText(m, dataset); text != "" {
				row("  "+m.Name, dataset, text)
			}
		}
	}
	for _, o := range optimizers {
		for _, dataset := range slices.Sorted(maps.Keys(o.Presets)) {
			row("  "+o.Name, dataset, presetText(ModelChoice{Presets: o.Presets}, dataset))
		}
	}
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
