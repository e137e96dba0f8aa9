package study

import (
	"bytes"
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
