package graph

import (
	"eoss/graph/blas"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// tileSize is the number of elements of a tile of gathered windows: 256 KiB of float32, which stays in a
// core's second-level cache next to the weights.
const tileSize = 1 << 16

// tiles computes a convolution of any kind as matrix products with tiles of windows: a few output rows
// of one sample, each output pixel's window a column (channel, kernel row, kernel column).
//
// The windows are read from phases: the padded image split into stride² images, by row and column modulo the stride, so that
// a row of a tile is a piece of a row of a phase.
type tiles[T Float] struct {
	triple[T]
	rows, window int   // output rows of a tile, elements of a window
	ph, pw       int   // size of a phase
	taps         []int // where a window's elements stand in a channel's phases
	start        []int // where the pixels j, j+stride, … of a row start in the phases, counted from the row
	later        []T   // the weights' sums over the chunks after the first
	team         *team[T]
}

func newTiles[T Float](g geometry, add bool) *tiles[T] {
	t := &tiles[T]{triple: triple[T]{geometry: g, add: add}, window: g.in * g.kh * g.kw}
	most := min(g.oh, max(1, min(tileSize, oneThread/g.out)/(t.window*g.ow)))
	t.rows = ceilDiv(g.oh, ceilDiv(g.oh, most))
	t.ph, t.pw = ceilDiv(g.h+2*g.pad, g.stride), ceilDiv(g.w+2*g.pad, g.stride)
	for k := range g.kh * g.kw {
		p, q, s := k/g.kw, k%g.kw, g.stride
		t.taps = append(t.taps, ((p%s*s+q%s)*t.ph+p/s)*t.pw+q/s)
	}
	for j := range min(g.stride, g.w) {
		t.start = append(t.start, (j+g.pad)%g.stride*t.ph*t.pw+(j+g.pad)/g.stride)
	}
	job := [3]func(int, []T){t.makeOutput, t.makeInput, t.sumWeight}[g.makes]
	t.team = newTeam(g.cost(), t.window*t.rows*g.ow+g.in*t.channel(), job)
	return t
}

// channel is the number of elements of a channel's phases.
func (t *tiles[T]) channel() int { return t.stride * t.stride * t.ph * t.pw }

func (t *tiles[T]) run(dst []T, in [][]T) {
	t.bind(dst, in)
	if t.makes != convWeight {
		t.team.run(t.n)
		return
	}
	chunks, size := t.chunks(), len(dst)
	t.later = stockOf[T]().once.borrow(t.once())
	t.team.run(chunks)
	for k := range chunks - 1 {
		addVec(dst, dst, t.later[k*size:(k+1)*size])
	}
	stockOf[T]().once.giveBack(t.later)
}

// once is the number of elements of the weights' sums over the chunks after the first.
func (t *tiles[T]) once() int {
	if t.makes != convWeight {
		return 0
	}
	return (t.chunks() - 1) * t.out * t.window
}

func (t *tiles[T]) borrows() (once, each int) { return t.once(), t.team.scratch }

// cut divides a job's scratch memory into a tile and a sample's phases.
func (t *tiles[T]) cut(scratch []T) (cols, phases []T) {
	n := len(scratch) - t.in*t.channel()
	return scratch[:n], scratch[n:]
}

func (t *tiles[T]) makeOutput(sample int, scratch []T) {
	cols, phases := t.cut(scratch)
	x, y := t.split(phases, t.images(sample, sample+1)), t.outputs(sample, sample+1)
	for r := 0; r < t.oh; r += t.rows {
		width := t.gather(cols, x, r)
		blas.GemmOne(false, false, t.out, width, t.window, 1, t.weights(), t.window, cols, width, beta[T](t.add), y[r*t.ow:], t.oh*t.ow)
	}
}

func (t *tiles[T]) makeInput(sample int, scratch []T) {
	cols, phases := t.cut(scratch)
	y := t.outputs(sample, sample+1)
	clear(phases)
	for r := 0; r < t.oh; r += t.rows {
		width := min(t.rows, t.oh-r) * t.ow
		blas.GemmOne(true, false, t.window, width, t.out, 1, t.weights(), t.window, y[r*t.ow:], t.oh*t.ow, 0, cols, width)
		t.scatter(phases, cols, r)
	}
	t.join(t.images(sample, sample+1), phases)
}

func (t *tiles[T]) sumWeight(chunk int, scratch []T) {
	cols, phases := t.cut(scratch)
	w, add := t.weights(), t.add
	if chunk > 0 {
		w, add = t.later[(chunk-1)*len(w):], false
	}
	lo, hi := t.chunk(chunk)
	for sample := lo; sample < hi; sample++ {
		x, y := t.split(phases, t.images(sample, sample+1)), t.outputs(sample, sample+1)
		for r := 0; r < t.oh; r += t.rows {
			width := t.gather(cols, x, r)
			blas.GemmOne(false, true, t.out, t.window, width, 1, y[r*t.ow:], t.oh*t.ow, cols, width, beta[T](add), w, t.window)
			add = true
		}
	}
}

// gather fills a tile with the windows of the output rows from r on and returns its width.
func (t *tiles[T]) gather(cols, phases []T, r int) (width int) {
	to := cols
	for c := range t.in {
		for _, tap := range t.taps {
			from := phases[c*t.channel()+tap+r*t.pw:]
			for range min(t.rows, t.oh-r) {
				copy(to[:t.ow], from)
				to, from = to[t.ow:], from[min(t.pw, len(from)):]
			}
		}
	}
	return min(t.rows, t.oh-r) * t.ow
}

// scatter is the adjoint of gather: it adds every element of the tile to the pixel it came from.
func (t *tiles[T]) scatter(phases, cols []T, r int) {
	from := cols
	for c := range t.in {
		for _, tap := range t.taps {
			to := phases[c*t.channel()+tap+r*t.pw:]
			for range min(t.rows, t.oh-r) {
				addVec(to[:t.ow], to[:t.ow], from[:t.ow])
				from, to = from[t.ow:], to[min(t.pw, len(to)):]
			}
		}
	}
}

// split returns the phases of a sample's images, which are the images themselves without padding and stride.
func (t *tiles[T]) split(phases, x []T) []T {
	if t.stride == 1 && t.pad == 0 {
		return x
	}
	clear(phases)
	for i := range t.in * t.h {
		row, base := x[i*t.w:(i+1)*t.w], t.phaseRow(i)
		switch len(t.start) {
		case 1:
			copy(t.piece(phases, base, 0), row)
		case 2:
			deinterleave(t.piece(phases, base, 0), t.piece(phases, base, 1), row)
		default:
			for j := range t.start {
				piece := t.piece(phases, base, j)
				for k := range piece {
					piece[k] = row[j+k*t.stride]
				}
			}
		}
	}
	return phases
}

// join stores, or adds, the images whose phases are given.
func (t *tiles[T]) join(x, phases []T) {
	if !t.add {
		clear(x)
	}
	for i := range t.in * t.h {
		row, base := x[i*t.w:(i+1)*t.w], t.phaseRow(i)
		if t.stride == 1 {
			addVec(row, row, t.piece(phases, base, 0))
			continue
		}
		for j := range t.start {
			for k, v := range t.piece(phases, base, j) {
				row[j+k*t.stride] += v
			}
		}
	}
}

// phaseRow returns where the phases that row i%h of channel i/h falls into start that row.
func (t *tiles[T]) phaseRow(i int) int {
	c, r := i/t.h, i%t.h+t.pad
	return ((c*t.stride+r%t.stride)*t.stride*t.ph + r/t.stride) * t.pw
}

// piece returns the pixels j, j+stride, … of the image's row at base.
func (t *tiles[T]) piece(phases []T, base, j int) []T {
	return phases[base+t.start[j]:][:(t.w-j+t.stride-1)/t.stride]
}

// deinterleave stores x's elements in a and b in turn: a has one more when their number is odd.
func deinterleave[T Float](a, b, x []T) {
	switch x := any(x).(type) {
	case []float32:
		f32.Deinterleave2(any(a).([]float32), any(b).([]float32), x)
	case []float64:
		f64.Deinterleave2(any(a).([]float64), any(b).([]float64), x)
	}
	if n := len(x); n%2 == 1 {
		a[n/2] = x[n-1]
	}
}
