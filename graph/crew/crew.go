package crew

import (
	"sync"
	"sync/atomic"
)

// Work is an operation in parts. One Run at a time; different Works may run at once.
type Work struct {
	part     func(p int)
	shares   []*share
	left     atomic.Int32 // parts that are not done
	asleep   atomic.Bool  // the caller of Run waits for finished
	finished chan struct{}
}

// share is a part that waits for whoever comes first: the helper that it was offered, or the caller once its own part is done.
type share struct {
	work    *Work
	part    int
	offered atomic.Bool
	_       [40]byte // no two shares on one line of a cache
}

// take is true for the first who asks.
func (s *share) take() bool { return s.offered.Load() && s.offered.CompareAndSwap(true, false) }

// New makes a Work of the function that does part p.
func New(part func(p int)) *Work { return &Work{part: part, finished: make(chan struct{})} }

// Run does parts 0 … parts−1 side by side, and returns when all are done: part 0, and those that no helper has begun when it is done.
func (w *Work) Run(parts int) {
	if parts < 2 {
		w.part(0)
		return
	}
	w.offer(parts - 1)
	w.part(0)
	for _, s := range w.shares[:parts-1] {
		if s.take() {
			w.part(s.part)
			w.left.Add(-1)
		}
	}
	w.wait()
}

// offer gives parts 1 … n to the helpers that are free.
func (w *Work) offer(n int) {
	for p := len(w.shares) + 1; p <= n; p++ {
		w.shares = append(w.shares, &share{work: w, part: p})
	}
	w.left.Store(int32(n))
	list := atLeast(n)
	for i, s := range w.shares[:n] {
		s.offered.Store(true)
		list[i].offer(s)
	}
}

// wait returns when the helpers are done.
func (w *Work) wait() {
	if awake(func() bool { return w.left.Load() == 0 }) {
		return
	}
	w.asleep.Store(true)
	if w.left.Load() > 0 || !w.asleep.Swap(false) { // else the last helper came before, and did not see that anybody slept
		<-w.finished
	}
}

// done is called by a helper after each part.
func (w *Work) done() {
	if w.left.Add(-1) == 0 && w.asleep.Swap(false) {
		w.finished <- struct{}{}
	}
}

// Do calls part(0) … part(parts−1) side by side and returns when all are done.
func Do(parts int, part func(p int)) {
	if parts < 2 {
		part(0)
		return
	}
	e := spare.Get().(*errand)
	e.part = part
	e.Run(parts)
	e.part = nil
	spare.Put(e)
}

// errand is a Work of another function each time.
type errand struct {
	*Work
	part func(p int)
}

var spare = sync.Pool{New: func() any {
	e := new(errand)
	e.Work = New(func(p int) { e.part(p) })
	return e
}}
