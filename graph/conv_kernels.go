package graph

// convKernel chooses the algorithm of one member of the triple.
func convKernel[T Float](g geometry, add bool) kernel[T] {
	if g.groups > 0 {
		return eachGroup(g.groups, newAlgorithm[T](g, add).run)
	}
	return newAlgorithm[T](g, add).run
}

// eachGroup runs a kernel on consecutive equal parts of its operands.
func eachGroup[T Float](groups int, run kernel[T]) kernel[T] {
	var args [2][]T
	cut := func(x []T, k int) []T { return x[k*len(x)/groups : (k+1)*len(x)/groups] }
	return func(dst []T, in [][]T) {
		for k := range groups {
			args = [2][]T{cut(in[0], k), cut(in[1], k)}
			run(cut(dst, k), args[:])
		}
	}
}

// algorithm computes a member of the triple, for samples that share their weights.
type algorithm[T Float] interface {
	run(dst []T, in [][]T)
	borrows() (once, each int) // elements of scratch memory, and that of each thread
}

func newAlgorithm[T Float](g geometry, add bool) algorithm[T] {
	if g.suitsWinograd() {
		return newWinograd[T](g, add)
	}
	if g.suitsDirect() {
		if a, ok := any(newDirect(g, add)).(algorithm[T]); ok { // of float32
			return a
		}
	}
	if g.suitsShifts() {
		if a, ok := any(newShifts(g, add)).(algorithm[T]); ok {
			return a
		}
	}
	return newTiles[T](g, add)
}

// triple is what the algorithms share: the sizes and the three tensors, of which one is made.
type triple[T Float] struct {
	geometry
	add bool // to what is there
	of  [3][]T
}

func (t *triple[T]) bind(dst []T, in [][]T) {
	t.of[t.makes] = dst
	for k, which := range t.operands() {
		t.of[which] = in[k]
	}
}

func (t *triple[T]) weights() []T { return t.of[convWeight] }

// images returns samples lo … hi−1 of x.
func (t *triple[T]) images(lo, hi int) []T {
	size := t.in * t.h * t.w
	return t.of[convInput][lo*size : hi*size]
}

// outputs returns samples lo … hi−1 of y.
func (t *triple[T]) outputs(lo, hi int) []T {
	size := t.out * t.oh * t.ow
	return t.of[convOutput][lo*size : hi*size]
}

// oneThread is the size m·n·k from which it pays to share out a product. The algorithms cut their work into smaller ones where they can, and
// compute each on one thread: they run side by side for different samples.
const oneThread = 1 << 20

// cost is what a sample costs in elementwise operations: an operation on memory takes as long as some eight products in
// registers.
func (g geometry) cost() int { return g.out * g.oh * g.ow * g.in * g.kh * g.kw / 8 }

// chunks is the number of parts the samples are cut into for the weights' sum over samples: a function of the number of
// samples alone, so that the order of summation is the same for any number of threads.
func (g geometry) chunks() int { return min(g.n, max(2, min(g.n/4, 16))) }

// chunk returns the samples of chunk k: lo … hi−1.
func (g geometry) chunk(k int) (lo, hi int) {
	c := g.chunks()
	return k * g.n / c, (k + 1) * g.n / c
}

// beta is the factor of what is there already, in a product's terms.
func beta[T Float](add bool) T {
	if add {
		return 1
	}
	return 0
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
