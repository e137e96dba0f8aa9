package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eoss/graph/blas"
)

var algorithms = map[string]struct{ in, out, kernel, stride, pad int }{
	"winograd": {16, 9, 3, 1, 1}, "direct": {9, 17, 5, 1, 1}, "direct, stride 2": {16, 24, 3, 2, 1}, "tiles": {3, 3, 3, 2, 1},
	"shifts": {4, 5, 3, 1, 1}, "shifts, stride 2": {5, 4, 3, 2, 1}, "shifts, no padding": {4, 5, 3, 1, 0},
}

// TestConvAdds: every algorithm, told to add, adds what it stores otherwise, to the rounding of float32 sums of some hundred products.
func TestConvAdds(t *testing.T) {
	for name, x := range algorithms {
		for makes := range convOps {
			op := convOp{makes: makes, h: 9, w: 10, kh: x.kernel, kw: x.kernel, stride: x.stride, pad: x.pad}
			g := geometry{convOp: op, samples: 5, n: 5, in: x.in, out: x.out}
			g.oh, g.ow = op.outSize()
			convAdds[float32](t, fmt.Sprintf("%s, %s, float32", name, op.name()), g, 2e-5)
			convAdds[float64](t, fmt.Sprintf("%s, %s, float64", name, op.name()), g, 1e-12)
		}
	}
}

// TestConvThreads: an algorithm's bits do not depend on the number of threads.
func TestConvThreads(t *testing.T) {
	defer blas.SetThreads(blas.Threads())
	for name, x := range algorithms {
		for makes := range convOps {
			op := convOp{makes: makes, h: 19, w: 20, kh: x.kernel, kw: x.kernel, stride: x.stride, pad: x.pad}
			g := geometry{convOp: op, samples: 37, n: 37, in: x.in, out: x.out}
			g.oh, g.ow = op.outSize()
			var in [][]float32
			rng := rand.New(rand.NewPCG(1, 2))
			for _, which := range g.operands() {
				operand := make([]float32, g.shapes()[which].TotalSize())
				for i := range operand {
					operand[i] = float32(rng.NormFloat64())
				}
				in = append(in, operand)
			}
			var want []float32
			for _, threads := range []int{1, 2, 3} {
				if err := blas.SetThreads(threads); err != nil {
					t.Fatal(err)
				}
				got := make([]float32, g.shapes()[makes].TotalSize())
				newAlgorithm[float32](g, false).run(got, in)
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %s: other bits with %d threads", name, op.name(), threads)
				}
			}
		}
	}
}

func convAdds[T Float](t *testing.T, what string, g geometry, tolerance float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(which int) []T {
		x := make([]T, g.shapes()[which].TotalSize())
		for i := range x {
			x[i] = T(rng.NormFloat64())
		}
		return x
	}
	in := [][]T{random(g.operands()[0]), random(g.operands()[1])}
	stored, sum := random(g.makes), random(g.makes)
	before := append([]T{}, sum...)
	scratch := stockOf[T]().of(0).borrow(1 << 16) // what is left there must not count
	for i := range scratch {
		scratch[i] = T(math.NaN())
	}
	stockOf[T]().of(0).giveBack(scratch)
	newAlgorithm[T](g, false).run(stored, in)
	newAlgorithm[T](g, true).run(sum, in)
	for i := range sum {
		if want := float64(before[i] + stored[i]); !(math.Abs(float64(sum[i])-want) <= tolerance*(1+math.Abs(want))) {
			t.Fatalf("%s: element %d becomes %v, want %v + %v", what, i, sum[i], before[i], stored[i])
		}
	}
}
