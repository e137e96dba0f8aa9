package graph

// eachRow calls f on every row of every vector of a sample's images: where it stands in the images and in the planes, and the vector's
// number of channels.
func (t *direct) eachRow(sample int, f func(image, plane, n int)) {
	for v := range t.vi {
		for r := range t.h {
			f(((sample*t.in+v*t.cw)*t.h+r)*t.w, ((v*t.hp+r+t.pad)*t.wp+t.pad)*t.cw, min(t.cw, t.in-v*t.cw))
		}
	}
}

// splitImages fills a sample's planes, zeros around the images.
func (t *direct) splitImages(sample int, planes []float32) {
	clear(planes)
	size := t.h * t.w
	t.eachRow(sample, func(image, plane, n int) {
		x := t.of[convInput][image:]
		if t.cw == lanes {
			toLanes(planes[plane:], x, size, t.w, n)
			return
		}
		for c := range n {
			for i, v := range x[c*size:][:t.w] {
				planes[plane+i*t.cw+c] = v
			}
		}
	})
}

// splitOutputs fills the planes of a sample's outputs.
func (t *direct) splitOutputs(sample int, planes []float32) {
	size := t.oh * t.ow
	for o := range t.vo {
		toLanes(planes[o*size*lanes:], t.outputs(sample, sample+1)[o*lanes*size:], size, size, min(lanes, t.out-o*lanes))
	}
}

// eachTap calls f on every input channel and tap of the weights: its number among an output channel's weights, and where its row of lanes
// stands for a vector of output channels.
func (t *direct) eachTap(vector int, f func(tap, at int)) {
	for k := range t.in * t.kh * t.kw {
		q, p, c := k%t.kw, k/t.kw%t.kh, k/(t.kw*t.kh)
		f(k, (((c/t.cw*t.kh+p)*t.kw+q)*t.cw+c%t.cw)*t.co+vector*lanes)
	}
}

// packWeights makes u of a vector of output channels: rows of output channels, or, to make images, matrices (out, in) of lanes × lanes.
func (t *direct) packWeights(vector int, scratch []float32) {
	size := t.in * t.kh * t.kw
	n := min(lanes, t.out-vector*lanes)
	toLanes(scratch, t.weights()[vector*lanes*size:], size, size, n)
	if t.makes == convOutput {
		t.eachTap(vector, func(tap, at int) { copy(t.u[at:at+lanes], scratch[tap*lanes:]) })
		return
	}
	for k := range size {
		tap, c := k%(t.kh*t.kw), k/(t.kh*t.kw)
		at := (((vector*t.vi+c/lanes)*t.kh*t.kw + tap) * lanes * lanes) + c%lanes
		for o := range n {
			t.u[at+o*lanes] = scratch[k*lanes+o]
		}
	}
}

// unpackWeights stores, or adds, the weights of a vector of output channels.
func (t *direct) unpackWeights(vector int, scratch []float32) {
	size := t.in * t.kh * t.kw
	t.eachTap(vector, func(tap, at int) { copy(scratch[tap*lanes:][:lanes], t.u[at:]) })
	fromLanes(t.weights()[vector*lanes*size:], size, scratch, size, min(lanes, t.out-vector*lanes), t.add)
}
