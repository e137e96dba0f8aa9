package study

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"eoss/experiments"
	"eoss/internal/record"
)

// Keep copies the rows of a set's finished runs, with what they are of and how they ended, into the folder to, beside those that it holds:
// EOSS_OUT=to draws the set's figures from them. Checkpoints stay behind. A damaged run is left out, said, and makes the whole fail at
// the end.
func (s Settings) Keep(stdout io.Writer, to string) error {
	from, to := filepath.Join(s.Out, "runs"), filepath.Join(to, "runs")
	entries, err := os.ReadDir(from)
	if err != nil {
		return s.refuseOut("has no folder runs to keep any of: name the folder of a set")
	}
	if file := fileAbove(to); file != "" {
		return &experiments.UsageError{Reason: file + " is a file: name a folder to keep the runs in"}
	}
	times, err := ReadTimes(from)
	if err != nil {
		return err
	}
	if _, err := ReadTimes(to); err != nil {
		return err
	}
	kept := map[string]float64{}
	var errs []error
	finished, others := 0, 0
	for _, e := range entries {
		dir := filepath.Join(from, e.Name())
		if info, err := os.Stat(dir); err != nil || !info.IsDir() || strings.HasPrefix(e.Name(), ".") { // a link to a folder is one
			continue
		}
		state, err := stateOf(dir)
		switch {
		case err != nil:
			errs = append(errs, err)
		case state != Finished:
			others++
		default:
			if err := keepRun(dir, filepath.Join(to, e.Name())); err != nil {
				return err
			}
			finished++
			if t, ok := times[e.Name()]; ok {
				kept[e.Name()] = t
			}
		}
	}
	if finished == 0 {
		return once(append(errs, fmt.Errorf("%s holds no finished run", from))...)
	}
	_, unsaid := fmt.Fprintf(stdout, "%s: finished runs kept from %s: %d; not done there: %d\n", to, from, finished, others)
	err = changeTimes(to, func(there map[string]float64) bool {
		maps.Copy(there, kept)
		return true
	})
	return once(append(errs, err, unsaid)...)
}

// keepRun copies a finished run. verdict.json is the last: what it says of the rows is true by then.
func keepRun(from, to string) error {
	if here, err := os.Stat(from); err == nil {
		if there, err := os.Stat(to); err == nil && os.SameFile(here, there) {
			return &experiments.UsageError{Reason: to + " is the run itself: keep it in another folder than the set's"}
		}
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return &experiments.UsageError{Reason: err.Error() + ": name a folder that can be written"}
	}
	for _, name := range []string{record.ParentFile, record.MetricsFile} {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := keepConfig(filepath.Join(from, record.ConfigFile), filepath.Join(to, record.ConfigFile)); err != nil {
		return err
	}
	return copyFile(filepath.Join(from, verdictFile), filepath.Join(to, verdictFile))
}

// keepConfig copies a config.json without the place of the data, which is this machine's, unless it says the same already.
func keepConfig(from, to string) error {
	config, err := record.ReadConfig(from)
	if err != nil {
		return err
	}
	if _, ok := config.Variables["EOSS_DATA_DIR"]; ok {
		config.Variables["EOSS_DATA_DIR"] = ""
	}
	if there, err := record.ReadConfig(to); err == nil && reflect.DeepEqual(there, config) {
		return nil
	}
	return record.WriteConfig(to, config)
}

func copyFile(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return record.WriteFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}
