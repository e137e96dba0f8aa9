package study

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
		{[]string{record.ParentFile, "checkpoints/.step-60.tmp/state.safetensors"}, Missing}, {[]string{"checkpoints/.step-60.tmp/x"}, Missing},
		{[]string{record.ParentFile, "checkpoints/step-60/state.safetensors"}, Missing},
		{[]string{record.ParentFile, "checkpoints/step-60/x", "checkpoints/step-80/x"}, Damaged}, // of a fork that had gone on
		{[]string{record.ParentFile, "checkpoints/step-60/x", record.MetricsFile}, Damaged}, {[]string{record.ParentFile, "checkpoints/notes.txt"}, Damaged},
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

// TestForkThatDiedEarly: a fork whose process died before config.json is made anew, with the rows that it would have had.
func TestForkThatDiedEarly(t *testing.T) {
	results := NewResults(t.TempDir())
	fork := tiny(nil).Fork(60, Variables{"EOSS_STEPS": "90"})
	pool := Pool{Results: results, Workers: 1, Log: &bytes.Buffer{}}
	if err := pool.Do(context.Background(), []Run{fork}); err != nil {
		t.Fatal(err)
	}
	want, dir := rows(t, results, fork), results.Path(fork)
	for _, lost := range [][]string{{"step-90"}, {"step-90", "step-60"}} { // just after its start was copied, and just before
		var errs []error
		for _, step := range lost {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, "checkpoints", step)))
		}
		for _, name := range []string{record.ConfigFile, record.MetricsFile, verdictFile} {
			errs = append(errs, os.Remove(filepath.Join(dir, name)))
		}
		if err := errors.Join(append(errs, pool.Do(context.Background(), []Run{fork}))...); err != nil {
			t.Fatalf("without %v: %v", lost, err)
		}
		if got := rows(t, results, fork); !slices.Equal(got, want) {
			t.Errorf("without %v the rows are %v, not %v", lost, got, want)
		}
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

// TestMakeWayAmongOthers: whoever has the lock of a folder keeps what it writes there, while others make way for the same run.
func TestMakeWayAmongOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var made, lost atomic.Int32
	begin := func() {
		if makeWay(dir) != nil || os.Mkdir(dir, 0o777) != nil {
			return
		}
		lock, err := record.LockDir(dir)
		if err != nil { // another made way between the two
			return
		}
		defer lock.Release()
		config := filepath.Join(dir, record.ConfigFile)
		folder(t, dir, record.ParentFile, "checkpoints/step-60/x", record.ConfigFile)
		time.Sleep(time.Millisecond)
		made.Add(1)
		if os.Remove(config) != nil { // and the process dies
			lost.Add(1)
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				begin()
			}
		})
	}
	all.Wait()
	if made.Load() == 0 || lost.Load() > 0 {
		t.Errorf("%d of %d runs were lost", lost.Load(), made.Load())
	}
	if err := makeWay(dir); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
