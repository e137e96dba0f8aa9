package graph

import "github.com/tphakala/simd/cpu"

// The transforms of float32 in AVX-512, of the same bits as the Go ones.

//go:noescape
func splitWindowsAVX512(v *float32, stride int, x *float32, pitch, n, rows int)

//go:noescape
func joinWindowsAVX512(x *float32, pitch int, v *float32, stride, n, rows int)

//go:noescape
func splitBlocksAVX512(m *float32, stride int, y *float32, pitch, n, rows int)

//go:noescape
func joinBlocksAVX512(y *float32, pitch int, m *float32, stride, n, rows, keep int)

// vectors says whether the four functions below do their work; they return false where they leave it to Go.
var vectors = cpu.X86.AVX512F

// checkBlocks panics where the assembly would leave the slices: rows×n blocks in t and an image of height rows of 2n+extra pixels.
func checkBlocks(t []float32, stride int, image []float32, pitch, n, rows, extra int) {
	_ = t[15*stride+rows*n-1]
	_ = image[(2*rows+extra-1)*pitch+2*n+extra-1]
}

func splitWindows32(v []float32, stride int, x []float32, pitch, n, rows int) bool {
	if vectors {
		checkBlocks(v, stride, x, pitch, n, rows, 2)
		splitWindowsAVX512(&v[0], stride, &x[0], pitch, n, rows)
	}
	return vectors
}

func joinWindows32(x []float32, pitch int, v []float32, stride, n, rows int) bool {
	if vectors {
		checkBlocks(v, stride, x, pitch, n, rows, 2)
		joinWindowsAVX512(&x[0], pitch, &v[0], stride, n, rows)
	}
	return vectors
}

func splitBlocks32(m []float32, stride int, y []float32, pitch, n, rows int) bool {
	if vectors {
		checkBlocks(m, stride, y, pitch, n, rows, 0)
		splitBlocksAVX512(&m[0], stride, &y[0], pitch, n, rows)
	}
	return vectors
}

func joinBlocks32(y []float32, pitch int, m []float32, stride, n, rows int, add bool) bool {
	if vectors {
		checkBlocks(m, stride, y, pitch, n, rows, 0)
		keep := 0
		if add {
			keep = 0xffff
		}
		joinBlocksAVX512(&y[0], pitch, &m[0], stride, n, rows, keep)
	}
	return vectors
}
