package study

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// measured writes a run that ended so, its loss measured every five steps until last.
func measured(t *testing.T, r *Results, run Run, last int, state string, steps int) {
	t.Helper()
	var rows []record.Row
	for step := run.Step; step <= last; step += 5 {
		rows = append(rows, record.Row{Step: step, Name: "loss", Value: 1})
	}
	finished(t, r, run, rows)
	config := record.Config{Study: "eoss", Variables: run.Variables}
	if run.Parent != nil {
		config.Parent = &record.Parent{Run: r.Path(*run.Parent), Step: run.Step}
	}
	if err := errors.Join(record.WriteConfig(filepath.Join(r.Path(run), record.ConfigFile), config),
		record.WriteJSON(filepath.Join(r.Path(run), verdictFile), map[string]any{"state": state, "steps": steps, "rows": len(rows)})); err != nil {
		t.Fatal(err)
	}
}

// TestRowsReachTheEnd: the rows of an ended run go to its last step, those of a diverged one to the last cadence before it.
func TestRowsReachTheEnd(t *testing.T) {
	base := tiny(Variables{"EOSS_STEPS": "100", "EOSS_MEASURE": "loss@5,lambda_max@50"})
	fork := base.Fork(100, Variables{"EOSS_STEPS": "200"})
	for _, c := range []struct {
		run   Run
		last  int
		state string
		steps int
		sound bool
	}{
		{base, 100, "finished", 100, true}, {base, 95, "finished", 100, false},
		{base, 60, "stopped at EOSS_STOP_LOSS", 60, true}, {base, 55, "stopped at EOSS_STOP_LOSS", 60, false},
		{base, 35, "diverged", 37, true}, {base, 30, "diverged", 37, false}, {base, 35, "diverged", 40, true},
		{fork, 200, "finished", 200, true}, {fork, 195, "finished", 200, false},
		{fork, 100, "diverged", 103, true}, {fork, 99, "diverged", 100, true}, {fork, 99, "diverged", 103, false},
		{base.Fork(100, Variables{"EOSS_MEASURE": "none", "EOSS_STEPS": "200"}), 99, "finished", 200, true},
	} {
		r := NewResults(t.TempDir())
		measured(t, r, c.run, c.last, c.state, c.steps)
		state, err := stateOf(r.Path(c.run))
		if sound := state == Finished && err == nil; sound != c.sound {
			t.Errorf("rows until %d of a run from %d that %s at step %d: %v, %v", c.last, c.run.Step, c.state, c.steps, state, err)
		}
	}
}

// TestDamagedRuns: what is wrong with an ended run is one line that names the file and the remedy, for its state and for its readers.
func TestDamagedRuns(t *testing.T) {
	run := tiny(Variables{"EOSS_STEPS": "100"})
	cut := func(n int64) func(path string) error {
		return func(path string) error {
			info, err := os.Stat(path)
			return errors.Join(err, os.Truncate(path, info.Size()-n))
		}
	}
	empty := func(path string) error { return os.Truncate(path, 0) }
	line := int64(len(`{"step":100,"name":"loss","value":1}` + "\n"))
	lose := func(path string) error {
		text, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(path, text[line:], 0o666))
	}
	for _, c := range []struct {
		file   string
		damage func(path string) error
		want   string
	}{
		{record.MetricsFile, cut(7), "its last row is not whole"}, {record.MetricsFile, cut(line), "ends at step 95"},
		{record.MetricsFile, empty, "is empty"}, {record.MetricsFile, os.Remove, "is missing"}, {record.MetricsFile, lose, "has 20 rows, and the run ended with 21"},
		{verdictFile, cut(7), "is damaged"}, {verdictFile, empty, "is damaged"},
		{record.ConfigFile, os.Remove, "is missing"}, {record.ConfigFile, cut(7), "damaged"},
	} {
		r := NewResults(t.TempDir())
		measured(t, r, run, 100, "finished", 100)
		path := filepath.Join(r.Path(run), c.file)
		if err := c.damage(path); err != nil {
			t.Fatal(err)
		}
		state, err := stateOf(r.Path(run))
		_, read := r.Run(run)
		for _, err := range []error{err, read} {
			if !errors.As(err, new(*DamagedError)) {
				t.Errorf("%s: %v", c.want, err)
			} else if text := err.Error(); state != Damaged || !strings.HasPrefix(text, path+" ") || !strings.Contains(text, c.want) || !strings.Contains(text, "make the run again") {
				t.Errorf("%s: %v, %v", c.want, state, err)
			}
		}
	}
}

// TestCutRunsGoOn: a run that lost rows after a sound checkpoint, or its verdict, is gone on with; else it is made again.
func TestCutRunsGoOn(t *testing.T) {
	run := tiny(Variables{"EOSS_STEPS": "100"})
	const row = `{"step":100,"name":"loss","value":1}` + "\n"
	shorten := func(n int) func(text []byte) []byte { return func(text []byte) []byte { return text[:len(text)-n] } }
	for _, c := range []struct {
		file    string
		damage  func(text []byte) []byte
		resumes bool
	}{
		{record.MetricsFile, shorten(7), true}, {record.MetricsFile, shorten(len(row)), true}, {verdictFile, shorten(7), true},
		{record.MetricsFile, shorten(15 * len(row)), false}, {record.ConfigFile, shorten(7), false},
		{record.MetricsFile, func(text []byte) []byte { return append(text, row...) }, false},
	} {
		r := NewResults(t.TempDir())
		measured(t, r, run, 100, "finished", 100)
		dir := r.Path(run)
		rows, err := os.ReadFile(filepath.Join(dir, record.MetricsFile))
		if err != nil {
			t.Fatal(err)
		}
		before := rows[:len(rows)/2]
		state := checkpoint.Checkpoint{Step: 50, Metrics: record.Prefix{Bytes: int64(len(before)), SHA256: fmt.Sprintf("%x", sha256.Sum256(before))}}
		path := filepath.Join(dir, c.file)
		text, err := os.ReadFile(path)
		if err = errors.Join(err, checkpoint.Write(dir, state), os.WriteFile(path, c.damage(text), 0o666)); err != nil {
			t.Fatal(err)
		}
		_, err = stateOf(dir)
		if err == nil || strings.Contains(err.Error(), "EOSS_RESUME="+dir+" just eoss") != c.resumes || strings.Contains(err.Error(), "make the run again") == c.resumes {
			t.Errorf("resumes: %v, but %v", c.resumes, err)
		}
	}
}

// TestOnce: the words of a damage stand once, whoever else needs the file is named.
func TestOnce(t *testing.T) {
	damage := &DamagedError{"a/metrics.jsonl", "is cut", "restore it"}
	err := once(errors.Join(damage, errors.New("other")), &lacking{"fig2", damage}, nil, damage)
	if want := "a/metrics.jsonl is cut; restore it\nother\nfig2: needs a/metrics.jsonl too"; err.Error() != want {
		t.Errorf("%q", err)
	}
	if once(nil, errors.Join()) != nil {
		t.Error("no error is one")
	}
}
