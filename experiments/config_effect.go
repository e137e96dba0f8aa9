package experiments

import (
	"slices"
	"strings"
)

// checkEffect refuses a variable that was set but that nothing in this run reads. EOSS_DATA_DIR is not one: the tests read it too, so
// that it may be exported (see noteUnread).
func checkEffect(c Config, given map[string]string, measurables []Measurable) error {
	if err := c.checkNPZEffect(given); err != nil {
		return err
	}
	readers, read := c.readers(measurables)
	for _, v := range variablesOf(&c) {
		text, isGiven := given[v.name]
		if !isGiven {
			continue
		}
		const unset = "has no effect in this run, unset it; "
		switch {
		case c.Init != "" && (v.name == "EOSS_INIT_SCALE" || v.name == "EOSS_SEED_INIT"):
			return &ConfigError{v.name, text, unset + "EOSS_INIT gives the initial parameters"}
		case v.name == "EOSS_SEED" && c.seeded(given):
			return &ConfigError{v.name, text, unset + "the seeds of data, order and initial weights are all given"}
		case len(readers[v.name]) > 0 && !read[v.name]:
			return &ConfigError{v.name, text, unset + "it is read by " + strings.Join(readers[v.name], ", ")}
		}
	}
	return nil
}

// seeded says whether no seed is left to EOSS_SEED.
func (c Config) seeded(given map[string]string) bool {
	_, data := given["EOSS_SEED_DATA"]
	_, order := given["EOSS_SEED_ORDER"]
	_, init := given["EOSS_SEED_INIT"]
	return data && order && (init || c.Init != "")
}

// readers are the models, optimizers, noises and measurements that read a variable which not every run does, and whether this run
// has one of them.
func (c Config) readers(measurables []Measurable) (readers map[string][]string, read map[string]bool) {
	readers, read = map[string][]string{}, map[string]bool{}
	add := func(reader string, chosen bool, variables ...string) {
		for _, name := range variables {
			readers[name] = append(readers[name], reader)
			read[name] = read[name] || chosen
		}
	}
	for _, m := range Models() {
		add("EOSS_MODEL="+m.Name, m.Name == c.Model, m.Reads...)
	}
	for _, o := range Optimizers() {
		add("EOSS_OPTIMIZER="+o.Name, o.Name == c.Optimizer, o.Reads...)
	}
	for _, n := range Noises() {
		add("EOSS_NOISE="+n.Name, n.Name == c.Noise, n.Reads...)
	}
	for _, m := range measurables {
		measured := slices.ContainsFunc(c.Measure, func(k Cadence) bool { return k.Name == m.Name })
		add(m.Name+" in EOSS_MEASURE", measured, m.Reads...)
	}
	return readers, read
}
