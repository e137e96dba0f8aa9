package blas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// withBackend runs test under each backend; the process's choice is put back after.
func withBackend(t *testing.T, test func(t *testing.T)) {
	Current() // the choice is made before it is overruled
	lib := chosen.lib
	t.Run("go", func(t *testing.T) {
		chosen.lib = nil
		defer func() { chosen.lib = lib }()
		test(t)
	})
	t.Run("openblas", func(t *testing.T) {
		if lib == nil {
			t.Skip("no OpenBLAS: ", Describe())
		}
		test(t)
	})
}

type product[T Float] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	padding        int // of every row
}

// operands draws the matrices, NaN in the padding: it must be neither read nor written.
func (p product[T]) operands(random *rand.Rand) (a, b, c []T, lda, ldb, ldc int) {
	draw := func(rows, cols int, trans bool) ([]T, int) {
		if trans {
			rows, cols = cols, rows
		}
		stride := cols + p.padding
		x := make([]T, rows*stride)
		for i := range x {
			x[i] = T(random.NormFloat64())
			if i%stride >= cols {
				x[i] = T(math.NaN())
			}
		}
		return x, max(1, stride)
	}
	a, lda = draw(p.m, p.k, p.transA)
	b, ldb = draw(p.k, p.n, p.transB)
	c, ldc = draw(p.m, p.n, false)
	if p.beta == 0 {
		for i := range c {
			c[i] = T(math.NaN())
		}
	}
	return
}

// check compares Gemm with the triple loop in float64.
func (p product[T]) check(t *testing.T) {
	t.Helper()
	a, b, c, lda, ldb, ldc := p.operands(rand.New(rand.NewPCG(7, 1)))
	before := slices.Clone(c)
	Gemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, a, lda, b, ldb, p.beta, c, ldc)
	epsilon := 0x1p-52
	if any(p.alpha) == any(float32(p.alpha)) {
		epsilon = 0x1p-23
	}
	for i := range p.m {
		for j := range p.n {
			sum, size := 0.0, 0.0
			for l := range p.k {
				x, y := at(a, lda, p.transA, i, l), at(b, ldb, p.transB, l, j)
				sum += x * y
				size += math.Abs(x * y)
			}
			want := float64(p.alpha) * sum
			size *= math.Abs(float64(p.alpha))
			if p.beta != 0 {
				old := float64(p.beta) * float64(before[i*ldc+j])
				want += old
				size += math.Abs(old)
			}
			// A dot product of k terms in any order errs by at most about k·ε·Σ|terms|; 3 more for alpha and beta.
			if got := float64(c[i*ldc+j]); !(math.Abs(got-want) <= float64(p.k+3)*epsilon*size) {
				t.Fatalf("%+v: C[%d,%d] = %v, want %v", p, i, j, got, want)
			}
		}
		for j := p.n; j < ldc; j++ {
			if got := i*ldc + j; p.padding > 0 && !math.IsNaN(float64(c[got])) {
				t.Fatalf("%+v: row %d is written beyond its end", p, i)
			}
		}
	}
}

// at is element (i, j) of op(X).
func at[T Float](x []T, ld int, trans bool, i, j int) float64 {
	if trans {
		i, j = j, i
	}
	return float64(x[i*ld+j])
}

func testGemm[T Float](t *testing.T) {
	shapes := [][3]int{
		{1, 1, 1}, {1, 17, 33}, {17, 1, 33}, {17, 33, 1}, {1, 1, 40}, {5, 7, 3}, {33, 17, 65}, {16, 10, 129},
		{67, 35, 33}, {0, 3, 3}, {3, 0, 3}, {3, 4, 0},
	}
	for _, shape := range shapes {
		for flags := range 4 {
			for _, alpha := range []T{0, 1, -0.5} {
				for _, beta := range []T{0, 1, -0.5} {
					for _, padding := range []int{0, 5} {
						product[T]{flags&1 != 0, flags&2 != 0, shape[0], shape[1], shape[2], alpha, beta, padding}.check(t)
					}
				}
			}
		}
	}
}

func TestGemm(t *testing.T) {
	withBackend(t, func(t *testing.T) {
		t.Run("float32", testGemm[float32])
		t.Run("float64", testGemm[float64])
	})
}

// Shapes of the networks, on which the threads divide the work.
func TestGemmThreaded(t *testing.T) {
	withBackend(t, func(t *testing.T) {
		for _, threads := range []int{1, 0} {
			if err := SetThreads(threads); err != nil {
				t.Fatal(err)
			}
			product[float32]{false, true, 16, 200, 700, 1, 0, 0}.check(t)
			product[float32]{false, true, 16, 301, 1100, -0.5, 2, 3}.check(t) // isSkinny
			product[float64]{false, true, 3, 40, 1024, 1, 0, 0}.check(t)
			product[float32]{true, false, 300, 200, 16, 1, 1, 0}.check(t)
			product[float32]{false, true, 1, 400, 700, 1, 0, 0}.check(t)
			product[float64]{false, false, 90, 131, 401, 1, -0.5, 3}.check(t)
		}
	})
}

func TestGemmIsDeterministic(t *testing.T) {
	withBackend(t, func(t *testing.T) {
		for _, shape := range [][3]int{{16, 512, 700}, {16, 512, 3072}, {300, 200, 500}, {1, 512, 3072}, {512, 1, 3072}} {
			p := product[float32]{false, true, shape[0], shape[1], shape[2], 1, 0, 0}
			a, b, first, lda, ldb, ldc := p.operands(rand.New(rand.NewPCG(7, 2)))
			second := slices.Clone(first)
			Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, first, ldc)
			Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, second, ldc)
			if !slices.Equal(first, second) {
				t.Errorf("%v: two equal calls differ", shape)
			}
		}
	})
}

// Goroutines that want different thread counts must neither disturb each other's bits nor block.
func TestConcurrentUse(t *testing.T) {
	withBackend(t, func(t *testing.T) {
		var wait sync.WaitGroup
		for worker := range 4 {
			p := product[float32]{false, false, 4, 20, 30, 1, 0, 0}
			if worker%2 == 0 {
				p = product[float32]{false, true, 64, 300, 512, 1, 0, 0}
			}
			wait.Go(func() {
				a, b, want, lda, ldb, ldc := p.operands(rand.New(rand.NewPCG(7, uint64(worker))))
				Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, want, ldc)
				got := make([]float32, len(want))
				for range 30 {
					Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, got, ldc)
					if !slices.Equal(got, want) {
						t.Errorf("worker %d: the bits changed", worker)
						return
					}
				}
			})
		}
		wait.Wait()
	})
}

func TestGemmAllocatesNothing(t *testing.T) {
	if Current().Backend != "openblas" {
		t.Skip("gonum allocates for its goroutines: ", Describe())
	}
	for _, shape := range [][3]int{{3, 4, 5}, {1, 40, 50}, {40, 1, 50}, {64, 300, 512}, {16, 300, 3072}} {
		p := product[float32]{false, true, shape[0], shape[1], shape[2], 1, 0, 0}
		a, b, c, lda, ldb, ldc := p.operands(rand.New(rand.NewPCG(7, 3)))
		if allocs := testing.AllocsPerRun(50, func() {
			Gemm(p.transA, p.transB, p.m, p.n, p.k, 1, a, lda, b, ldb, 0, c, ldc)
		}); allocs != 0 {
			t.Errorf("%v: %v allocations per product", shape, allocs)
		}
	}
	x, y := make([]float64, 1000), make([]float64, 1000)
	if allocs := testing.AllocsPerRun(50, func() { Axpy(2, x, y) }); allocs != 0 {
		t.Errorf("%v allocations per Axpy", allocs)
	}
}

func testAxpy[T Float](t *testing.T) {
	for _, n := range []int{0, 1, 7, 1000, 300_001} {
		x, y := make([]T, n), make([]T, n)
		for i := range x {
			x[i], y[i] = T(i%13), T(i%7)
		}
		Axpy(-0.5, x, y)
		for i := range y {
			if want := T(i%7) - 0.5*T(i%13); y[i] != want { // exact: small multiples of a half
				t.Fatalf("n = %d: y[%d] = %v, want %v", n, i, y[i], want)
			}
		}
	}
}

func TestAxpy(t *testing.T) {
	withBackend(t, func(t *testing.T) {
		t.Run("float32", testAxpy[float32])
		t.Run("float64", testAxpy[float64])
	})
}

func TestMistakesPanicNamingTheArgument(t *testing.T) {
	x := make([]float32, 12)
	for name, test := range map[string]struct {
		call func()
		want string
	}{
		"negative":   {func() { Gemm(false, false, -1, 2, 2, 1, x, 2, x, 2, 0, x, 2) }, "m, n, k = -1, 2, 2"},
		"lda":        {func() { Gemm(false, false, 2, 3, 4, 1, x, 3, x, 3, 0, x, 3) }, "lda = 3 is below 4"},
		"lda, trans": {func() { Gemm(true, false, 4, 3, 2, 1, x, 3, x, 3, 0, x, 3) }, "lda = 3 is below 4"},
		"ldb":        {func() { Gemm(false, false, 2, 3, 4, 1, x, 4, x, 2, 0, x, 3) }, "ldb = 2 is below 3"},
		"ldc":        {func() { Gemm(false, false, 2, 3, 4, 1, x, 4, x, 3, 0, x, 2) }, "ldc = 2 is below 3"},
		"short a":    {func() { Gemm(false, false, 2, 3, 4, 1, x[:7], 4, x, 3, 0, x, 3) }, "len(a) = 7"},
		"short b":    {func() { Gemm(false, true, 2, 3, 4, 1, x, 4, x, 5, 0, x, 3) }, "len(b) = 12, but a 3×4 matrix of row stride 5 needs 14"},
		"short c":    {func() { Gemm(false, false, 2, 3, 4, 1, x, 4, x, 3, 0, x[:5], 3) }, "len(c) = 5"},
		"axpy":       {func() { Axpy(1, x, x[:3]) }, "len(x) = 12, len(y) = 3"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, test.want) {
					t.Errorf("panic %q does not contain %q", got, test.want)
				}
			}()
			test.call()
		})
	}
}
