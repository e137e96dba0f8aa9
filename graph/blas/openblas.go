//go:build linux || darwin || freebsd

package blas

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/cpu"
)

// library is an OpenBLAS with 32-bit integers, loaded at run time.
type library struct {
	path                         string
	sgemm, dgemm, saxpy, daxpy   uintptr
	getConfig, getCore, setCount uintptr

	mu    sync.RWMutex // held for reading while products of one thread count run
	count int
}

// names are tried in order; a bare name is looked up by the system's loader.
var names = []string{
	"libopenblas.so.0", "libopenblas.so",
	"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
	"/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
	"/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
	"/usr/local/opt/openblas/lib/libopenblas.dylib",
}

// open loads the first library of names that has every symbol.
func open() (*library, error) {
	preferAVX512()
	reason := errors.New("OpenBLAS was not found")
	for _, name := range names {
		handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL)
		if err != nil {
			continue
		}
		l := &library{path: name}
		if err := l.resolve(handle); err != nil {
			reason = fmt.Errorf("%s: %w", name, err)
			continue
		}
		return l, nil
	}
	return nil, reason
}

func (l *library) resolve(handle uintptr) (err error) {
	for symbol, p := range map[string]*uintptr{
		"sgemm_": &l.sgemm, "dgemm_": &l.dgemm, "saxpy_": &l.saxpy, "daxpy_": &l.daxpy,
		"openblas_get_config": &l.getConfig, "openblas_get_corename": &l.getCore, "openblas_set_num_threads": &l.setCount,
	} {
		if *p, err = purego.Dlsym(handle, symbol); err != nil {
			return fmt.Errorf("no symbol %s", symbol)
		}
	}
	if strings.Contains(cString(l.getConfig), "USE64BITINT") {
		return errors.New("built with 64-bit integers")
	}
	return nil
}

// preferAVX512 asks for AVX-512 kernels where the CPU has them and the user has not chosen: some
// releases of OpenBLAS do not pick them by themselves on newer CPUs. OpenBLAS reads the C environment, which
// os.Setenv does not reach without cgo.
func preferAVX512() {
	if _, chosen := os.LookupEnv("OPENBLAS_CORETYPE"); chosen || runtime.GOOS != "linux" || !cpu.X86.HasAVX512BW || !cpu.X86.HasAVX512DQ || !cpu.X86.HasAVX512VL {
		return
	}
	libc, err := purego.Dlopen("libc.so.6", purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return
	}
	setenv, err := purego.Dlsym(libc, "setenv")
	if err != nil {
		return
	}
	name, value := []byte("OPENBLAS_CORETYPE\x00"), []byte("SKYLAKEX\x00")
	purego.SyscallN(setenv, uintptr(unsafe.Pointer(&name[0])), uintptr(unsafe.Pointer(&value[0])), 1)
	runtime.KeepAlive(name)
	runtime.KeepAlive(value)
}

func (l *library) version() string {
	fields := strings.Fields(strings.TrimPrefix(cString(l.getConfig), "OpenBLAS "))
	if len(fields) == 0 {
		return "of unknown version"
	}
	return fields[0]
}

func (l *library) core() string { return cString(l.getCore) }

// cString calls a C function without arguments and copies the text it returns.
func cString(f uintptr) string {
	p, _, _ := purego.SyscallN(f)
	if p == 0 {
		return ""
	}
	var text []byte
	for q := *(*unsafe.Pointer)(unsafe.Pointer(&p)); *(*byte)(q) != 0; q = unsafe.Add(q, 1) {
		text = append(text, *(*byte)(q))
	}
	return string(text)
}

// begin makes OpenBLAS use n threads until end: products that want the same count run side by side.
func (l *library) begin(n int) {
	l.mu.RLock()
	for l.count != n {
		l.mu.RUnlock()
		l.mu.Lock()
		if l.count != n {
			purego.SyscallN(l.setCount, uintptr(n))
			l.count = n
		}
		l.mu.Unlock()
		l.mu.RLock()
	}
}

func (l *library) end() { l.mu.RUnlock() }

// call is the argument block of one product. Fortran takes addresses: keeping the operands' pointers here puts
// them on the heap, which does not move, and the list of addresses is not allocated anew by every call.
type call[T Float] struct {
	transA, transB               byte
	m, n, k, lda, ldb, ldc, unit int32
	alpha, beta                  T
	x, y, z                      *T
	args                         [15]uintptr
}

var (
	calls32 = sync.Pool{New: func() any { return new(call[float32]) }}
	calls64 = sync.Pool{New: func() any { return new(call[float64]) }}
)

func calls[T Float]() *sync.Pool {
	var t T
	if unsafe.Sizeof(t) == 4 {
		return &calls32
	}
	return &calls64
}

func flag(trans bool) byte {
	if trans {
		return 'T'
	}
	return 'N'
}

func at[P any](p *P) uintptr { return uintptr(unsafe.Pointer(p)) }

// run calls f on the given number of threads with the first n addresses of g.args.
func run[T Float](l *library, g *call[T], f uintptr, n, threads int) {
	l.begin(threads)
	purego.SyscallN(f, g.args[:n]...)
	l.end()
	g.x, g.y, g.z = nil, nil, nil
	calls[T]().Put(g)
}

// libGemm computes the row-major product as the column-major Cᵀ = op(B)ᵀ·op(A)ᵀ, on the given number of threads.
func libGemm[T Float](l *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	f := l.sgemm
	if unsafe.Sizeof(alpha) == 8 {
		f = l.dgemm
	}
	g := calls[T]().Get().(*call[T])
	g.transA, g.transB, g.m, g.n, g.k = flag(transB), flag(transA), int32(n), int32(m), int32(k)
	g.lda, g.ldb, g.ldc, g.alpha, g.beta = int32(ldb), int32(lda), int32(ldc), alpha, beta
	g.x, g.y, g.z = &b[0], &a[0], &c[0]
	g.args = [15]uintptr{at(&g.transA), at(&g.transB), at(&g.m), at(&g.n), at(&g.k), at(&g.alpha),
		at(g.x), at(&g.lda), at(g.y), at(&g.ldb), at(&g.beta), at(g.z), at(&g.ldc), 1, 1}
	run(l, g, f, 15, threads)
}

// libAxpy computes y ← αx + y.
func libAxpy[T Float](l *library, alpha T, x, y []T) {
	f := l.saxpy
	if unsafe.Sizeof(alpha) == 8 {
		f = l.daxpy
	}
	g := calls[T]().Get().(*call[T])
	g.n, g.unit, g.alpha, g.x, g.y = int32(len(x)), 1, alpha, &x[0], &y[0]
	g.args = [15]uintptr{at(&g.n), at(&g.alpha), at(g.x), at(&g.unit), at(g.y), at(&g.unit)}
	run(l, g, f, 6, threadsFor(len(x), 8, 1))
}

// threadsFor returns how many threads a product of 2mnk operations uses: waking a second one costs some
// microseconds, the time of a few hundred thousand operations.
func threadsFor(m, n, k int) int {
	if float64(m)*float64(n)*float64(k) < manyThreads {
		return 1
	}
	return Threads()
}

// manyThreads is the size mnk from which all threads work on a product (see BenchmarkGemm).
const manyThreads = 1 << 19
