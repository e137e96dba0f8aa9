package plots

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// settings are the variables that a caption or a title gives, in this order, with the symbol before the value.
var settings = []struct{ name, symbol string }{
	{"EOSS_LR", "η = "}, {"EOSS_MOMENTUM", "μ = "}, {"EOSS_BETA1", "β_{1} = "}, {"EOSS_BETA2", "β_{2} = "}, {"EOSS_EPSILON", "ε = "},
	{"EOSS_BATCH", "b = "}, {"EOSS_N", "n = "}, {"EOSS_SEED", "seed "},
}

// silent are the variables that say how a run was computed, measured or stored, or that follow from others.
var silent = []string{
	"EOSS_BLAS", "EOSS_BS_MAX_BATCHES", "EOSS_BS_MIN_BATCHES", "EOSS_BS_REL_ERR", "EOSS_CHECKPOINT",
	"EOSS_CHUNK", "EOSS_DATA_DIR", "EOSS_KEEP", "EOSS_LMAX_TOL", "EOSS_MEASURE", "EOSS_MEMORY",
	"EOSS_N_TEST", "EOSS_OUT", "EOSS_PRECISION", "EOSS_STEPS", "EOSS_STOP_LOSS", "EOSS_THREADS",
}

// noted is a caption with a note at its end.
func noted(caption, note string) string {
	if note == "" {
		return caption
	}
	return caption + "; " + note
}

// caption says what was trained, on what and how, as far as it is common to
// the runs; what config.json does not say is left out. The steps are those of
// the shortest run to those of the longest.
func caption(runs ...*Run) string { return captionWith(stepsOf(runs), runs...) }

// captionWith is the caption with the steps in these words.
func captionWith(steps string, runs ...*Run) string {
	first, differ := runs[0].Config.Variables, differing(runs...)
	v := map[string]string{}
	for name, text := range first {
		if !slices.Contains(differ, name) {
			v[name] = text
		}
	}
	for _, name := range unread(v["EOSS_OPTIMIZER"]) {
		delete(v, name)
	}
	if slices.Contains(differ, "EOSS_MODEL") {
		v["EOSS_MODEL"] = modelsOf(runs)
	}
	own := ownSeeds(v, first["EOSS_SEED"])
	if len(own) == 3 { // nothing follows from it
		delete(v, "EOSS_SEED")
	}
	var parts []string
	for _, s := range settings {
		if s.name == "EOSS_SEED" {
			parts = append(parts, steps)
		}
		if text := v[s.name]; text != "" {
			parts = append(parts, s.symbol+pretty(text))
		}
	}
	text := strings.Join(append(parts, own...), ", ")
	if subject := Subject(v); subject != "" {
		return subject + ": " + text
	}
	return text
}

// ownSeeds name those of the variables v that do not follow from the seed, and the file that initial parameters come from.
func ownSeeds(v map[string]string, seed string) (parts []string) {
	own := func(name, words string) {
		if text := v[name]; text != "" && text != seed {
			parts = append(parts, words+pretty(text))
		}
	}
	own("EOSS_SEED_DATA", "subset ")
	own("EOSS_SEED_ORDER", "batches of seed ")
	if file := v["EOSS_INIT"]; file != "" {
		return append(parts, "from "+filepath.Base(file))
	}
	own("EOSS_SEED_INIT", "weights of seed ")
	return parts
}

// unread are the variables of settings that an optimizer does not read.
func unread(optimizer string) []string {
	switch optimizer {
	case "momentum":
		return adams
	case "adam":
		return []string{"EOSS_MOMENTUM"}
	}
	return append(adams[:3:3], "EOSS_MOMENTUM")
}

var adams = []string{"EOSS_BETA1", "EOSS_BETA2", "EOSS_EPSILON"}

// modelsOf lists the models of the runs, as in "mlp, cnn and resnet14".
func modelsOf(runs []*Run) string {
	var models []string
	for _, r := range runs {
		if model := r.Config.Variables["EOSS_MODEL"]; model != "" && !slices.Contains(models, model) {
			models = append(models, model)
		}
	}
	if last := len(models) - 1; last > 0 {
		return strings.Join(models[:last], ", ") + " and " + models[last]
	}
	return strings.Join(models, "")
}

func stepsOf(runs []*Run) string {
	least, most := math.MaxInt, 0
	for _, r := range runs {
		least, most = min(least, r.lastStep()), max(most, r.lastStep())
	}
	if least == most {
		return plural(float64(most), "step")
	}
	return PlainNumber(float64(least)) + " to " + plural(float64(most), "step")
}

// differing lists the variables by which the runs differ: those of settings
// first, in their order, then others by name. Variables that tell nothing
// about the training are left out, and so are seeds and widths that follow
// from EOSS_SEED and EOSS_MODEL.
func differing(runs ...*Run) []string {
	first, differs := runs[0].Config.Variables, map[string]bool{}
	for _, r := range runs[1:] {
		for name, text := range r.Config.Variables {
			differs[name] = differs[name] || first[name] != text
		}
		for name, text := range first {
			differs[name] = differs[name] || r.Config.Variables[name] != text
		}
	}
	for _, name := range silent {
		differs[name] = false
	}
	if differs["EOSS_MODEL"] {
		differs["EOSS_WIDTHS"], differs["EOSS_INIT_SCALE"] = false, false
	}
	if differs["EOSS_SEED"] {
		differs["EOSS_SEED_DATA"], differs["EOSS_SEED_ORDER"], differs["EOSS_SEED_INIT"] = false, false, false
	}
	order := []string{"EOSS_MODEL", "EOSS_DATASET", "EOSS_LOSS", "EOSS_OPTIMIZER", "EOSS_NOISE"}
	for _, s := range settings {
		order = append(order, s.name)
	}
	var list, others []string
	for name, yes := range differs {
		if yes && !slices.Contains(order, name) {
			others = append(others, name)
		}
	}
	for _, name := range order {
		if differs[name] {
			list = append(list, name)
		}
	}
	slices.Sort(others)
	return append(list, others...)
}

// title gives the values that the run has of the named variables.
func (r *Run) title(names []string) string {
	v := r.Config.Variables
	var parts []string
	for _, name := range names {
		if v[name] != "" || name == "EOSS_NOISE" { // runs from before it were SGD
			parts = append(parts, r.setting(name))
		}
	}
	return strings.Join(parts, ", ")
}

// setting is the value that the run has of a variable, with its name.
func (r *Run) setting(name string) string {
	text := r.Config.Variables[name]
	switch name {
	case "EOSS_MODEL", "EOSS_OPTIMIZER", "EOSS_LOSS", "EOSS_ACTIVATION":
		return text
	case "EOSS_NOISE":
		if words, ok := dynamics[text]; ok {
			return words
		}
		return "SGD"
	case "EOSS_DATASET":
		return DataName(text)
	case "EOSS_SEED_DATA":
		return "subset " + pretty(text)
	case "EOSS_BATCH":
		if text == r.Config.Variables["EOSS_N"] {
			return "full batch (b = " + pretty(text) + ")"
		}
	}
	for _, s := range settings {
		if s.name == name {
			return s.symbol + pretty(text)
		}
	}
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "EOSS_")), "_", " ") + " " + pretty(text)
}

// pretty is text with its number typeset, if it is one; an integer, such as a seed, is exact.
func pretty(text string) string {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return groupThousands(strconv.FormatUint(n, 10))
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(x) <= largest {
		return PlainNumber(x)
	}
	return text
}
