package study

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/internal/record"
)

// TestKeep: the rows of the finished runs are copied beside what the folder holds, with their times; an unfinished run and a damaged one,
// which is said, are not, and no file of the machine's is named.
func TestKeep(t *testing.T) {
	set, folder := filepath.Join(t.TempDir(), "set"), filepath.Join(t.TempDir(), "a folder")
	from, to := NewResults(filepath.Join(set, "runs")), NewResults(filepath.Join(folder, "runs"))
	of := func(seed string) Run {
		return tiny(Variables{"EOSS_STEPS": "100", "EOSS_SEED": seed, "EOSS_DATA_DIR": "/home/me/data"})
	}
	done, cut, unfinished, kept := of("0"), of("1"), of("2"), of("3")
	measured(t, from, done, 100, "finished", 100)
	measured(t, from, cut, 95, "finished", 100)
	measured(t, from, unfinished, 50, "interrupted", 50)
	measured(t, to, kept, 100, "finished", 100)
	times := map[string]float64{done.ID(): 1, unfinished.ID(): 2}
	if err := errors.Join(record.WriteJSON(filepath.Join(from.Dir, timesFile), times), record.WriteJSON(filepath.Join(to.Dir, timesFile), map[string]float64{kept.ID(): 3})); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for range 2 { // again: it changes nothing
		err := Settings{Out: set}.Keep(&out, folder)
		if err == nil || !strings.HasPrefix(err.Error(), from.Path(cut)) || strings.Contains(err.Error(), "\n") {
			t.Fatalf("the damaged run: %v", err)
		}
	}
	if !strings.Contains(out.String(), ": 1; not done there: 1") {
		t.Error(out.String())
	}
	for _, run := range []Run{done, kept} {
		if s, err := stateOf(to.Path(run)); err != nil || s != Finished {
			t.Errorf("%v, %v", s, err)
		}
	}
	if entries, err := os.ReadDir(to.Dir); err != nil || len(entries) != 3 {
		t.Errorf("%v, %v", entries, err)
	}
	if got, err := ReadTimes(to.Dir); err != nil || !maps.Equal(got, map[string]float64{done.ID(): 1, kept.ID(): 3}) {
		t.Errorf("times %v, %v", got, err)
	}
	config, err := record.ReadOriginalConfig(filepath.Join(to.Path(done), record.ConfigFile))
	if err != nil || config.Variables["EOSS_DATA_DIR"] != "" || config.Variables["EOSS_SEED"] != "0" {
		t.Errorf("%v, %v", config, err)
	}
}

// TestKeepRefuses: a wrong set or folder is one line, and nothing is made.
func TestKeepRefuses(t *testing.T) {
	dir := t.TempDir()
	refused(t, "no set", Settings{Out: filepath.Join(dir, "none")}.Keep(&bytes.Buffer{}, filepath.Join(dir, "to")), "EOSS_OUT="+filepath.Join(dir, "none")+": has no folder runs")
	r := NewResults(filepath.Join(dir, "set", "runs"))
	folder(t, r.Dir)
	if err := (Settings{Out: filepath.Join(dir, "set")}).Keep(&bytes.Buffer{}, filepath.Join(dir, "to")); experiments.ExitStatus(err) != experiments.ExitFailure || !strings.Contains(err.Error(), "holds no finished run") {
		t.Errorf("an empty set: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "to")); err == nil {
		t.Error("a folder was made")
	}
	run := tiny(Variables{"EOSS_STEPS": "100"})
	measured(t, r, run, 100, "finished", 100)
	refused(t, "the set itself", Settings{Out: filepath.Join(dir, "set")}.Keep(&bytes.Buffer{}, filepath.Join(dir, "set")), "is the run itself")
	if s, err := stateOf(r.Path(run)); err != nil || s != Finished {
		t.Errorf("%v, %v", s, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	refused(t, "a file", Settings{Out: filepath.Join(dir, "set")}.Keep(&bytes.Buffer{}, file), file)
}

// TestKeepsHistory: a fork keeps the rows of what it started from, which its figure shows.
func TestKeepsHistory(t *testing.T) {
	dir := t.TempDir()
	from, fork := NewResults(filepath.Join(dir, "set", "runs")), tiny(nil).Fork(50, Variables{"EOSS_STEPS": "100"})
	measured(t, from, fork, 100, "finished", 100)
	before := filepath.Join(from.Path(fork), record.ParentFile)
	if err := os.WriteFile(before, []byte("rows of the parent"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := (Settings{Out: filepath.Join(dir, "set")}).Keep(&bytes.Buffer{}, filepath.Join(dir, "to")); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "to", "runs", fork.ID(), record.ParentFile)); err != nil || string(text) != "rows of the parent" {
		t.Errorf("%q, %v", text, err)
	}
}
