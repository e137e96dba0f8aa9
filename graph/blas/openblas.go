//go:build (linux || darwin) && (amd64 || arm64)

package blas

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"eoss/graph/crew"

	"github.com/ebitengine/purego"
)

const loadable = true

// library is a loaded OpenBLAS with 32-bit indices and its Fortran entry points.
type library struct {
	sgemm, dgemm, sgemv, dgemv, saxpy, daxpy uintptr

	getConfig, getCore, getParallel, setThreads, getThreads uintptr

	openMP bool

	// The one thread count of the process. turn guards it; a call that wants another waits until no product runs, and those that come
	// meanwhile wait behind it.
	turn    sync.Mutex
	current int
	running sync.WaitGroup
}

// The values of openblas_get_parallel.
const (
	buildSerial = iota
	buildPthreads
	buildOpenMP
)

// open loads one library; the error is errAbsent if there is none of this name.
func open(name string) (*library, error) {
	handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, notLoaded(name, err.Error())
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
		return nil, fmt.Errorf("%s has 64-bit indices, not the usual 32-bit ones", name)
	}
	lib.openMP = lib.parallel() == buildOpenMP
	return lib, nil
}

// setenv sets a variable of the C environment, which OpenBLAS reads: os.Setenv does not reach it without cgo.
func setenv(name, value string) error {
	address, err := purego.Dlsym(purego.RTLD_DEFAULT, "setenv")
	if err != nil {
		return fmt.Errorf("the C library has no setenv: %w", err)
	}
	cName, cValue := append([]byte(name), 0), append([]byte(value), 0)
	result, _, _ := purego.SyscallN(address, uintptr(unsafe.Pointer(&cName[0])), uintptr(unsafe.Pointer(&cValue[0])), 1)
	if int32(result) != 0 {
		return fmt.Errorf("the C library could not set %s", name)
	}
	return nil
}

func (l *library) config() string { return cString(l.getConfig) }
func (l *library) core() string   { return cString(l.getCore) }

func (l *library) parallel() int {
	result, _, _ := purego.SyscallN(l.getParallel)
	return int(int32(result))
}

// threaded tells whether products may use more than one thread.
func (l *library) threaded() bool { return l.parallel() != buildSerial }

// threads is the thread count OpenBLAS really uses when count are asked for: it has an upper limit of its own.
func (l *library) threads(count int) int {
	l.enter(count)
	defer l.leave()
	result, _, _ := purego.SyscallN(l.getThreads)
	return int(int32(result))
}

// enter waits until the process's thread count is count and keeps it so until leave.
func (l *library) enter(count int) {
	l.turn.Lock()
	if l.current != count {
		l.running.Wait()
		callWithValue(l.setThreads, count)
		l.current = count
	}
	l.running.Add(1)
	l.turn.Unlock()
	if count > 1 {
		crew.Rest()
	}
	if l.openMP { // OpenMP keeps a count for every system thread
		runtime.LockOSThread()
		callWithValue(l.setThreads, count)
	}
}

// leave ends what enter began; until the last leave the count stays.
func (l *library) leave() {
	if l.current > 1 {
		crew.Resume()
	}
	if l.openMP {
		runtime.UnlockOSThread()
	}
	l.running.Done()
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
