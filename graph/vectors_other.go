//go:build !amd64

package graph

const vectors = noVectors

func gate32(dst, a, b []float32) int { return 0 }

func placesOfMax32(dst, top, bottom []float32) {}

func transform32(which int, dst []float32, to steps, src []float32, from steps, n int) {}

func suitsLanes32(int) bool { return false }

func toLanes32(dst, src []float32, pitch, n, channels int) {}

func fromLanes32(dst []float32, pitch int, src []float32, n, channels int, add bool) {}

func multiply32(add bool, m, n, k int, a []float32, row, col int, b []float32, ldb int, c []float32, ldc int) {
}
