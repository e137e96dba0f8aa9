package graph

// winograd computes 3×3 convolutions of stride 1 by the minimal algorithm F(4×4, 3×3) of Winograd (Lavin and Gray 2016),
// with 36 multiplications for every 4×4 block of outputs instead of 144. The trilinear form of the whole triple is
//
//	⟨y, conv(x, w)⟩ = Σ_blocks Σ_{k<36} (A ȳ Aᵀ)_k · (Bᵀ x̄ B)_k · (G w Gᵀ)_k,
//
// with ȳ the 4×4 block and x̄ the 6×6 window it depends on. So every member transforms its two operands, multiplies
// matrices for each of the 36 k, and applies the adjoint of the third transform. Transformed images and outputs are
// (36, blocks, channels), transformed weights (36, in, out), or (36, out, in) to make images: no product has its second
// factor transposed, which costs the matrix library a quarter of its speed at these sizes.
type winograd[T Float] struct {
	triple[T]
	u          []T // G w Gᵀ; its sum over the samples of every chunk when the weights are made
	th, tw     int // blocks along rows and columns of an image
	rows       int // rows of blocks done at once: of a large image
	group      int // samples done at once: of small images
	ci, co     int // channels, rounded up to whole vectors of lanes
	su, sv, sm int // from one k to the next in the transformed weights, images and outputs
	matrices   *team[T]
	vectors    *team[T]
	samples    *team[T]
}

const (
	// transformed is the number of elements the transformed images and outputs of one part may have: 1 MiB of float32, for the
	// second-level cache.
	transformed = 1 << 18
	// winogradChannels is the number of channels from which the transforms cost less than the multiplications they save.
	winogradChannels = 8
)

func (g geometry) suitsWinograd() bool {
	return g.kh == 3 && g.kw == 3 && g.stride == 1 && g.pad <= 2 && min(g.in, g.out) >= winogradChannels
}

func newWinograd[T Float](g geometry, add bool) *winograd[T] {
	t := &winograd[T]{triple: triple[T]{geometry: g, add: add}, th: ceilDiv(g.oh, 4), tw: ceilDiv(g.ow, 4)}
	t.ci, t.co = wholeVectors(g.in), wholeVectors(g.out)
	t.cutImages(min(transformed/(36*(t.ci+t.co)), oneThread/(g.in*g.out)))
	blocks := t.group * t.rows * t.tw
	t.su, t.sv, t.sm = apart(max(g.in*t.co, g.out*t.ci)), apart(blocks*t.ci), apart(blocks*t.co)
	job := [3]func(int, []T){t.makeOutput, t.makeInput, t.sumWeight}[g.makes]
	t.samples = newTeam(g.cost(), 36*(t.sv+t.sm)+t.plane()+t.line(), job)
	t.matrices = newTeam(t.su, 0, t.sumChunks)
	t.vectors = newTeam(16*16*g.in, (9+18)*lanes*max(g.in, g.out)+lanes*lanes, t.splitWeights)
	if g.makes == convWeight {
		t.vectors.do = t.joinWeights
	}
	return t
}

// cutImages chooses the parts, of at most most blocks: several samples, or some rows, as evenly as may be.
func (t *winograd[T]) cutImages(most int) {
	evenly := func(n, most int) int { return ceilDiv(n, ceilDiv(n, max(1, most))) }
	t.rows, t.group = t.th, evenly(t.n, min(most/(t.th*t.tw), t.n/4))
	if most < t.th*t.tw {
		t.rows = evenly(t.th, most/t.tw)
	}
}

// wholeVectors rounds up to whole vectors of lanes.
func wholeVectors(n int) int { return lanes * ceilDiv(n, lanes) }

// apart is the distance of the matrices of a transformed tensor, which the transforms read and write side by side: some more
// than a matrix's n elements, lest powers of two send all of them to the same set of the cache.
func apart(n int) int { return n + 16 }

func (t *winograd[T]) run(dst []T, in [][]T) {
	t.bind(dst, in)
	t.u = stockOf[T]().once.borrow(t.once())
	switch t.makes {
	case convWeight:
		t.samples.run(t.sums())
		if t.sums() > 1 {
			t.matrices.run(36)
		}
		t.vectors.run(t.co / lanes)
	case convOutput:
		t.vectors.run(t.co / lanes)
		t.samples.run(ceilDiv(t.n, t.group))
	case convInput:
		t.vectors.run(t.ci / lanes)
		t.samples.run(ceilDiv(t.n, t.group))
	}
	stockOf[T]().once.giveBack(t.u)
}

// once is the number of elements of u.
func (t *winograd[T]) once() int {
	if t.makes != convWeight {
		return 36 * t.su
	}
	return t.sums() * 36 * t.su
}

func (t *winograd[T]) borrows() (once, each int) {
	return t.once(), max(t.samples.scratch, t.vectors.scratch)
}

// sums is the number of chunks the weights are summed over: fewer where a chunk would have less blocks than a product needs.
func (t *winograd[T]) sums() int { return min(t.chunks(), max(2, t.n*t.th*t.tw/64)) }

// part is what is done at once: rows r0 … r1−1 of blocks of samples lo … hi−1.
type part struct{ lo, hi, r0, r1 int }

// blocks is the number of blocks of p.
func (t *winograd[T]) blocks(p part) int { return (p.hi - p.lo) * (p.r1 - p.r0) * t.tw }

// eachPart calls f on the parts of samples lo … hi−1, in order.
func (t *winograd[T]) eachPart(lo, hi int, f func(p part)) {
	for ; lo < hi; lo += t.group {
		for r := 0; r < t.th; r += t.rows {
			f(part{lo, min(lo+t.group, hi), r, min(r+t.rows, t.th)})
		}
	}
}

func (t *winograd[T]) makeOutput(group int, scratch []T) {
	v, m, plane, line := t.cut(scratch)
	t.eachPart(group*t.group, min((group+1)*t.group, t.n), func(p part) {
		t.splitImages(p, v, plane, line)
		n := t.blocks(p)
		for k := range 36 {
			u, v, m := t.factors(k, t.u, v, m)
			multiply(false, false, n, t.out, t.in, v, t.ci, u, t.co, m, t.co)
		}
		t.joinOutputs(p, m, plane, line)
	})
}

func (t *winograd[T]) makeInput(group int, scratch []T) {
	v, m, plane, line := t.cut(scratch)
	t.eachPart(group*t.group, min((group+1)*t.group, t.n), func(p part) {
		t.splitOutputs(p, m, plane, line)
		n := t.blocks(p)
		for k := range 36 {
			u, v, m := t.factors(k, t.u, v, m)
			multiply(false, false, n, t.in, t.out, m, t.co, u, t.ci, v, t.ci)
		}
		t.joinImages(p, v, plane, line)
	})
}

func (t *winograd[T]) sumWeight(chunk int, scratch []T) {
	v, m, plane, line := t.cut(scratch)
	sum, add, sums := t.u[chunk*36*t.su:], false, t.sums()
	t.eachPart(chunk*t.n/sums, (chunk+1)*t.n/sums, func(p part) {
		t.splitImages(p, v, plane, line)
		t.splitOutputs(p, m, plane, line)
		n := t.blocks(p)
		for k := range 36 {
			u, v, m := t.factors(k, sum, v, m)
			multiply(add, true, t.in, t.out, n, v, t.ci, m, t.co, u, t.co)
		}
		add = true
	})
}

// cut divides a job's scratch memory into transformed images v (36, blocks, in), transformed outputs m (36, blocks, out),
// and room for the pixels of one vector of channels and for a row of half-transformed blocks.
func (t *winograd[T]) cut(scratch []T) (v, m, plane, line []T) {
	a, b := 36*t.sv, 36*(t.sv+t.sm)
	c := b + t.plane()
	return scratch[:a], scratch[a:b], scratch[b:c], scratch[c : c+t.line()]
}

func (t *winograd[T]) plane() int { return lanes * ((4*t.rows+2)*max(t.w, t.ow) + lanes) }
func (t *winograd[T]) line() int  { return lanes * 6 * (4*t.tw + 2) }

// factors returns the k-th matrices of the transformed tensors.
func (t *winograd[T]) factors(k int, u, v, m []T) (uk, vk, mk []T) {
	return u[k*t.su:], v[k*t.sv:], m[k*t.sm:]
}
