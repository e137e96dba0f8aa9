package blas

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options say which backend computes the products and on how many threads.
type Options struct {
	// Backend is "auto" (OpenBLAS if it is found, pure Go otherwise; "" is the same), "openblas" or "go".
	Backend string
	// Threads is the most threads one product may use; 0 stands for GOMAXPROCS, that is all cores the process may run on.
	Threads int
}

// chosen is the process's choice. Its fields are written once, before done is set, but for those of the threads.
var chosen struct {
	mu        sync.Mutex
	done      atomic.Bool
	lib       *library // nil: pure Go
	info      Info     // but for the thread count
	threads   atomic.Int64
	unlimited int // GOMAXPROCS before SetThreads changed it; 0: it has not
}

// Setup chooses the backend. The choice is made once: after it, or after the first product, a call that asks for another backend
// is an error, and one that asks for the same (or for "auto") only sets the thread count.
//
// Errors: an unknown backend, a negative thread count, "openblas" where no usable OpenBLAS is found, an OPENBLAS_CORETYPE whose kernels the
// processor cannot execute.
func Setup(o Options) (Info, error) {
	backend := o.Backend
	switch backend {
	case "":
		backend = "auto"
	case "auto", "openblas", "go":
	default:
		return Info{}, fmt.Errorf(`EOSS_BLAS = %q is unknown: use "auto", "openblas" or "go"`, backend)
	}
	if o.Threads < 0 {
		return Info{}, fmt.Errorf("the number of BLAS threads is %d: use 0 (all cores) or more", o.Threads)
	}
	if err := Usable(backend); err != nil {
		return Info{}, err
	}
	if err := choose(backend); err != nil {
		return Info{}, err
	}
	if err := SetThreads(o.Threads); err != nil {
		return Info{}, err
	}
	return Current(), nil
}

// SetThreads sets the most threads one product may use from now on; 0 stands for GOMAXPROCS. Large products change their last
// bits with the count. Those of the pure-Go backend never do; it splits its work over GOMAXPROCS goroutines, so the count becomes that, as
// far as the machine runs so many at once.
func SetThreads(count int) error {
	if count < 0 {
		return fmt.Errorf("the number of BLAS threads is %d: use 0 (all cores) or more", count)
	}
	lib := active()
	switch {
	case lib == nil:
		count = limitGo(count)
	case count == 0:
		count = lib.threads(runtime.GOMAXPROCS(0))
	default:
		count = lib.threads(count)
	}
	chosen.threads.Store(int64(count))
	return nil
}

// limitGo makes count GOMAXPROCS, or gives it back the value it had before the first limit if count is 0, and returns what it is.
func limitGo(count int) int {
	chosen.mu.Lock()
	defer chosen.mu.Unlock()
	switch {
	case count == 0 && chosen.unlimited == 0:
		return runtime.GOMAXPROCS(0)
	case count == 0:
		count, chosen.unlimited = chosen.unlimited, 0
	default:
		if chosen.unlimited == 0 {
			chosen.unlimited = runtime.GOMAXPROCS(0)
		}
		count = min(count, max(runtime.NumCPU(), chosen.unlimited))
	}
	runtime.GOMAXPROCS(count)
	return count
}

// Current tells what computes the products, choosing it first if nothing has yet.
func Current() Info {
	active()
	info := chosen.info
	info.Threads = Threads()
	return info
}

// Loaded says whether OpenBLAS computes the products.
func Loaded() bool { return active() != nil }

// Describe is Current().String().
func Describe() string { return Current().String() }

// active returns the library of the choice, nil for pure Go, choosing first if nothing has yet.
func active() *library {
	if !chosen.done.Load() {
		if err := choose("auto"); err != nil {
			panic(err) // "auto" has no error
		}
	}
	return chosen.lib
}

// Threads is the count of SetThreads, or of the choice, which is made if nothing has yet: what other work split over cores
// should use too.
func Threads() int {
	active()
	return int(chosen.threads.Load())
}

// choose makes the choice, or checks backend against the one already made.
func choose(backend string) error {
	chosen.mu.Lock()
	defer chosen.mu.Unlock()
	if chosen.done.Load() {
		if backend != "auto" && backend != chosen.info.Backend {
			return fmt.Errorf("EOSS_BLAS = %q comes too late: this process already computes with %q", backend, chosen.info.Backend)
		}
		return nil
	}
	threads := runtime.GOMAXPROCS(0)
	chosen.info = Info{Backend: "go"}
	if backend != "go" {
		lib, info, err := loadOpenBLAS(threads)
		switch {
		case err == nil:
			chosen.lib, chosen.info = lib, info
		case backend == "openblas":
			return fmt.Errorf("EOSS_BLAS = openblas: %w", err)
		default:
			chosen.info.Advice = instead(err)
		}
	}
	if chosen.lib != nil {
		threads = chosen.lib.threads(threads)
	}
	chosen.threads.Store(int64(threads))
	chosen.done.Store(true)
	return nil
}
