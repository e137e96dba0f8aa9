package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoss/experiments"
	"eoss/internal/record"
)

// said is a log that is read while it is written.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the log has the words.
func (s *said) waitFor(t *testing.T, words string) {
	t.Helper()
	for last := time.Now().Add(time.Minute); !strings.Contains(s.String(), words); time.Sleep(time.Millisecond) {
		if time.Now().After(last) {
			t.Fatalf("it never says %q:\n%s", words, s.String())
		}
	}
}

// TestRunningElsewhere: a run that another process does is waited for, while the others are made; then it is done, or goes on here.
func TestRunningElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		leave func(r *Results, run Run)
		want  string
	}{
		"finished": {func(r *Results, run Run) { measured(t, r, run, 60, "finished", 60) }, ", by another process"},
		"given up": {func(*Results, Run) {}, ""},
	} {
		results, log := NewResults(t.TempDir()), &said{}
		run, fork, other := tiny(nil), tiny(nil).Fork(60, Variables{"EOSS_STEPS": "90"}), tiny(Variables{"EOSS_SEED": "1"})
		if name == "finished" {
			fork = other
		}
		folder(t, results.Path(run))
		lock, err := record.LockDir(results.Path(run))
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() {
			ended <- (&Pool{Results: results, Workers: 2, Log: log}).Do(context.Background(), []Run{run, fork, other})
		}()
		log.waitFor(t, run.ID()+": another process is doing it")
		log.waitFor(t, "done "+other.ID())
		c.leave(results, run)
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		text := log.String()
		if !strings.Contains(text, "done "+run.ID()+c.want+"; ") || strings.Contains(text, "FAILED") || strings.Count(text, "another process is doing it") != 1 {
			t.Errorf("%s: it says %s", name, text)
		}
		if s, err := stateOf(results.Path(fork)); err != nil || s != Finished {
			t.Errorf("%s: %s is %v, %v", name, fork.ID(), s, err)
		}
	}
}

// TestHold: one process at a time has a run in hand, nothing is left of it, and what a killed one left goes when a set works.
func TestHold(t *testing.T) {
	dir := t.TempDir()
	release, err := hold(dir, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold(dir, "a"); !errors.Is(err, record.ErrLocked) {
		t.Errorf("a second one: %v", err)
	}
	other, err := hold(dir, "b")
	if err != nil {
		t.Fatal(err)
	}
	release()
	other()
	folder(t, filepath.Join(dir, holds, "c"), record.LockFile)
	sweepHolds(dir)
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	var has, clashes atomic.Int32
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range 200 {
				if release, err := hold(dir, fmt.Sprint("own", i)); err != nil {
					t.Errorf("one that nobody else has: %v", err)
				} else {
					release()
				}
				release, err := hold(dir, "a")
				if errors.Is(err, record.ErrLocked) {
					continue
				} else if err != nil {
					t.Error(err)
					return
				}
				if has.Add(1) > 1 {
					clashes.Add(1)
				}
				has.Add(-1)
				release()
			}
		})
	}
	all.Wait()
	if clashes.Load() > 0 {
		t.Errorf("%d times two had it", clashes.Load())
	}
}

// TestInterruptedWhileWaiting: waiting for another process ends with an interrupt.
func TestInterruptedWhileWaiting(t *testing.T) {
	results, log := NewResults(t.TempDir()), &said{}
	run := tiny(nil)
	folder(t, results.Path(run))
	lock, err := record.LockDir(results.Path(run))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := make(chan error)
	go func() { ended <- (&Pool{Results: results, Workers: 2, Log: log}).Do(ctx, []Run{run}) }()
	log.waitFor(t, "another process is doing it")
	cancel(os.ErrProcessDone)
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "the same command goes on") {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("it waits on")
	}
}

// TestTwoPoolsOnOneSet: processes that make the same runs at the same time share them, and none fails.
func TestTwoPoolsOnOneSet(t *testing.T) {
	results := NewResults(t.TempDir())
	var runs []Run
	for seed := range 4 {
		base := tiny(Variables{"EOSS_SEED": fmt.Sprint(seed)})
		runs = append(runs, base, base.Fork(60, Variables{"EOSS_STEPS": "90"}))
	}
	var pools sync.WaitGroup
	for range 3 {
		pools.Go(func() {
			var log bytes.Buffer
			err := (&Pool{Results: NewResults(results.Dir), Workers: 2, Log: &log}).Do(context.Background(), runs)
			if err != nil || strings.Contains(log.String(), "FAILED") {
				t.Errorf("%v; it says %s", err, log.String())
			}
		})
	}
	pools.Wait()
	times, err := ReadTimes(results.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		if s, err := stateOf(results.Path(r)); err != nil || s != Finished || times[r.ID()] <= 0 {
			t.Errorf("%s is %v in %g s, %v", r.ID(), s, times[r.ID()], err)
		}
	}
}

// TestElsewhere: a new run whose process is refused is another's when its folder is there, and failed when it is not, or when more than that
// went wrong.
func TestElsewhere(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	exits := func(status int) error {
		return fmt.Errorf("run: %w: refused", exec.Command("sh", "-c", fmt.Sprint("exit ", status)).Run())
	}
	for _, c := range []struct {
		state  State
		status int
		there  bool
		want   error
	}{
		{Missing, experiments.ExitUsage, true, errRunsElsewhere}, {Missing, experiments.ExitUsage, false, nil},
		{Missing, experiments.ExitFailure, true, nil}, {Unfinished, experiments.ExitUsage, true, nil},
		{Unfinished, experiments.ExitLocked, true, errRunsElsewhere}, {Unfinished, experiments.ExitFailure, true, nil},
	} {
		j := &job{state: c.state, dir: filepath.Join(t.TempDir(), "run")}
		if c.there {
			folder(t, j.dir, record.ConfigFile)
		}
		if got := elsewhere(j, exits(c.status)); got != c.want {
			t.Errorf("%v, exit status %d, %v: %v", c.state, c.status, c.there, got)
		}
	}
}
