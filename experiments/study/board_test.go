package study

import (
	"bytes"
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
