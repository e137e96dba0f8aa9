package blas

import (
	"sync"

	"eoss/graph/crew"
)

// isSkinny says whether A·Bᵀ, of m rows of A with n rows of B, is computed as (B·Aᵀ)ᵀ. OpenBLAS reads many rows of the first operand
// side by side; those of a weight with thousands of inputs lie a multiple of a page apart and push each other out of the cache.
// The second operand it reads four rows at a time. B holds nearly all the numbers here, so that B decides: the transposed product of
// 16×512×3072 takes half the time. Where OpenBLAS has no wider vectors than AVX2, [Dots] does it, which packs nothing: 54 and 67 GFLOP/s
// on one core of an AMD EPYC at 16×512×3072 and 16×64×3072, OpenBLAS 38 and 44 (BenchmarkGemm).
func isSkinny(transA, transB bool, m, n, k int) bool {
	return !transA && transB && m <= 64 && k >= 1024 && n >= 4*m
}

// skinny is such a product, the rows of B shared out among the threads. It is pooled, with its scratch memory.
type skinny[T Float] struct {
	lib           *library
	m, n, k       int
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
	scratch       []T // B·Aᵀ
	parts         int
	shared        *crew.Work
}

var skinny32, skinny64 = sync.Pool{New: newSkinny[float32]}, sync.Pool{New: newSkinny[float64]}

func newSkinny[T Float]() any {
	s := new(skinny[T])
	s.shared = crew.New(s.part)
	return s
}

// libSkinny computes C ← alpha·A·Bᵀ + beta·C.
func libSkinny[T Float](lib *library, threads, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	pool := &skinny64
	if _, ok := any(alpha).(float32); ok {
		pool = &skinny32
	}
	s := pool.Get().(*skinny[T])
	s.lib, s.m, s.n, s.k, s.alpha, s.beta, s.lda, s.ldb, s.ldc = lib, m, n, k, alpha, beta, lda, ldb, ldc
	s.a, s.b, s.c, s.parts = a, b, c, skinnyParts(m, n, k, threads)
	if len(s.scratch) < n*m {
		s.scratch = make([]T, n*m)
	}
	s.shared.Run(s.parts)
	s.a, s.b, s.c = nil, nil, nil
	pool.Put(s)
}

// smallProduct is the most multiplications that OpenBLAS leaves to its kernels for small matrices, which round otherwise
// (kernel/x86_64/sgemm_small_kernel_permit_skylakex.c of version 0.3.21).
const smallProduct = 1_000_000

// skinnyParts is the number of threads that share the product, each with more than a small one, so that its bits are those of one thread.
func skinnyParts(m, n, k, threads int) int {
	for threads > 1 && (n/threads*m*k <= smallProduct || n/threads < 3) { // Dots has three rows or more
		threads--
	}
	return threads
}

// part computes the columns of C that one thread has.
func (s *skinny[T]) part(i int) {
	lo, hi := i*s.n/s.parts, (i+1)*s.n/s.parts
	if lo == hi {
		return
	}
	t := s.scratch[lo*s.m : hi*s.m]
	s.multiply(hi-lo, s.b[lo*s.ldb:], t)
	for row := range s.m {
		c := s.c[row*s.ldc+lo : row*s.ldc+hi]
		for j := range c {
			x := t[j*s.m+row]
			if s.beta != 0 {
				x += s.beta * c[j]
			}
			c[j] = x
		}
	}
}

// dotsRows is the number of rows up to which Dots is faster than OpenBLAS.
const dotsRows = 32

// multiply computes T = α·B·Aᵀ of n rows of B.
func (s *skinny[T]) multiply(n int, b, t []T) {
	t32, ok := any(t).([]float32)
	if !ok || !ownDots || s.m < 4 || s.m > dotsRows {
		libGemm(s.lib, 1, false, true, n, s.m, s.k, s.alpha, b, s.ldb, s.a, s.lda, 0, t, s.m)
		return
	}
	Dots(s.m, n, s.k, any(s.a).([]float32), s.lda, any(b).([]float32), s.ldb, t32)
	if s.alpha != 1 {
		for i := range t {
			t[i] *= s.alpha
		}
	}
}
