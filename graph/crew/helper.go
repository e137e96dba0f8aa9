package crew

import (
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long a helper looks out for work, and a caller for the end of it, before they sleep: longer than what lies between two
// shared operations of a step, such as a product in one thread, and short beside a step.
const patience = time.Millisecond

// helper does one share after the other.
type helper struct {
	desk   atomic.Pointer[share] // what it was offered
	busy   atomic.Bool
	asleep atomic.Bool // it waits for wake
	wake   chan struct{}
	_      [40]byte // no two helpers look at one line of a cache
}

var (
	mu      sync.Mutex
	helpers atomic.Pointer[[]*helper]
)

// atLeast is n helpers or more.
func atLeast(n int) []*helper {
	if list := helpers.Load(); list != nil && len(*list) >= n {
		return *list
	}
	mu.Lock()
	defer mu.Unlock()
	var list []*helper
	if old := helpers.Load(); old != nil {
		list = append(list, *old...)
	}
	for len(list) < n {
		h := &helper{wake: make(chan struct{})}
		go h.work()
		list = append(list, h)
	}
	helpers.Store(&list)
	return list
}

// offer puts a share on the helper's desk, in place of what another did in the meantime. A busy helper gets none: its giver does it.
func (h *helper) offer(s *share) {
	if h.busy.Load() {
		return
	}
	h.desk.Store(s)
	if h.asleep.Swap(false) {
		h.wake <- struct{}{}
	}
}

func (h *helper) work() {
	for {
		h.await()
		if s := h.desk.Swap(nil); s != nil && s.take() {
			h.busy.Store(true)
			s.work.part(s.part)
			h.busy.Store(false) // before done: the next operation may come at once
			s.work.done()
		}
	}
}

// await returns when there is something on the desk.
func (h *helper) await() {
	if !awake(func() bool { return h.desk.Load() != nil }) {
		h.asleep.Store(true)
		if h.desk.Load() == nil || !h.asleep.Swap(false) { // else an offer came before, and its giver did not see that anybody slept
			<-h.wake
		}
	}
}

// awake looks until ready is true, and false if patience ends first, or a product of other threads begins.
func awake(ready func() bool) bool {
	for began, i := time.Now(), 0; ; i++ {
		switch {
		case ready():
			return true
		case resting.Load() > 0, i%64 == 63 && time.Since(began) > patience:
			return false
		}
	}
}

// resting counts the Rests without a Resume.
var resting atomic.Int32

// Rest sends the helpers to sleep while threads that are not theirs, such as OpenBLAS's own, need the cores, until as many calls of Resume.
func Rest() { resting.Add(1) }

// Resume ends a Rest. It panics if there is none.
func Resume() {
	if resting.Add(-1) < 0 {
		panic("crew: Resume without Rest")
	}
}
