//go:build (linux || darwin) && (amd64 || arm64)

package blas

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// libraryNames are tried in this order. Fedora's libopenblas.so.0 and Debian's "serial" alternative have no threads, so the first
// threaded build wins over an earlier serial one.
var libraryNames = map[string][]string{
	"linux": {
		"libopenblas.so.0",
		"libopenblas.so",
		"libopenblasp.so.0",
		"libopenblas_pthreads.so.0",
		"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
		"/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
	},
	"darwin": {
		"/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
		"/usr/local/opt/openblas/lib/libopenblas.dylib",
		"libopenblas.dylib",
	},
}

// library is a loaded OpenBLAS with 32-bit indices and its Fortran entry points.
type library struct {
	sgemm, dgemm, sgemv, dgemv, saxpy, daxpy uintptr

	getConfig, getCore, getParallel, setThreads, getThreads uintptr

	openMP bool

	// mu guards the one thread count of the process: calls that want the current count hold it shared, a call that wants another
	// holds it alone, so that no product runs under a count that is not its own.
	mu      sync.RWMutex
	current int
}

// openLibrary loads the first usable OpenBLAS, having set core as OPENBLAS_CORETYPE unless core is empty. It returns nil and the
// reasons if there is none.
func openLibrary(core string) (*library, error) {
	if core != "" {
		if err := setenv("OPENBLAS_CORETYPE", core); err != nil {
			return nil, err
		}
	}
	var serial *library
	var failures []error
	for _, name := range libraryNames[runtime.GOOS] {
		lib, err := open(name)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if lib.parallel() != buildSerial {
			return lib, nil
		}
		if serial == nil {
			serial = lib
		}
	}
	if serial == nil {
		return nil, errors.Join(failures...)
	}
	return serial, nil
}

// The values of openblas_get_parallel.
const (
	buildSerial = iota
	buildPthreads
	buildOpenMP
)

func open(name string) (*library, error) {
	handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	lib := new(library)
	symbols := map[string]*uintptr{
		"sgemm_": &lib.sgemm, "dgemm_": &lib.dgemm, "sgemv_": &lib.sgemv, "dgemv_": &lib.dgemv, "saxpy_": &lib.saxpy, "daxpy_": &lib.daxpy,
		"openblas_get_config": &lib.getConfig, "openblas_get_corename": &lib.getCore, "openblas_get_parallel": &lib.getParallel,
		"openblas_set_num_threads": &lib.setThreads, "openblas_get_num_threads": &lib.getThreads,
	}
	for symbol, address := range symbols {
		if *address, err = purego.Dlsym(handle, symbol); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if strings.Contains(lib.config(), "USE64BITINT") {
		return nil, fmt.Errorf("%s: its indices have 64 bits, 32 are needed", name)
	}
	lib.openMP = lib.parallel() == buildOpenMP
	return lib, nil
}

// setenv sets a variable of the C environment, which OpenBLAS reads: os.Setenv does not reach it without cgo.
func setenv(name, value string) error {
	address, err := purego.Dlsym(purego.RTLD_DEFAULT, "setenv")
	if err != nil {
		return fmt.Errorf("blas: no setenv in the C library: %w", err)
	}
	cName, cValue := append([]byte(name), 0), append([]byte(value), 0)
	result, _, _ := purego.SyscallN(address, uintptr(unsafe.Pointer(&cName[0])), uintptr(unsafe.Pointer(&cValue[0])), 1)
	if int32(result) != 0 {
		return fmt.Errorf("blas: the C library could not set %s", name)
	}
	return nil
}

func (l *library) config() string { return cString(l.getConfig) }
func (l *library) core() string   { return cString(l.getCore) }

func (l *library) parallel() int {
	result, _, _ := purego.SyscallN(l.getParallel)
	return int(int32(result))
}

// threads is the thread count OpenBLAS really uses when count are asked for: it has an upper limit of its own.
func (l *library) threads(count int) int {
	exclusive := l.enter(count)
	defer l.leave(exclusive)
	result, _, _ := purego.SyscallN(l.getThreads)
	return int(int32(result))
}

// enter waits until the process's thread count is count and keeps it so until leave.
func (l *library) enter(count int) (exclusive bool) {
	l.mu.RLock()
	if l.current != count {
		l.mu.RUnlock()
		l.mu.Lock()
		exclusive = true
		if l.current != count {
			callWithValue(l.setThreads, count)
			l.current = count
		}
	}
	if l.openMP { // OpenMP keeps a count for every system thread
		runtime.LockOSThread()
		callWithValue(l.setThreads, count)
	}
	return exclusive
}

func (l *library) leave(exclusive bool) {
	if l.openMP {
		runtime.UnlockOSThread()
	}
	if exclusive {
		l.mu.Unlock()
	} else {
		l.mu.RUnlock()
	}
}

// cString calls a C function without arguments that returns a static string.
func cString(function uintptr) string {
	result, _, _ := purego.SyscallN(function)
	if result == 0 {
		return ""
	}
	start := *(*unsafe.Pointer)(unsafe.Pointer(&result))
	length := 0
	for *(*byte)(unsafe.Add(start, length)) != 0 {
		length++
	}
	return string(unsafe.Slice((*byte)(start), length))
}
