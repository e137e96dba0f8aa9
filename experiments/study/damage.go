package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"eoss/experiments"
	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// DamagedError says that a file of the set is not as it was written. What needs it is left out, and all else is made.
type DamagedError struct{ Path, Problem, Remedy string }

func (e *DamagedError) Error() string { return e.Path + " " + e.Problem + "; " + e.Remedy }

// damagedRun is that error for a file of the run directory dir.
func damagedRun(dir, file, format string, args ...any) *DamagedError {
	return &DamagedError{filepath.Join(dir, file), fmt.Sprintf(format, args...), "restore it, or remove the folder " + dir + " and make the run again"}
}

// lost is that error for what EOSS_RESUME finds out again, if a sound checkpoint is left.
func lost(dir, file, format string, args ...any) *DamagedError {
	damage := damagedRun(dir, file, format, args...)
	if resumable(dir) {
		damage.Remedy = "restore it, or EOSS_RESUME=" + dir + " just eoss makes again what is lost"
	}
	return damage
}

// resumable says whether the run in dir has a sound checkpoint, with all rows before it there.
func resumable(dir string) bool {
	steps, _ := checkpoint.Steps(dir)
	return slices.ContainsFunc(steps, func(step int) bool {
		c, err := checkpoint.Read(dir, step)
		return err == nil && c.Metrics.Check(filepath.Join(dir, record.MetricsFile)) == nil
	})
}

// readJSON reads a file of JSON that this program wrote.
func readJSON(path, remedy string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return &DamagedError{path, fmt.Sprintf("is damaged (%v)", err), remedy}
	}
	return nil
}

// outcome reads how the run in dir ended; ended says whether it has. One whose rows do not reach its end is damaged.
func outcome(dir string) (end experiments.Outcome, ended bool, err error) {
	end, err = experiments.ReadOutcome(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !end.Ended():
		return end, false, nil
	case errors.As(err, new(*fs.PathError)):
		return end, false, err
	case err != nil:
		return end, false, lost(dir, verdictFile, "is damaged (%v)", errors.Unwrap(err))
	}
	return end, true, checkRows(dir, end)
}

// verdictFile is there once a run has ended.
const verdictFile = "verdict.json"

// checkRows is an error when the rows of an ended run are torn, end before the step at which it measured last, or are not as many as
// its verdict counted.
func checkRows(dir string, end experiments.Outcome) error {
	config, err := record.ReadConfig(filepath.Join(dir, record.ConfigFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return damagedRun(dir, record.ConfigFile, "is missing")
	case err != nil:
		return damagedRun(dir, record.ConfigFile, "can't be read (%v)", err)
	}
	want := lastMeasured(config, end)
	if want < 0 {
		return nil
	}
	last, torn, err := record.LastRow(filepath.Join(dir, record.MetricsFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return damagedRun(dir, record.MetricsFile, "is missing")
	case err != nil:
		return damagedRun(dir, record.MetricsFile, "can't be read (%v)", err)
	case torn > 0:
		return lost(dir, record.MetricsFile, "is cut: its last row is not whole")
	case last == nil:
		return damagedRun(dir, record.MetricsFile, "is empty")
	case last.Step < want && end.Rows == 0: // of a version that did not count them, and of which resuming does not see it
		return damagedRun(dir, record.MetricsFile, cutAt, last.Step, want)
	case last.Step < want:
		return lost(dir, record.MetricsFile, cutAt, last.Step, want)
	case end.Rows == 0:
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, record.MetricsFile))
	switch n := bytes.Count(text, []byte("\n")); {
	case err != nil || n == end.Rows:
		return err
	case n < end.Rows:
		return lost(dir, record.MetricsFile, rowsOf, n, end.Rows)
	default:
		return damagedRun(dir, record.MetricsFile, rowsOf, n, end.Rows)
	}
}

// What is wrong with the rows of a run.
const (
	cutAt  = "is cut: it ends at step %d, and the run was measured until step %d"
	rowsOf = "has %d rows, and the run ended with %d"
)

// lastMeasured is the step of an ended run's last row: the last one, where everything is measured, or, when it diverged, the last
// before it that a cadence divides. It is −1 when there need be no row.
func lastMeasured(c record.Config, end experiments.Outcome) int {
	var cadences experiments.Cadences
	if err := cadences.UnmarshalText([]byte(c.Variables["EOSS_MEASURE"])); err != nil || len(cadences) == 0 {
		return -1
	}
	if end.State != experiments.StateDiverged {
		return end.Steps
	}
	last, first := -1, 0
	if c.Parent != nil {
		first = c.Parent.Step
	}
	for _, m := range cadences {
		if step := (end.Steps - 1) / max(1, m.Every) * m.Every; end.Steps > 0 && step >= first {
			last = max(last, step)
		}
	}
	return last
}

// lacking is why a figure or a claim, called who, lacks something.
type lacking struct {
	who string
	err error
}

func (e *lacking) Error() string { return e.who + ": " + e.err.Error() }
func (e *lacking) Unwrap() error { return e.err }

// once joins errors; the words of a damage stand where it is met first.
func once(errs ...error) error {
	said := map[string]bool{}
	var list []error
	for _, err := range flat(errs) {
		var damage *DamagedError
		if errors.As(err, &damage) && said[damage.Path] {
			var l *lacking
			if errors.As(err, &l) {
				list = append(list, fmt.Errorf("%s: needs %s too", l.who, damage.Path))
			}
			continue
		}
		if damage != nil {
			said[damage.Path] = true
		}
		list = append(list, err)
	}
	return errors.Join(list...)
}

// flat lists joined errors one by one.
func flat(errs []error) (list []error) {
	for _, err := range errs {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			list = append(list, flat(joined.Unwrap())...)
		} else if err != nil {
			list = append(list, err)
		}
	}
	return list
}
