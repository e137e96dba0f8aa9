package graph

// direct computes a convolution of any kind without gathering windows. Images stand as planes (vectors of channels, padded height, padded
// width, channels of a vector), so that a kernel row's window is consecutive: the pixels of an output row are a matrix whose rows lie stride
// pixels apart, and
//
//	y(ow, out) = Σ_{vectors of in} Σ_{p<kh} window_p (ow, kw·channels) · w_p (kw·channels, out),
//
// each summand a product that [multiply32] computes of the planes as they are. It needs a product that takes rows that overlap, which BLAS
// refuses.
type direct struct {
	triple[float32]
	hp, wp  int       // of a padded plane
	cw      int       // channels of a vector of images: lanes, or all of them if they are few
	vi, vo  int       // vectors of channels of images and of outputs
	co      int       // output channels, rounded up to whole vectors of lanes
	u       []float32 // weights, (vectors of in, kh, kw·cw, co), or their sum over the samples of every chunk when they are made
	vectors *team[float32]
	samples *team[float32]
}

// directChannels is the number of channels from which a whole vector pays.
const directChannels = 8

// suitsDirect: images of few channels may be read, a pixel's channels as they are, but not made. It is asked before the process has chosen
// its BLAS, so where the CPU has AVX-512 it says no, whatever will multiply.
func (g geometry) suitsDirect() bool {
	return vectors == avx2 && g.out >= directChannels && (g.in >= directChannels || g.makes != convInput)
}

func newDirect(g geometry, add bool) *direct {
	t := &direct{triple: triple[float32]{geometry: g, add: add}, cw: lanes, vo: ceilDiv(g.out, lanes)}
	if g.in < directChannels {
		t.cw = g.in
	}
	t.hp, t.wp, t.vi, t.co = g.h+2*g.pad, g.w+2*g.pad, ceilDiv(g.in, t.cw), wholeVectors(g.out)
	job := [3]func(int, []float32){t.makeOutput, t.makeInput, t.sumWeight}[g.makes]
	t.samples = newTeam(g.cost(), t.planes()+t.outPlanes()+lanes*lanes, job)
	t.vectors = newTeam(16*g.in*g.kh*g.kw, lanes*(g.in*g.kh*g.kw+lanes), t.packWeights)
	if g.makes == convWeight {
		t.vectors.do = t.unpackWeights
	}
	return t
}

// planes and outPlanes are the numbers of elements of the planes of a sample's images and outputs, packed that of the weights.
func (t *direct) planes() int    { return t.vi * t.hp * t.wp * t.cw }
func (t *direct) outPlanes() int { return t.vo * t.oh * t.ow * lanes }
func (t *direct) packed() int    { return t.vi * t.kh * t.kw * t.cw * t.co }

// once is the number of elements of u.
func (t *direct) once() int {
	if t.makes == convWeight {
		return t.chunks() * t.packed()
	}
	return t.packed()
}

func (t *direct) borrows() (once, each int) {
	return t.once(), max(t.samples.scratch, t.vectors.scratch)
}

func (t *direct) run(dst []float32, in [][]float32) {
	t.bind(dst, in)
	t.u = stock32.once.borrow(t.once())
	switch t.makes {
	case convWeight:
		t.samples.run(t.chunks())
		sum := t.u[:t.packed()]
		for k := 1; k < t.chunks(); k++ {
			addVec(sum, sum, t.u[k*t.packed():][:t.packed()])
		}
		t.vectors.run(t.vo)
	default:
		clear(t.u[:t.once()])
		t.vectors.run(t.vo)
		t.samples.run(t.n)
	}
	stock32.once.giveBack(t.u)
}

// cut divides a job's scratch memory into a sample's planes.
func (t *direct) cut(scratch []float32) (x, y []float32) {
	return scratch[:t.planes()], scratch[t.planes():]
}

// row is the row of the planes that kernel row k%kh of vector k/kh sees for output row r.
func (t *direct) row(k, r int) int { return k/t.kh*t.hp + r*t.stride + k%t.kh }

func (t *direct) makeOutput(sample int, scratch []float32) {
	x, y := t.cut(scratch)
	t.splitImages(sample, x)
	for r := range t.oh {
		for o := range t.vo {
			to := y[(o*t.oh+r)*t.ow*lanes:]
			for k := range t.vi * t.kh {
				window := x[t.row(k, r)*t.wp*t.cw:]
				multiply32(k > 0, t.ow, lanes, t.kw*t.cw, window, t.stride*t.cw, 1, t.u[k*t.kw*t.cw*t.co+o*lanes:], t.co, to, lanes)
			}
		}
	}
	size := t.oh * t.ow
	for o := range t.vo {
		fromLanes(t.outputs(sample, sample+1)[o*lanes*size:], size, y[o*size*lanes:], size, min(lanes, t.out-o*lanes), t.add)
	}
}

func (t *direct) sumWeight(chunk int, scratch []float32) {
	x, y := t.cut(scratch)
	sum := t.u[chunk*t.packed():][:t.packed()]
	clear(sum)
	lo, hi := t.chunk(chunk)
	for sample := lo; sample < hi; sample++ {
		t.splitImages(sample, x)
		t.splitOutputs(sample, y)
		for r := range t.oh {
			for k := range t.vi * t.kh {
				window := x[t.row(k, r)*t.wp*t.cw:]
				for o := range t.vo {
					from := y[(o*t.oh+r)*t.ow*lanes:]
					multiply32(true, t.kw*t.cw, lanes, t.ow, window, 1, t.stride*t.cw, from, lanes, sum[k*t.kw*t.cw*t.co+o*lanes:], t.co)
				}
			}
		}
	}
}

// makeInput adds to the planes tap by tap: the windows of neighbours overlap, their taps do not.
func (t *direct) makeInput(sample int, scratch []float32) {
	x, y := t.cut(scratch)
	clear(x)
	t.splitOutputs(sample, y)
	for r := range t.oh {
		for k := range t.vi * t.kh {
			for q := range t.kw {
				to := x[(t.row(k, r)*t.wp+q)*t.cw:]
				for o := range t.vo {
					w := t.u[((o*t.vi*t.kh+k)*t.kw+q)*lanes*lanes:]
					multiply32(true, t.ow, lanes, lanes, y[(o*t.oh+r)*t.ow*lanes:], lanes, 1, w, lanes, to, t.stride*t.cw)
				}
			}
		}
	}
	t.eachRow(sample, func(image, plane, n int) {
		fromLanes(t.of[convInput][image:], t.h*t.w, x[plane:], t.w, n, t.add)
	})
}
