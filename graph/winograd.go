package graph

import (
	"math"

	"eoss/graph/blas"
)

// winograd computes 3×3 convolutions of stride 1 by the minimal algorithm F(2×2, 3×3) of Winograd (Lavin and Gray 2016),
// with 16 multiplications for every 2×2 block of outputs instead of 36. The trilinear form of the whole triple is
//
//	⟨y, conv(x, w)⟩ = Σ_blocks Σ_{k<16} (A ȳ Aᵀ)_k · (Bᵀ x̄ B)_k · (G w Gᵀ)_k,
//
// with ȳ the 2×2 block and x̄ the 4×4 window it depends on. So every member transforms its two operands, multiplies
// matrices (out × in, in × blocks, out × blocks, in one order or another) for each of the 16 k, and applies the adjoint of the
// third transform.
type winograd[T Float] struct {
	triple[T]
	u          []T      // G w Gᵀ (16, out, in); its sum over the samples of every chunk when the weights are made
	th, tw     int      // blocks along rows and columns of an image
	rows       int      // rows of blocks done at once: of a large image
	group      int      // samples done at once: of small images
	width      int      // room for the blocks done at once
	su, sv, sm int      // from one k to the next in the transformed weights, images and outputs
	channels   *team[T] // jobs on the weights of an output channel
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
	return g.kh == 3 && g.kw == 3 && g.stride == 1 && min(g.in, g.out) >= winogradChannels
}

func newWinograd[T Float](g geometry, add bool) *winograd[T] {
	t := &winograd[T]{triple: triple[T]{geometry: g, add: add}, th: ceilDiv(g.oh, 2), tw: ceilDiv(g.ow, 2)}
	t.cutImages(min(transformed/(16*(g.in+g.out)), oneThread/(g.in*g.out)))
	t.su, t.sv, t.sm = apart(g.out*g.in), apart(g.in*t.width), apart(g.out*t.width)
	job := [3]func(int, []T){t.makeOutput, t.makeInput, t.sumWeight}[g.makes]
	t.samples = newTeam(g.cost(), 16*(t.sv+t.sm)+4*(t.rows+1)*(t.tw+1), job)
	t.channels = newTeam(16*g.in, 0, t.splitWeights)
	if g.makes == convWeight {
		t.channels = newTeam(16*g.in, 0, t.joinWeights)
	}
	return t
}

// cutImages chooses the parts, of at most most blocks: several samples, or as many rows as waste least on rounding up to whole vectors.
func (t *winograd[T]) cutImages(most int) {
	t.rows, t.group = t.th, max(1, min(most/(t.th*t.tw), t.n/4))
	if most < t.th*t.tw {
		best := math.MaxInt
		for rows := 1; rows <= max(1, most/t.tw); rows++ {
			if all := t.th/rows*wholeVectors(rows*t.tw) + wholeVectors(t.th%rows*t.tw); all <= best {
				t.rows, best = rows, all
			}
		}
	}
	t.width = wholeVectors(t.group * t.rows * t.tw)
}

// wholeVectors rounds up to whole vectors of 16.
func wholeVectors(n int) int { return 16 * ceilDiv(n, 16) }

// apart is the distance of the sixteen matrices of a transformed tensor, which the transforms read and write side by side: some more
// than a matrix's n elements, lest powers of two send all sixteen to the same set of the cache.
func apart(n int) int { return n + 16 }

func (t *winograd[T]) run(dst []T, in [][]T) {
	t.bind(dst, in)
	if t.makes == convWeight {
		t.u = borrow[T](t.chunks() * 16 * t.su)
		t.samples.run(t.chunks())
		t.channels.run(t.out)
	} else {
		t.u = borrow[T](16 * t.su)
		t.channels.run(t.out)
		t.samples.run(ceilDiv(t.n, t.group))
	}
	giveBack(t.u)
}

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
	v, m, plane := t.cut(scratch)
	t.eachPart(group*t.group, min((group+1)*t.group, t.n), func(p part) {
		t.splitImages(p, v, plane)
		n := wholeVectors(t.blocks(p))
		for k := range 16 {
			u, v, m := t.factors(k, t.u, v, m)
			blas.Gemm(false, false, t.out, n, t.in, 1, u, t.in, v, t.width, 0, m, t.width)
		}
		t.joinOutputs(p, m, plane)
	})
}

func (t *winograd[T]) makeInput(group int, scratch []T) {
	v, m, plane := t.cut(scratch)
	t.eachPart(group*t.group, min((group+1)*t.group, t.n), func(p part) {
		t.splitOutputs(p, m, plane)
		n := wholeVectors(t.blocks(p))
		for k := range 16 {
			u, v, m := t.factors(k, t.u, v, m)
			blas.Gemm(true, false, t.in, n, t.out, 1, u, t.in, m, t.width, 0, v, t.width)
		}
		t.joinImages(p, v, plane)
	})
}

func (t *winograd[T]) sumWeight(chunk int, scratch []T) {
	v, m, plane := t.cut(scratch)
	sum, add := t.u[chunk*16*t.su:], false
	lo, hi := t.chunk(chunk)
	t.eachPart(lo, hi, func(p part) {
		t.splitImages(p, v, plane)
		t.splitOutputs(p, m, plane)
		n := t.blocks(p)
		for k := range 16 {
			u, v, m := t.factors(k, sum, v, m)
			blas.Gemm(false, true, t.out, t.in, n, 1, m, t.width, v, t.width, beta[T](add), u, t.in)
		}
		add = true
	})
}

// cut divides a job's scratch memory into transformed images v (16, in, width), transformed outputs m (16, out, width)
// and room for a frame.
func (t *winograd[T]) cut(scratch []T) (v, m, plane []T) {
	a, b := 16*t.sv, 16*(t.sv+t.sm)
	return scratch[:a], scratch[a:b], scratch[b:]
}

// factors returns the k-th matrices of the transformed tensors.
func (t *winograd[T]) factors(k int, u, v, m []T) (uk, vk, mk []T) {
	return u[k*t.su:], v[k*t.sv:], m[k*t.sm:]
}

// imageFrame is what the rows of blocks of p see of an image.
func (t *winograd[T]) imageFrame(p part) frame {
	return frame{t.h, t.w, 2*p.r0 - t.pad, -t.pad, 2*(p.r1-p.r0) + 2, 2*t.tw + 2}
}

// outputFrame is what the rows of blocks of p make.
func (t *winograd[T]) outputFrame(p part) frame {
	return frame{t.oh, t.ow, 2 * p.r0, 0, 2 * (p.r1 - p.r0), 2 * t.tw}
}

// eachChannel calls f on every channel of every sample of p: its number counted from p's first sample, and where its blocks stand
// in a transformed tensor.
func (t *winograd[T]) eachChannel(p part, channels int, f func(image, at int)) {
	blocks := (p.r1 - p.r0) * t.tw
	for s := range p.hi - p.lo {
		for c := range channels {
			f(s*channels+c, c*t.width+s*blocks)
		}
	}
}

// splitImages computes v = Bᵀ x̄ B.
func (t *winograd[T]) splitImages(p part, v, plane []T) {
	x, fr, size := t.images(p.lo, p.hi), t.imageFrame(p), t.h*t.w
	t.eachChannel(p, t.in, func(image, at int) {
		src := read(fr, plane, x[image*size:(image+1)*size])
		splitWindows(v[at:], t.sv, src, fr.cols, t.tw, p.r1-p.r0)
	})
}

// joinImages adds x̄ = B v Bᵀ to the images, or stores it when p is all of them.
func (t *winograd[T]) joinImages(p part, v, plane []T) {
	x, fr, size := t.images(p.lo, p.hi), t.imageFrame(p), t.h*t.w
	_, inImage := fr.within()
	add := t.add || inImage || p.r1-p.r0 < t.th
	t.eachChannel(p, t.in, func(image, at int) {
		img := x[image*size : (image+1)*size]
		if add && !t.add && p.r0 == 0 {
			clear(img)
		}
		if !inImage {
			clear(plane)
		}
		joinWindows(target(fr, plane, img), fr.cols, v[at:], t.sv, t.tw, p.r1-p.r0)
		write(fr, img, plane, add)
	})
}

// splitOutputs computes m = A ȳ Aᵀ.
func (t *winograd[T]) splitOutputs(p part, m, plane []T) {
	y, fr, size := t.outputs(p.lo, p.hi), t.outputFrame(p), t.oh*t.ow
	t.eachChannel(p, t.out, func(image, at int) {
		src := read(fr, plane, y[image*size:(image+1)*size])
		splitBlocks(m[at:], t.sm, src, fr.cols, t.tw, p.r1-p.r0)
	})
}

// joinOutputs stores, or adds, ȳ = Aᵀ m A.
func (t *winograd[T]) joinOutputs(p part, m, plane []T) {
	y, fr, size := t.outputs(p.lo, p.hi), t.outputFrame(p), t.oh*t.ow
	t.eachChannel(p, t.out, func(image, at int) {
		img := y[image*size : (image+1)*size]
		_, inImage := fr.within()
		dst, add := target(fr, plane, img), t.add && inImage
		joinBlocks(dst, fr.cols, m[at:], t.sm, t.tw, p.r1-p.r0, add)
		write(fr, img, plane, t.add)
	})
}

// splitWeights transforms the weights of output channel o.
func (t *winograd[T]) splitWeights(o int, _ []T) {
	splitKernels(t.u[o*t.in:], t.su, t.weightsOf(o))
}

// joinWeights sums the chunks for output channel o, in order, and transforms the sum back.
func (t *winograd[T]) joinWeights(o int, _ []T) {
	for k := range 16 {
		sum := t.u[k*t.su+o*t.in:][:t.in]
		for chunk := 1; chunk < t.chunks(); chunk++ {
			addVec(sum, sum, t.u[(chunk*16+k)*t.su+o*t.in:])
		}
	}
	joinKernels(t.weightsOf(o), t.u[o*t.in:], t.su, t.add)
}

func (t *winograd[T]) weightsOf(o int) []T { return t.of[convWeight][o*t.in*9 : (o+1)*t.in*9] }
