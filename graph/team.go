package graph

import (
	"sync"
	"sync/atomic"

	"eoss/graph/blas"
	"eoss/graph/crew"
)

// team runs numbered jobs side by side, each with scratch memory of its own. A job's arithmetic must not depend on who runs it, so that
// results have the same bits for any number of threads.
type team[T Float] struct {
	do      func(job int, scratch []T)
	cost    int // of a job: the elementwise operations it is worth
	scratch int // elements of scratch memory a job needs
	jobs    int
	parts   int       // of the jobs, one for each thread; who is done with its own goes on with those of the others
	next    []counter // of each part
	shared  *crew.Work
}

// counter has a line of a cache to itself.
type counter struct {
	atomic.Int64
	_ [56]byte
}

func newTeam[T Float](cost, scratch int, do func(job int, scratch []T)) *team[T] {
	t := &team[T]{do: do, cost: cost, scratch: scratch}
	t.shared = crew.New(t.work)
	return t
}

// run does jobs 0 … jobs−1 and returns when all are done. It allocates nothing once the scratch memory is there.
func (t *team[T]) run(jobs int) {
	t.jobs = jobs
	t.parts = max(1, min(blas.Threads(), jobs, jobs*t.cost/grain))
	for len(t.next) < t.parts {
		t.next = append(t.next, counter{})
	}
	for p := range t.parts {
		t.next[p].Store(int64(p * jobs / t.parts))
	}
	t.shared.Run(t.parts)
}

// work does the jobs of a part, and what is left of the other parts'.
func (t *team[T]) work(part int) {
	var s []T
	if t.scratch > 0 {
		shelf := stockOf[T]().of(part)
		s = shelf.borrow(t.scratch)
		defer shelf.giveBack(s)
	}
	for i := range t.parts {
		of := (part + i) % t.parts
		for end := (of + 1) * t.jobs / t.parts; ; {
			job := int(t.next[of].Add(1)) - 1
			if job >= end {
				break
			}
			t.do(job, s[:t.scratch])
		}
	}
}

// overParts makes a kernel of a function that does one of n parts of the work.
func overParts[T Float](n, cost int, f func(part int, dst []T, in [][]T)) kernel[T] {
	var dst []T
	var in [][]T
	t := newTeam(cost, 0, func(part int, _ []T) { f(part, dst, in) })
	return func(d []T, i [][]T) {
		dst, in = d, i
		t.run(n)
	}
}

// stock keeps the scratch memory nobody is using: that of kernels, and that of each of their threads, which finds it in its cache. All kernels
// of a process share it: it is allocated once, and amounts to the needs of one kernel, not of all kernels.
type stock[T Float] struct {
	once shelf[T]
	mu   sync.Mutex
	each []*shelf[T]
}

// of is the shelf of those who do part p of a team's work.
func (s *stock[T]) of(p int) *shelf[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.each) <= p {
		s.each = append(s.each, new(shelf[T]))
	}
	return s.each[p]
}

var (
	stock32 stock[float32]
	stock64 stock[float64]
)

func stockOf[T Float]() *stock[T] {
	if s, ok := any(&stock32).(*stock[T]); ok {
		return s
	}
	return any(&stock64).(*stock[T])
}

// shelf is pieces of memory.
type shelf[T Float] struct {
	sync.Mutex
	free [][]T
}

// borrow takes n elements, of any content, from the shelf, until giveBack.
func (s *shelf[T]) borrow(n int) []T {
	s.Lock()
	defer s.Unlock()
	best := -1
	for i, b := range s.free {
		if best < 0 || fitsBetter(len(b), len(s.free[best]), n) {
			best = i
		}
	}
	if best < 0 {
		return make([]T, n)
	}
	b, last := s.free[best], len(s.free)-1
	s.free[best] = s.free[last]
	s.free = s.free[:last]
	if len(b) < n {
		return make([]T, n)
	}
	return b
}

func (s *shelf[T]) giveBack(b []T) {
	s.Lock()
	defer s.Unlock()
	s.free = append(s.free, b)
}
