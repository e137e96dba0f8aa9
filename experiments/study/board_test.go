package study

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"
)

// TestTimeLeft: what a run that goes on had done before says nothing about the pace.
func TestTimeLeft(t *testing.T) {
	resumed, fresh := &job{seconds: 100, state: Unfinished}, &job{seconds: 100}
	b := newBoard(&bytes.Buffer{}, []*job{resumed, fresh})
	b.begin(resumed)
	b.update(resumed, 0.6)
	if left := b.left(time.Second); left != 0 {
		t.Errorf("before any work %v are left", left)
	}
	b.begin(fresh)
	b.update(fresh, 0.005)
	if left := b.left(30 * time.Second); left != 0 { // 0.5 of 140, in a first measurement
		t.Errorf("after the first measurement %v are left", left)
	}
	b.update(resumed, 0.7)
	b.update(fresh, 0.2)
	if left := b.left(30 * time.Second); left != 110*time.Second { // 30 of 200 − 60 in 30 s, and 110 to go
		t.Errorf("%v are left", left)
	}
	b.end(resumed, nil)
	b.update(fresh, 1)
	if left := b.left(time.Minute); left != 0 {
		t.Errorf("at the end %v are left", left)
	}
}

// TestTimeLeftOfFailures: of what is not made nothing is left to do, and nothing was done either.
func TestTimeLeftOfFailures(t *testing.T) {
	failed, cut, never, slow := &job{seconds: 100}, &job{seconds: 100}, &job{seconds: 500}, &job{seconds: 100}
	b := newBoard(&bytes.Buffer{}, []*job{failed, cut, never, slow})
	b.begin(failed)
	b.end(failed, errors.New("no memory"))
	b.end(never, &unbegun{"x", errors.New("its parent failed")})
	b.begin(slow)
	b.update(slow, 0.1)
	if left := b.left(10 * time.Second); left != 190*time.Second { // 10 of the 200 that are still to be made took 10 s
		t.Errorf("%v are left, not 190 s", left)
	}
	b.begin(cut)
	b.update(cut, 0.2)
	b.end(cut, errors.New("killed"))                              // the time went into what it did all the same
	if left := b.left(30 * time.Second); left != 90*time.Second { // 30 of 120 in 30 s
		t.Errorf("%v are left, not 90 s", left)
	}
}

// TestBoardOfManyRuns: a bar asks for the status in a goroutine of its own, at any moment; workers that report meanwhile do not wait for it
// in vain.
func TestBoardOfManyRuns(t *testing.T) {
	var jobs []*job
	for i := range 6 {
		jobs = append(jobs, &job{run: tiny(Variables{"EOSS_SEED": fmt.Sprint(i)}), seconds: 1})
	}
	b := newBoardOn(io.Discard, jobs, true)
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer b.close()
		var workers sync.WaitGroup
		for _, j := range jobs {
			workers.Go(func() {
				b.begin(j)
				for began, i := time.Now(), 0; time.Since(began) < time.Second; i++ {
					b.update(j, float64(i%100)/100)
				}
				b.end(j, nil)
			})
		}
		workers.Wait()
	}()
	select {
	case <-over:
	case <-time.After(20 * time.Second):
		t.Fatal("the board hangs")
	}
}
