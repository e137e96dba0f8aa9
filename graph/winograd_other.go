//go:build !amd64

package graph

func splitWindows32(v []float32, stride int, x []float32, pitch, n, rows int) bool { return false }

func joinWindows32(x []float32, pitch int, v []float32, stride, n, rows int) bool { return false }

func splitBlocks32(m []float32, stride int, y []float32, pitch, n, rows int) bool { return false }

func joinBlocks32(y []float32, pitch int, m []float32, stride, n, rows int, add bool) bool {
	return false
}
