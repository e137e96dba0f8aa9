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

// TestParallel: the parts run at the same time: each waits for the other.
func TestParallel(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one processor")
	}
	var here [2]atomic.Bool
	Do(2, func(p int) {
		here[p].Store(true)
		for end := time.Now().Add(time.Minute); !here[1-p].Load() && time.Now().Before(end); {
			runtime.Gosched()
		}
		if !here[1-p].Load() {
			t.Errorf("part %d was done alone", p)
		}
	})
}

// TestElsewhere: while other threads have the cores the helpers sleep, and an operation is still done.
func TestElsewhere(t *testing.T) {
	Do(2, func(int) {})
	end := Elsewhere()
	h := (*helpers.Load())[0]
	for deadline := time.Now().Add(time.Minute); !h.asleep.Load(); time.Sleep(time.Microsecond) {
		if time.Now().After(deadline) {
			t.Fatal("the helper is still awake")
		}
	}
	var n atomic.Int32
	Do(2, func(int) { n.Add(1) })
	end()
	if n.Load() != 2 {
		t.Errorf("%d of 2 parts were done", n.Load())
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	w, f := New(func(int) {}), func(int) {}
	if a := testing.AllocsPerRun(100, func() { w.Run(3); Do(3, f) }); a > 0 {
		t.Errorf("%g allocations", a)
	}
}

// BenchmarkRun is what sharing costs: an operation of no work.
func BenchmarkRun(b *testing.B) {
	w := New(func(int) {})
	for b.Loop() {
		w.Run(runtime.GOMAXPROCS(0))
	}
}
