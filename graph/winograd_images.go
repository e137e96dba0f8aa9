package graph

// window is the part of an image of height h that rows of blocks see: rows from top on of the image stand from row skip on in the
// window's plane.
type window struct{ top, skip, rows int }

// cutWindow is rows first … first+n−1, which may stick out of an image of height h.
func cutWindow(first, n, h int) window {
	top := max(0, first)
	return window{top, top - first, min(h, first+n) - top}
}

// imageWindow is what the rows of blocks of p see of an image.
func (t *winograd[T]) imageWindow(p part) window {
	return cutWindow(4*p.r0-t.pad, 4*(p.r1-p.r0)+2, t.h)
}

// outputWindow is what the rows of blocks of p make.
func (t *winograd[T]) outputWindow(p part) window {
	return cutWindow(4*p.r0, 4*(p.r1-p.r0), t.oh)
}

// eachVector calls f on every vector of channels of every sample of p: the first channel's number counted from p's first sample, how
// many there are, and where the sample's blocks stand in a transformed tensor.
func (t *winograd[T]) eachVector(p part, channels int, f func(channel, n, at int)) {
	blocks := (p.r1 - p.r0) * t.tw
	for s := range p.hi - p.lo {
		for c := 0; c < channels; c += lanes {
			f(s*channels+c, min(lanes, channels-c), s*blocks*wholeVectors(channels)+c)
		}
	}
}

// spread fills the plane with the window's pixels of n channels of images h×w, zeros around them.
func spread[T Float](plane, images []T, channel, n, h, w, rows int, win window) {
	clear(plane[:win.skip*w*lanes])
	toLanes(plane[win.skip*w*lanes:], images[(channel*h+win.top)*w:], h*w, win.rows*w, n)
	clear(plane[(win.skip+win.rows)*w*lanes : rows*w*lanes])
}

// splitImages computes v = Bᵀ x̄ B.
func (t *winograd[T]) splitImages(p part, v, plane, line []T) {
	x, win, cols := t.images(p.lo, p.hi), t.imageWindow(p), 4*t.tw+2
	clear(line)
	t.eachVector(p, t.in, func(channel, n, at int) {
		spread(plane, x, channel, n, t.h, t.w, 4*(p.r1-p.r0)+2, win)
		for r := range p.r1 - p.r0 {
			transform(windows, line[t.pad*lanes:], steps{cols * lanes, lanes}, plane[4*r*t.w*lanes:], steps{t.w * lanes, lanes}, t.w)
			for k := range 6 {
				transform(windows, v[6*k*t.sv+at+r*t.tw*t.ci:], steps{t.sv, t.ci}, line[k*cols*lanes:], steps{lanes, 4 * lanes}, t.tw)
			}
		}
	})
}

// joinImages adds x̄ = B v Bᵀ to the images, or stores it when p is all of them.
func (t *winograd[T]) joinImages(p part, v, plane, line []T) {
	x, win, cols, size := t.images(p.lo, p.hi), t.imageWindow(p), 4*t.tw+2, t.h*t.w
	several := p.r1-p.r0 < t.th
	if several && !t.add && p.r0 == 0 {
		clear(x)
	}
	t.eachVector(p, t.in, func(channel, n, at int) {
		clear(plane[:(4*(p.r1-p.r0)+2)*t.w*lanes])
		for r := range p.r1 - p.r0 {
			clear(line)
			for k := range 6 {
				transform(windowsT, line[k*cols*lanes:], steps{lanes, 4 * lanes}, v[6*k*t.sv+at+r*t.tw*t.ci:], steps{t.sv, t.ci}, t.tw)
			}
			transform(windowsT, plane[4*r*t.w*lanes:], steps{t.w * lanes, lanes}, line[t.pad*lanes:], steps{cols * lanes, lanes}, t.w)
		}
		fromLanes(x[channel*size+win.top*t.w:], size, plane[win.skip*t.w*lanes:], win.rows*t.w, n, several || t.add)
	})
}

// splitOutputs computes m = A ȳ Aᵀ.
func (t *winograd[T]) splitOutputs(p part, m, plane, line []T) {
	y, win, cols := t.outputs(p.lo, p.hi), t.outputWindow(p), 4*t.tw
	clear(line)
	t.eachVector(p, t.out, func(channel, n, at int) {
		spread(plane, y, channel, n, t.oh, t.ow, 4*(p.r1-p.r0), win)
		for r := range p.r1 - p.r0 {
			transform(blocks, line, steps{cols * lanes, lanes}, plane[4*r*t.ow*lanes:], steps{t.ow * lanes, lanes}, t.ow)
			for k := range 6 {
				transform(blocks, m[6*k*t.sm+at+r*t.tw*t.co:], steps{t.sm, t.co}, line[k*cols*lanes:], steps{lanes, 4 * lanes}, t.tw)
			}
		}
	})
}

// joinOutputs stores, or adds, ȳ = Aᵀ m A.
func (t *winograd[T]) joinOutputs(p part, m, plane, line []T) {
	y, win, cols, size := t.outputs(p.lo, p.hi), t.outputWindow(p), 4*t.tw, t.oh*t.ow
	t.eachVector(p, t.out, func(channel, n, at int) {
		for r := range p.r1 - p.r0 {
			for k := range 6 {
				transform(blocksT, line[k*cols*lanes:], steps{lanes, 4 * lanes}, m[6*k*t.sm+at+r*t.tw*t.co:], steps{t.sm, t.co}, t.tw)
			}
			transform(blocksT, plane[4*r*t.ow*lanes:], steps{t.ow * lanes, lanes}, line, steps{cols * lanes, lanes}, t.ow)
		}
		fromLanes(y[channel*size+win.top*t.ow:], size, plane, win.rows*t.ow, n, t.add)
	})
}
