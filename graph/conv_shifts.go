package graph

import "eoss/graph/blas"

// shifts computes a convolution of few channels without gathering windows. The pixels of all rows of an image stand one after the other, as
// the phases that [tiles] has, and the outputs too, in rows as long as those of a phase: what a tap sees of all pixels is then a phase shifted
// by some elements, and
//
//	y(out, pixels) = Σ_{taps} w_tap (out, in) · x_tap (in, pixels),
//
// each summand a product that [multiply32] computes of the phases as they are. What it makes beyond the end of an output's row is left
// out; to make images or weights of outputs, zeros stand there.
type shifts struct {
	*tiles[float32]
	pixels int // of an output in rows of a phase, rounded up to whole vectors
}

// suitsShifts: the kernels take four rows at once, and the dot products four by three. It is asked where suitsDirect has said no.
func (g geometry) suitsShifts() bool {
	return vectors == avx2 && g.in >= [3]int{1, 4, 3}[g.makes] && g.out >= [3]int{4, 1, 4}[g.makes] && g.kw <= lanes
}

func newShifts(g geometry, add bool) *shifts {
	t := &shifts{tiles: newTiles[float32](g, add)}
	t.pixels = wholeVectors(t.oh * t.pw)
	job := [3]func(int, []float32){t.makeOutput, t.makeInput, t.sumWeight}[g.makes]
	t.team = newTeam(g.cost(), t.planes()+t.out*t.pixels+t.sums(), job)
	return t
}

// planes is the number of elements of a sample's phases, and of what is read beyond them; sums that of a chunk's weights and of a tap's.
func (t *shifts) planes() int { return t.in*t.channel() + 2*lanes }
func (t *shifts) sums() int {
	if t.makes == convWeight {
		return t.out*t.window + t.out*t.in
	}
	return 0
}

// cut divides a job's scratch memory into a sample's phases, its outputs and sums.
func (t *shifts) cut(scratch []float32) (x, y, sums []float32) {
	n, m := t.planes(), t.planes()+t.out*t.pixels
	return scratch[:n], scratch[n:m], scratch[m:]
}

// splitImages fills a sample's phases.
func (t *shifts) splitImages(sample int, x []float32) {
	images := t.images(sample, sample+1)
	if split := t.split(x, images); &split[0] == &images[0] {
		clear(x[copy(x, images):])
	}
}

// eachRow calls f on every row of a sample's outputs, and where it stands.
func (t *shifts) eachRow(sample int, f func(row []float32, at int)) {
	y := t.outputs(sample, sample+1)
	for o := range t.out {
		for r := range t.oh {
			f(y[(o*t.oh+r)*t.ow:][:t.ow], o*t.pixels+r*t.pw)
		}
	}
}

// splitOutputs fills y with a sample's outputs.
func (t *shifts) splitOutputs(sample int, y []float32) {
	clear(y)
	t.eachRow(sample, func(row []float32, at int) { copy(y[at:], row) })
}

func (t *shifts) makeOutput(sample int, scratch []float32) {
	x, y, _ := t.cut(scratch)
	t.splitImages(sample, x)
	for k, tap := range t.taps {
		multiply32(k > 0, t.out, t.pixels, t.in, t.weights()[k:], t.window, len(t.taps), x[tap:], t.channel(), y, t.pixels)
	}
	t.eachRow(sample, func(row []float32, at int) {
		if t.add {
			addVec(row, row, y[at:][:len(row)])
			return
		}
		copy(row, y[at:])
	})
}

func (t *shifts) makeInput(sample int, scratch []float32) {
	x, y, _ := t.cut(scratch)
	clear(x)
	t.splitOutputs(sample, y)
	for k, tap := range t.taps {
		multiply32(true, t.in, t.pixels, t.out, t.weights()[k:], len(t.taps), t.window, y, t.pixels, x[tap:], t.channel())
	}
	t.join(t.images(sample, sample+1), x)
}

func (t *shifts) sumWeight(chunk int, scratch []float32) {
	x, y, sums := t.cut(scratch)
	sums, taps := sums[:t.out*t.window], sums[t.out*t.window:]
	clear(sums)
	lo, hi := t.chunk(chunk)
	for sample := lo; sample < hi; sample++ {
		t.splitImages(sample, x)
		t.splitOutputs(sample, y)
		for k, tap := range t.taps {
			blas.Dots(t.out, t.in, t.pixels, y, t.pixels, x[tap:], t.channel(), taps)
			for i, v := range taps {
				sums[(i%t.out*t.in+i/t.out)*len(t.taps)+k] += v
			}
		}
	}
	w, add := t.weights(), t.add
	if chunk > 0 {
		w, add = t.later[(chunk-1)*len(w):][:len(w)], false
	}
	if add {
		addVec(w, w, sums)
		return
	}
	copy(w, sums)
}
