package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// Two variables say where a run starts when it does not start anew. They are no part of its configuration.
const (
	resumeVariable = "EOSS_RESUME"
	fromVariable   = "EOSS_FROM"
)

// origins are those variables for -h.
var origins = [...]struct{ name, desc string }{
	{resumeVariable, "run directory to go on in, from its newest checkpoint"},
	{fromVariable, "DIR@STEP: a new run from that checkpoint, with the run's variables"},
}

// origin is the run that a run goes on with, or was forked from.
type origin struct {
	variable string // resumeVariable or fromVariable
	dir      string // of that run
	step     int    // of the checkpoint it was forked from
	config   record.Config
	newData  bool // whether the user has chosen a fork's samples
}

func (o *origin) resumes() bool { return o != nil && o.variable == resumeVariable }
func (o *origin) forks() bool   { return o != nil && o.variable == fromVariable }

// refuse is the refusal of the origin.
func (o *origin) refuse(format string, args ...any) error {
	value := o.dir
	if o.forks() {
		value += "@" + strconv.Itoa(o.step)
	}
	return &ConfigError{o.variable, value, fmt.Sprintf(format, args...)}
}

// fromRun is the run that EOSS_RESUME or EOSS_FROM asks for; ok says whether one of them does.
func fromRun(given map[string]string, measurables []Measurable) (c Config, ok bool, err error) {
	dir, resumes := given[resumeVariable]
	from, forks := given[fromVariable]
	given = maps.Clone(given)
	delete(given, resumeVariable)
	delete(given, fromVariable)
	switch {
	case !resumes && !forks:
		return Config{}, false, nil
	case resumes && forks:
		err = &ConfigError{resumeVariable, dir, "goes on with a run and EOSS_FROM starts a new one: unset one of them"}
	case resumes:
		c, err = resumedConfig(dir, given, measurables)
	default:
		c, err = forkedConfig(from, given, measurables)
	}
	return c, true, err
}

// open reads the configuration of the run that the origin names.
func (o *origin) open() error {
	if o.dir == "" {
		return o.refuse("is empty; name the directory of a run, as it printed it")
	}
	path := filepath.Join(o.dir, record.ConfigFile)
	config, err := record.ReadOriginalConfig(path)
	if isMissing(err) {
		return o.refuse("%s is missing: name the directory of a run, as it printed it", path)
	}
	if err != nil {
		return o.refuse("%v", err)
	}
	o.config = config
	return nil
}

// mayDiffer are the variables that a resumed run may be given: its bits do not depend on them, or are checked otherwise.
var mayDiffer = []string{"EOSS_STEPS", "EOSS_CHECKPOINT", "EOSS_KEEP", "EOSS_DATA_DIR", "EOSS_INIT", "EOSS_THREADS", "EOSS_BLAS", "EOSS_MEMORY"}

// resumedConfig is the recorded configuration, but for more or fewer steps and for where the data and the library are.
func resumedConfig(dir string, given map[string]string, measurables []Measurable) (Config, error) {
	o := &origin{variable: resumeVariable, dir: filepath.Clean(dir)}
	if dir == "" {
		o.dir = ""
	}
	if err := checkGiven(given); err != nil {
		return Config{}, err
	}
	if err := o.open(); err != nil {
		return Config{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		moved := name == "EOSS_DATASET" && isNPZ(given[name]) && isNPZ(o.config.Variables[name]) // its checksum is compared
		if !moved && !slices.Contains(mayDiffer, name) {
			return Config{}, &ConfigError{name, given[name],
				"a run goes on as it was configured, unset it; a new run with it starts at a checkpoint by EOSS_FROM=" + o.dir + "@STEP"}
		}
	}
	if o.config.Version != Version {
		return Config{}, o.refuse("is a run of version %s and this is %s: use that version, or fork the run with EOSS_FROM", o.config.Version, Version)
	}
	c, err := FromValues(merged(o.config.Variables, given), measurables)
	if err != nil {
		return Config{}, o.inherited(err, given)
	}
	c.Out = o.dir // it may have been moved
	c.origin = o
	if err := checkEffect(c, given, measurables); err != nil {
		return Config{}, err
	}
	if err := o.checkUnfinished(c); err != nil {
		return Config{}, err
	}
	if steps, err := checkpoint.Steps(o.dir); err == nil && len(steps) > 0 { // else resume says what is wrong
		return c, o.checkAhead(c, slices.Max(steps))
	}
	return c, nil
}

// checkAhead refuses an end that the run has passed at its newest checkpoint.
func (o *origin) checkAhead(c Config, newest int) error {
	recorded, _ := strconv.Atoi(o.config.Variables["EOSS_STEPS"])
	if c.Steps < recorded && c.Steps <= newest {
		return &ConfigError{"EOSS_STEPS", strconv.Itoa(c.Steps), fmt.Sprintf("must be more than %d, the step the run has come to", newest)}
	}
	return nil
}

// checkUnfinished refuses to go on with a run that has come to its end.
func (o *origin) checkUnfinished(c Config) error {
	end, err := ReadOutcome(o.dir)
	switch {
	case errors.As(err, new(*fs.PathError)) && !isMissing(err):
		return o.refuse("%v; make that readable", err)
	case err != nil, end.lacksRows(o.dir): // it was not concluded, or a file is damaged: what it says is found out again
		return nil
	case end.State == stateFinished && end.Steps >= c.Steps:
		return o.refuse("the run is finished: all %d steps are done; EOSS_STEPS makes it longer", end.Steps)
	case end.State == stateStopped:
		return o.refuse("the run is finished: it stopped at EOSS_STOP_LOSS after %d steps; EOSS_FROM starts a new one there", end.Steps)
	case end.State == StateDiverged:
		return o.refuse("the run is finished: it diverged after %d steps; EOSS_FROM starts a new one before%s", end.Steps, listed(o.dir))
	}
	return nil
}

// noEffectInFork are the variables that a checkpoint has settled.
var noEffectInFork = map[string]string{
	"EOSS_SEED":       "would change the images and the initial weights as well: set EOSS_SEED_ORDER for another order of batches",
	"EOSS_SEED_INIT":  "has no effect, unset it: the parameters are the checkpoint's",
	"EOSS_INIT_SCALE": "has no effect, unset it: the parameters are the checkpoint's",
}

// forkedConfig is the configuration of the run that from, DIR@STEP, names, with the given variables on top.
func forkedConfig(from string, given map[string]string, measurables []Measurable) (Config, error) {
	dir, digits, hasStep := cutLast(from, "@")
	step, err := parseInteger(digits)
	if !hasStep || err != nil || step < 0 || dir == "" {
		return Config{}, &ConfigError{fromVariable, from, "must be DIR@STEP, such as runs/a@4000" + listed(dir)}
	}
	o := &origin{variable: fromVariable, dir: filepath.Clean(dir), step: step}
	if err := checkGiven(given); err != nil {
		return Config{}, err
	}
	for name, why := range noEffectInFork {
		if value, ok := given[name]; ok {
			return Config{}, &ConfigError{name, value, why}
		}
	}
	if err := o.open(); err != nil {
		return Config{}, err
	}
	if value, ok := given["EOSS_INIT"]; ok && o.config.InitChecksum == "" { // else the file may have moved
		return Config{}, &ConfigError{"EOSS_INIT", value, noEffectInFork["EOSS_SEED_INIT"]}
	}
	if steps, err := checkpoint.Steps(o.dir); err != nil || !slices.Contains(steps, step) {
		return Config{}, o.refuse("there is no checkpoint of step %d%s", step, listed(o.dir))
	}
	values := maps.Clone(o.config.Variables)
	delete(values, "EOSS_OUT")
	c, err := FromValues(merged(values, given), measurables)
	if err != nil {
		return Config{}, o.inherited(err, given)
	}
	o.newData = slices.ContainsFunc(choosesData, func(name string) bool { _, ok := given[name]; return ok })
	c.origin = o
	if _, ok := given["EOSS_OUT"]; !ok {
		c.Out = c.defaultOut()
	}
	if c.Steps <= step {
		return Config{}, &ConfigError{"EOSS_STEPS", strconv.Itoa(c.Steps), fmt.Sprintf("must be more than %d, the step the run starts from", step)}
	}
	return c, checkEffect(c, given, measurables)
}

// inherited is err, which says of a refused value that the user did not give it, if that is so.
func (o *origin) inherited(err error, given map[string]string) error {
	var refused *ConfigError
	if !errors.As(err, &refused) || given[refused.Variable] != "" {
		return err
	}
	return &ConfigError{refused.Variable, refused.Value, refused.Reason + " (the value is that of the run " + o.dir + ")"}
}

// listed says which checkpoints a run has, but for damaged ones.
func listed(dir string, damaged ...int) string {
	steps, err := checkpoint.Steps(dir)
	steps = slices.DeleteFunc(steps, func(step int) bool { return slices.Contains(damaged, step) })
	switch {
	case (err != nil || len(steps) == 0) && len(damaged) > 0:
		return "; it has no other"
	case err != nil || len(steps) == 0:
		return "; it has none"
	}
	return "; there are " + strings.Join(names(steps, strconv.Itoa), ", ")
}

func merged(values, given map[string]string) map[string]string {
	all := maps.Clone(values)
	maps.Copy(all, given)
	return all
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// lockedError is the refusal of a run that another process writes.
type lockedError struct{ error }

func (e *lockedError) Is(target error) bool { return target == record.ErrLocked }
func (e *lockedError) Unwrap() error        { return e.error }
