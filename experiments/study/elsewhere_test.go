package study

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

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
		died(t, results.Path(run))
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
