package graph

// points are the constants of the transforms in float32.
var points = [...]float32{p1, p2, p3, q1, q2, q3, pq, 1 / np, 1 / nq, p1 / np, q1 / nq, p2 / np, q2 / nq}

// The transforms of float32. Distances are in elements.

//go:noescape
func windowsAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func windowsTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func blocksAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func blocksTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func kernelsAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

//go:noescape
func kernelsTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)

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

var transforms32 = [...][6]func(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int){
	avx2: {
		windows: windowsAVX2, windowsT: windowsTAVX2,
		blocks: blocksAVX2, blocksT: blocksTAVX2,
		kernels3: kernelsAVX2, kernels3T: kernelsTAVX2,
	},
	avx512: {
		windows: windowsAVX512, windowsT: windowsTAVX512,
		blocks: blocksAVX512, blocksT: blocksTAVX512,
		kernels3: kernelsAVX512, kernels3T: kernelsTAVX512,
	},
}

func transform32(which int, dst []float32, to steps, src []float32, from steps, n int) {
	transforms32[vectors][which](&dst[0], to.pixel, to.next, &src[0], from.pixel, from.next, n)
}
