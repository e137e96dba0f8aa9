package graph

import "github.com/tphakala/simd/cpu"

// vectors are those of the CPU.
var vectors = func() instructions {
	switch {
	case cpu.X86.AVX512F:
		return avx512
	case cpu.X86.AVX2 && cpu.X86.FMA:
		return avx2
	}
	return noVectors
}()

// gateAVX512 stores a where b is positive and 0 elsewhere.
//
//go:noescape
func gateAVX512(dst, a, b *float32, n int)

// gateAVX2 is gateAVX512 of eights times eight elements.
//
//go:noescape
func gateAVX2(dst, a, b *float32, eights int)

// gate32 is gateVec of as many elements as it returns.
func gate32(dst, a, b []float32) int {
	n := len(b)
	if n < 8 {
		return 0
	}
	_, _ = dst[n-1], a[n-1]
	switch vectors {
	case avx512:
		gateAVX512(&dst[0], &a[0], &b[0], n)
		return n
	case avx2:
		gateAVX2(&dst[0], &a[0], &b[0], n/8)
		return n / 8 * 8
	}
	return 0
}

// placesOfMaxAVX512 stores placeOfMax of the n 2×2 windows of two rows.
//
//go:noescape
func placesOfMaxAVX512(dst, top, bottom *float32, n int)

func placesOfMax32(dst, top, bottom []float32) {
	n := len(dst)
	_, _ = top[2*n-1], bottom[2*n-1]
	placesOfMaxAVX512(&dst[0], &top[0], &bottom[0], n)
}
