package graph

import "github.com/tphakala/simd/cpu"

// vectors says whether the CPU has what the assembly needs.
var vectors = cpu.X86.AVX512F

// gateAVX512 stores a where b is positive and 0 elsewhere.
//
//go:noescape
func gateAVX512(dst, a, b *float32, n int)

func gate32(dst, a, b []float32) {
	if len(b) > 0 {
		_, _ = dst[len(b)-1], a[len(b)-1]
		gateAVX512(&dst[0], &a[0], &b[0], len(b))
	}
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

// transform of float32 in AVX-512. Distances are in elements.

//go:noescape
func windowsAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func windowsTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func blocksAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func blocksTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func kernelsAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func kernelsTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

// toLanesAVX512 and fromLanesAVX512 transpose tiles of 16 channels and 16 pixels; fromLanesAVX512 adds to the elements that keep, of all
// ones or zeros, selects.

//go:noescape
func toLanesAVX512(dst, src *float32, pitch, n int)

//go:noescape
func fromLanesAVX512(dst *float32, pitch int, src *float32, n, keep int)

func transform32(which int, dst []float32, to steps, src []float32, from steps, n int) {
	switch which {
	case windows:
		windowsAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	case windowsT:
		windowsTAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	case blocks:
		blocksAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	case blocksT:
		blocksTAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	case kernels3:
		kernelsAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	case kernels3T:
		kernelsTAVX512(&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
	}
}

func toLanes32(dst, src []float32, pitch, n int) {
	_, _ = dst[wholeVectors(n)*lanes-1], src[(lanes-1)*pitch+n-1]
	toLanesAVX512(&dst[0], &src[0], pitch, n)
}

func fromLanes32(dst []float32, pitch int, src []float32, n int, add bool) {
	_, _ = dst[(lanes-1)*pitch+n-1], src[wholeVectors(n)*lanes-1]
	keep := 0
	if add {
		keep = 0xffff
	}
	fromLanesAVX512(&dst[0], pitch, &src[0], n, keep)
}
