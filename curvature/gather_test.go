package curvature

import (
	"math/rand/v2"
	"testing"
)

// TestGather: the rows are the asked ones, in order, whether they are few or enough for several goroutines.
func TestGather(t *testing.T) {
	const n, in, out = 700, 3000, 2
	d := Data[float32]{N: n, X: make([]float32, n*in), Y: make([]float32, n*out)}
	for i := range d.X {
		d.X[i] = float32(i)
	}
	for i := range d.Y {
		d.Y[i] = float32(-i)
	}
	var into Data[float32]
	for _, size := range []int{3, n, 5} {
		idx := rand.New(rand.NewPCG(1, 2)).Perm(n)[:size]
		into = d.Gather(into, idx)
		for k, i := range idx {
			if into.N != size || into.X[k*in] != float32(i*in) || into.X[(k+1)*in-1] != float32((i+1)*in-1) || into.Y[k*out+1] != float32(-i*out-1) {
				t.Fatalf("of %d rows, row %d is not sample %d", size, k, i)
			}
		}
	}
}
