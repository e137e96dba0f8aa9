package graph

import "eoss/graph/blas"

// tileSize is the number of elements of a tile of gathered windows: 256 KiB of float32, which stays in a
// core's second-level cache next to the weights.
const tileSize = 1 << 16

// tiles computes a convolution of any kind as matrix products with tiles of windows: a few output rows
// of one sample, each output pixel's window a column (channel, kernel row, kernel column).
type tiles[T Float] struct {
	geometry
	add     bool
	x, w, y []T
	rows    int // output rows of a tile
	window  int
	part    []T // the sums of chunks after the first
	team    *team[T]
}

func tilesKernel[T Float](g geometry, add bool) kernel[T] {
	t := &tiles[T]{geometry: g, add: add, window: g.in * g.kh * g.kw}
	t.rows = min(g.oh, max(1, tileSize/(t.window*g.ow)))
	scratch := t.window * t.rows * g.ow
	switch g.makes {
	case convOutput:
		t.team = newTeam(scratch, t.outputJob)
		return func(dst []T, in [][]T) {
			t.x, t.w, t.y = in[0], in[1], dst
			t.team.run(g.n)
		}
	case convInput:
		t.team = newTeam(scratch, t.inputJob)
		return func(dst []T, in [][]T) {
			t.y, t.w, t.x = in[0], in[1], dst
			t.team.run(g.n)
		}
	}
	t.team = newTeam(scratch, t.weightJob)
	return func(dst []T, in [][]T) {
		t.x, t.y, t.w = in[0], in[1], dst
		c := g.chunks()
		t.part = borrow[T]((c - 1) * len(dst))
		t.team.run(c)
		for k := range c - 1 {
			addVec(dst, dst, t.part[k*len(dst):(k+1)*len(dst)])
		}
		giveBack(t.part)
	}
}

// chunks is the number of parts the samples are cut into for sums over samples: a function of their number alone,
// so that the order of summation is the same whatever the number of threads.
func (g geometry) chunks() int { return min(g.n, max(2, min(g.n/4, 16))) }

// chunk returns the samples of chunk k: lo … hi−1.
func (g geometry) chunk(k int) (lo, hi int) {
	c := g.chunks()
	return k * g.n / c, (k + 1) * g.n / c
}

func (g geometry) imageOf(sample int) (lo, hi int) {
	size := g.in * g.h * g.w
	return sample * size, (sample + 1) * size
}

func (g geometry) outputOf(sample int) (lo, hi int) {
	size := g.out * g.oh * g.ow
	return sample * size, (sample + 1) * size
}

// eachTile calls f on the tiles of a sample: output rows r0 … r1−1, whose pixels start at element first of every channel.
func (t *tiles[T]) eachTile(f func(r0, r1, first, width int)) {
	for r0 := 0; r0 < t.oh; r0 += t.rows {
		r1 := min(r0+t.rows, t.oh)
		f(r0, r1, r0*t.ow, (r1-r0)*t.ow)
	}
}

func beta[T Float](add bool) T {
	if add {
		return 1
	}
	return 0
}

func (t *tiles[T]) outputJob(sample int, cols []T) {
	lo, hi := t.imageOf(sample)
	x := t.x[lo:hi]
	lo, hi = t.outputOf(sample)
	y := t.y[lo:hi]
	t.eachTile(func(r0, r1, first, width int) {
		gather(t.geometry, cols, x, r0, r1)
		blas.Gemm(false, false, t.out, width, t.window, 1, t.w, t.window, cols, width, beta[T](t.add), y[first:], t.oh*t.ow)
	})
}

func (t *tiles[T]) inputJob(sample int, cols []T) {
	lo, hi := t.imageOf(sample)
	x := t.x[lo:hi]
	lo, hi = t.outputOf(sample)
	y := t.y[lo:hi]
	if !t.add {
		clear(x)
	}
	t.eachTile(func(r0, r1, first, width int) {
		blas.Gemm(true, false, t.window, width, t.out, 1, t.w, t.window, y[first:], t.oh*t.ow, 0, cols, width)
		scatter(t.geometry, x, cols, r0, r1)
	})
}

func (t *tiles[T]) weightJob(chunk int, cols []T) {
	w, add := t.w, t.add
	if chunk > 0 {
		w, add = t.part[(chunk-1)*len(t.w):chunk*len(t.w)], false
	}
	lo, hi := t.chunk(chunk)
	for sample := lo; sample < hi; sample++ {
		lo, hi := t.imageOf(sample)
		x := t.x[lo:hi]
		lo, hi = t.outputOf(sample)
		y := t.y[lo:hi]
		t.eachTile(func(r0, r1, first, width int) {
			gather(t.geometry, cols, x, r0, r1)
			blas.Gemm(false, true, t.out, t.window, width, 1, y[first:], t.oh*t.ow, cols, width, beta[T](add), w, t.window)
			add = true
		})
	}
}

// span returns the output columns lo … hi−1 whose kernel column q falls on the image.
func (g geometry) span(q int) (lo, hi int) {
	lo = max(0, (g.pad-q+g.stride-1)/g.stride)
	hi = min(g.ow, (g.w-1+g.pad-q+g.stride)/g.stride)
	return min(lo, g.ow), max(hi, min(lo, g.ow))
}

// eachRow calls f on every row of a tile of windows of output rows r0 … r1−1: the elements at … at+ow−1 of the tile, for
// kernel column q, see the row of the image that starts at element from; from is −1 outside the image.
func (g geometry) eachRow(r0, r1 int, f func(at, from, q int)) {
	at := 0
	for c := range g.in {
		for p := range g.kh {
			for q := range g.kw {
				for i := r0; i < r1; i++ {
					from := -1
					if r := i*g.stride + p - g.pad; r >= 0 && r < g.h {
						from = (c*g.h + r) * g.w
					}
					f(at, from, q)
					at += g.ow
				}
			}
		}
	}
}

// gather fills a tile with the windows of output rows r0 … r1−1 of one sample.
func gather[T Float](g geometry, cols, x []T, r0, r1 int) {
	g.eachRow(r0, r1, func(at, from, q int) {
		row := cols[at : at+g.ow]
		if from < 0 {
			clear(row)
			return
		}
		lo, hi := g.span(q)
		clear(row[:lo])
		clear(row[hi:])
		first := from + lo*g.stride + q - g.pad
		if g.stride == 1 {
			copy(row[lo:hi], x[first:])
			return
		}
		for j := range row[lo:hi] {
			row[lo+j] = x[first+j*g.stride]
		}
	})
}

// scatter is the adjoint of gather: it adds every element of the tile to the pixel it came from.
func scatter[T Float](g geometry, x, cols []T, r0, r1 int) {
	g.eachRow(r0, r1, func(at, from, q int) {
		if from < 0 {
			return
		}
		lo, hi := g.span(q)
		first := from + lo*g.stride + q - g.pad
		if g.stride == 1 {
			pixels := x[first : first+hi-lo]
			addVec(pixels, pixels, cols[at+lo:at+hi])
			return
		}
		for j, v := range cols[at+lo : at+hi] {
			x[first+j*g.stride] += v
		}
	})
}
