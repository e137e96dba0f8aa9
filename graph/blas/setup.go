package blas

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/cpu"
)

// Options choose a backend.
type Options struct {
	Backend string // "auto" (or ""), "openblas" or "go"
	Threads int    // 0: every core
}

// Info is what a run records of the products' backend: equal bits need an equal Info.
type Info struct {
	Backend string // "openblas" or "go"
	Version string // of the library
	Core    string // the kernels OpenBLAS chose, such as SkylakeX
	Threads int
	Path    string // of the shared library
	Hint    string // what would be faster, or ""
}

var (
	once     sync.Once
	current  *library // nil: pure Go
	info     Info
	setupErr error
	threads  atomic.Int64
)

// Setup chooses the backend, once per process and before the first product; later calls only change the thread
// count. An openblas that is asked for and not found is an error that says what to install.
func Setup(o Options) (Info, error) {
	switch o.Backend {
	case "", "auto", "openblas", "go":
	default:
		return Info{}, fmt.Errorf("EOSS_BLAS=%s: the backends are auto, openblas and go", o.Backend)
	}
	once.Do(func() { choose(o.Backend) })
	if setupErr != nil {
		return Info{}, setupErr
	}
	if o.Backend == "openblas" && current == nil || o.Backend == "go" && current != nil {
		return info, fmt.Errorf("EOSS_BLAS=%s: this process already uses %s", o.Backend, info.Backend)
	}
	SetThreads(o.Threads)
	return describe(), nil
}

func choose(backend string) {
	SetThreads(0)
	if backend == "go" {
		info = Info{Backend: "go", Version: "gonum"}
		return
	}
	lib, err := open()
	switch {
	case err == nil:
		current = lib
		info = Info{Backend: "openblas", Version: lib.version(), Core: lib.core(), Path: lib.path}
		if cpu.X86.HasAVX512F && !avx512Core(info.Core) {
			info.Hint = "this CPU has AVX-512: OPENBLAS_CORETYPE=SKYLAKEX is about twice as fast"
		}
	case backend == "openblas":
		setupErr = fmt.Errorf("EOSS_BLAS=openblas: %w: install it (Debian: libopenblas0-pthread, Fedora: openblas, "+
			"macOS: brew install openblas) or set EOSS_BLAS=go", err)
	default:
		info = Info{Backend: "go", Version: "gonum", Hint: "OpenBLAS is not installed: with it, matrix products are about ten times as fast"}
	}
}

func avx512Core(core string) bool {
	switch strings.ToLower(core) {
	case "skylakex", "cooperlake", "sapphirerapids":
		return true
	}
	return false
}

// active returns the library in use, nil for pure Go, choosing it at the first call.
func active() *library {
	once.Do(func() { choose("auto") })
	return current
}

// Threads returns the number of threads that products, and other work split to match, may use.
func Threads() int {
	active()
	return int(threads.Load())
}

// SetThreads changes the number of threads; 0 takes every core.
func SetThreads(n int) {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	threads.Store(int64(n))
}

func describe() Info {
	i := info
	i.Threads = Threads()
	return i
}

// Describe says in one line which backend computes the products and what would be faster.
func Describe() string {
	active()
	return describe().String()
}

func (i Info) String() string {
	s := "pure Go (gonum)"
	if i.Backend == "openblas" {
		s = fmt.Sprintf("OpenBLAS %s, %s kernels", i.Version, i.Core)
	}
	s += fmt.Sprintf(", %d threads", i.Threads)
	if i.Hint != "" {
		s += " (" + i.Hint + ")"
	}
	return s
}
