package study

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
)

// folder makes a run's folder with the named files in it.
func folder(t *testing.T, dir string, files ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte("x"), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLookingChangesNothing: the state of a folder without config.json is found without removing any of it.
func TestLookingChangesNothing(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  State
	}{
		{nil, Missing}, {[]string{record.LockFile, ".config.json.1.1.tmp", record.ParentFile}, Missing},
		{[]string{record.MetricsFile}, Damaged}, {[]string{"checkpoints/step-2000/state.safetensors"}, Damaged}, {[]string{"notes.txt"}, Damaged},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		folder(t, dir, c.files...)
		state, err := stateOf(dir)
		if state != c.want || (err != nil) != (c.want == Damaged) {
			t.Errorf("%v: %v, %v", c.files, state, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), dir+" holds ") || !strings.Contains(err.Error(), "move it away")) {
			t.Errorf("%v: %v", c.files, err)
		}
		for _, name := range append(c.files, "") {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%v: %v", c.files, err)
			}
		}
	}
}

// TestPoolMakesWay: a run is made where nothing is lost by it, is refused where rows would be, and the others are done all the same.
func TestPoolMakesWay(t *testing.T) {
	results := NewResults(t.TempDir())
	left, kept := tiny(nil), tiny(Variables{"EOSS_SEED": "1"})
	folder(t, results.Path(left), record.LockFile, ".config.json.1.1.tmp")
	folder(t, results.Path(kept), record.MetricsFile)
	err := (&Pool{Results: results, Workers: 2, Log: &bytes.Buffer{}}).Do(context.Background(), []Run{kept, left})
	if err == nil || !strings.HasPrefix(err.Error(), results.Path(kept)+" holds metrics.jsonl") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is %v", err)
	}
	if s, err := stateOf(results.Path(left)); err != nil || s != Finished {
		t.Errorf("%v, %v", s, err)
	}
	if text, err := os.ReadFile(filepath.Join(results.Path(kept), record.MetricsFile)); err != nil || string(text) != "x" {
		t.Errorf("the rows are %q, %v", text, err)
	}
}

// TestMakeWay: nothing is removed under another process's lock, nor what it has begun meanwhile.
func TestMakeWay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder(t, dir)
	lock, err := record.LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := makeWay(dir); !errors.Is(err, record.ErrLocked) {
		t.Errorf("of a locked folder: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	folder(t, dir, record.ConfigFile)
	if err := makeWay(dir); err == nil || !strings.Contains(err.Error(), "begun this run meanwhile") {
		t.Errorf("of a run: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, record.ConfigFile)); err != nil {
		t.Fatal(err)
	}
	if err := makeWay(dir); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
