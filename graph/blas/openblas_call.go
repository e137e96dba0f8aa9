//go:build (linux || darwin) && (amd64 || arm64)

package blas

import (
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// fortranCall is the argument block of one Fortran call, which takes every argument by address.
//
// It lives on the heap, where nothing moves, and is pooled, so that a call allocates nothing: the variadic slice of SyscallN would
// be an allocation of its own. The matrices are held as pointers too: that puts their memory on the heap and keeps it alive.
type fortranCall struct {
	trans1, trans2         byte
	m, n, k, ld1, ld2, ld3 int32
	alpha, beta            uint64 // storage for a float32 or a float64
	a, b, c                unsafe.Pointer
	addresses              [13]uintptr
}

var callPool = sync.Pool{New: func() any { return new(fortranCall) }}

// do calls function with the arguments and gives the block back.
func (f *fortranCall) do(lib *library, threads int, function uintptr, arguments ...unsafe.Pointer) {
	for i, argument := range arguments {
		f.addresses[i] = uintptr(argument)
	}
	lib.enter(threads)
	purego.SyscallN(function, f.addresses[:len(arguments)]...)
	lib.leave()
	f.a, f.b, f.c = nil, nil, nil
	callPool.Put(f)
}

// callWithValue calls function with one integer, passed by value.
func callWithValue(function uintptr, value int) {
	f := callPool.Get().(*fortranCall)
	f.addresses[0] = uintptr(value)
	purego.SyscallN(function, f.addresses[:1]...)
	callPool.Put(f)
}

// libGemm computes the row-major product as the column-major Cᵀ ← alpha·op(B)ᵀ·op(A)ᵀ + beta·Cᵀ: a row-major matrix read
// column by column is its transpose, so that only the operands trade places. No dimension is zero here.
func libGemm[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	f := callPool.Get().(*fortranCall)
	f.trans1, f.trans2 = letter(transB), letter(transA)
	f.m, f.n, f.k = int32(n), int32(m), int32(k)
	f.ld1, f.ld2, f.ld3 = int32(ldb), int32(lda), int32(ldc)
	f.a, f.b, f.c = unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0])
	store(&f.alpha, alpha)
	store(&f.beta, beta)
	f.do(lib, threads, pick[T](lib.sgemm, lib.dgemm),
		unsafe.Pointer(&f.trans1), unsafe.Pointer(&f.trans2), unsafe.Pointer(&f.m), unsafe.Pointer(&f.n), unsafe.Pointer(&f.k),
		unsafe.Pointer(&f.alpha), f.b, unsafe.Pointer(&f.ld1), f.a, unsafe.Pointer(&f.ld2),
		unsafe.Pointer(&f.beta), f.c, unsafe.Pointer(&f.ld3))
}

// libGemv computes a product with m = 1 or n = 1 as a matrix-vector product.
func libGemv[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	f := callPool.Get().(*fortranCall)
	// y ← alpha·op(M)·x + beta·y with y the row (or column) of C, and M the other operand read column by column.
	matrix, vector, trans := b, a, transB
	rows, columns, ld, incX, incY := n, k, ldb, 1, 1
	if transA {
		incX = lda
	}
	if m != 1 {
		matrix, vector, trans = a, b, !transA
		rows, columns, ld, incX, incY = m, k, lda, ldb, ldc
		if transB {
			incX = 1
		}
	}
	if trans {
		rows, columns = columns, rows
	}
	if beta == 0 {
		// Some versions multiply y by beta, which keeps NaN and Inf.
		scale(m, n, 0, c, ldc)
	}
	f.trans1 = letter(trans)
	f.m, f.n = int32(rows), int32(columns)
	f.ld1, f.ld2, f.ld3 = int32(ld), int32(incX), int32(incY)
	f.a, f.b, f.c = unsafe.Pointer(&matrix[0]), unsafe.Pointer(&vector[0]), unsafe.Pointer(&c[0])
	store(&f.alpha, alpha)
	store(&f.beta, beta)
	f.do(lib, threads, pick[T](lib.sgemv, lib.dgemv),
		unsafe.Pointer(&f.trans1), unsafe.Pointer(&f.m), unsafe.Pointer(&f.n),
		unsafe.Pointer(&f.alpha), f.a, unsafe.Pointer(&f.ld1), f.b, unsafe.Pointer(&f.ld2),
		unsafe.Pointer(&f.beta), f.c, unsafe.Pointer(&f.ld3))
}

// libAxpy computes y ← alpha·x + y.
func libAxpy[T Float](lib *library, threads int, alpha T, x, y []T) {
	f := callPool.Get().(*fortranCall)
	f.n, f.ld1 = int32(len(x)), 1
	f.a, f.b = unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0])
	store(&f.alpha, alpha)
	f.do(lib, threads, pick[T](lib.saxpy, lib.daxpy),
		unsafe.Pointer(&f.n), unsafe.Pointer(&f.alpha), f.a, unsafe.Pointer(&f.ld1), f.b, unsafe.Pointer(&f.ld1))
}

// store writes x into the storage of a scalar.
func store[T Float](at *uint64, x T) { *(*T)(unsafe.Pointer(at)) = x }

// pick is the routine for the element type T.
func pick[T Float](single, double uintptr) uintptr {
	if unsafe.Sizeof(T(0)) == 4 {
		return single
	}
	return double
}

// letter is Fortran's transpose argument.
func letter(trans bool) byte {
	if trans {
		return 'T'
	}
	return 'N'
}
