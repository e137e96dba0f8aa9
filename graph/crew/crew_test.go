package crew

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestEveryPartOnce: each part is done once by the end of Run, whatever the number of parts, whether the helpers are awake, asleep or busy.
func TestEveryPartOnce(t *testing.T) {
	for _, parts := range []int{1, 2, 3, 7} {
		var done [7]atomic.Int32
		w := New(func(p int) { done[p].Add(1) })
		for run := range int32(2000) {
			w.Run(parts)
			for p := range parts {
				if n := done[p].Load(); n != run+1 {
					t.Fatalf("%d parts: after %d runs part %d was done %d times", parts, run+1, p, n)
				}
			}
			if run%500 == 0 {
				time.Sleep(3 * patience) // the helpers fall asleep
			}
		}
	}
}

// TestLongPart: a caller that fell asleep over a helper's part is woken at its end.
func TestLongPart(t *testing.T) {
	var done atomic.Int32
	w := New(func(p int) {
		for begin := time.Now(); p > 0 && time.Since(begin) < 5*patience; {
		}
		if p > 0 {
			done.Add(1)
		}
		time.Sleep(time.Microsecond) // in part 0: long enough for the helpers to take theirs
	})
	for run := range int32(20) {
		w.Run(3)
		if n := done.Load(); n != 2*(run+1) {
			t.Fatalf("after %d runs %d of the helpers' parts are done", run+1, n)
		}
	}
}

// TestSideBySide: Works of several goroutines do not take each other's parts, though they have the same helpers; nor does one inside another.
func TestSideBySide(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			parts := 1 + g%4
			for range 300 {
				var sum atomic.Int64
				Do(parts, func(p int) {
					Do(parts, func(q int) { sum.Add(int64(1 + p*parts + q)) })
				})
				if n := int64(parts * parts); sum.Load() != n*(n+1)/2 {
					t.Errorf("%d² parts: the sum of their numbers is %d", parts, sum.Load())
				}
			}
		})
	}
	wg.Wait()
}

// TestParallel: the parts run at the same time, each waits for the other, whether the helper was asleep or awake.
func TestParallel(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one processor")
	}
	for _, pause := range []time.Duration{5 * patience, 0, 5 * patience} {
		time.Sleep(pause)
		var here [2]atomic.Bool
		Do(2, func(p int) {
			here[p].Store(true)
			for end := time.Now().Add(10 * time.Second); !here[1-p].Load() && time.Now().Before(end); {
				runtime.Gosched()
			}
			if !here[1-p].Load() {
				t.Errorf("after %v part %d was done alone", pause, p)
			}
		})
	}
}

// TestRest: while other threads have the cores nobody waits awake, and an operation is still done.
func TestRest(t *testing.T) {
	looks := func() (n int) {
		awake(func() bool { n++; return false })
		return n
	}
	if n := looks(); n < 2 {
		t.Errorf("%d looks out for work", n)
	}
	Rest()
	if n := looks(); n != 1 {
		t.Errorf("%d looks out for work while others have the cores", n)
	}
	var n atomic.Int32
	Do(2, func(int) { n.Add(1) })
	Resume()
	if n.Load() != 2 {
		t.Errorf("%d of 2 parts were done", n.Load())
	}
	if n := looks(); n < 2 {
		t.Errorf("%d looks out for work after that", n)
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	w, f := New(func(int) {}), func(int) {}
	if a := testing.AllocsPerRun(100, func() { w.Run(3); Do(3, f) }); a > 0 {
		t.Errorf("%g allocations", a)
	}
}

// BenchmarkRun is how long two parts take that do nothing but wait for each other, shared with a helper that is awake and with a goroutine that
// is started.
func BenchmarkRun(b *testing.B) {
	if runtime.GOMAXPROCS(0) < 2 {
		b.Skip("one processor")
	}
	var here [2]atomic.Bool
	meet := func(p int) {
		here[p].Store(true)
		for !here[1-p].Load() { // on a processor each
		}
	}
	w := New(meet)
	for name, run := range map[string]func(){
		"helper": func() { w.Run(2) },
		"goroutine": func() {
			var wg sync.WaitGroup
			wg.Go(func() { meet(1) })
			meet(0)
			wg.Wait()
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				here[0].Store(false)
				here[1].Store(false)
				run()
			}
		})
	}
}
