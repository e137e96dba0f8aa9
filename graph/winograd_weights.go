package graph

// splitWeights transforms the weights of a vector of output channels, or, to make images, of input channels.
func (t *winograd[T]) splitWeights(vector int, scratch []T) {
	w, first := t.weights(), vector*lanes
	others, width := t.in, t.co
	if t.makes == convInput {
		others, width = t.out, t.ci
	}
	plane, line := scratch[:lanes*(9*others+lanes)], scratch[lanes*(9*others+lanes):]
	if t.makes == convInput {
		for o := range t.out {
			toLanes(plane[9*o*lanes:], w[(o*t.in+first)*9:], 9, 9, min(lanes, t.in-first))
		}
	} else {
		toLanes(plane, w[first*t.in*9:], t.in*9, t.in*9, min(lanes, t.out-first))
	}
	for c := range 3 {
		transform(kernels3, line[c*6*others*lanes:], steps{others * lanes, lanes}, plane[c*lanes:], steps{3 * lanes, 9 * lanes}, others)
	}
	for k := range 6 {
		transform(kernels3, t.u[6*k*t.su+first:], steps{t.su, width}, line[k*others*lanes:], steps{6 * others * lanes, lanes}, others)
	}
}

// sumChunks sums the k-th matrix over the chunks, in order.
func (t *winograd[T]) sumChunks(k int, _ []T) {
	sum := t.u[k*t.su : (k+1)*t.su]
	for chunk := 1; chunk < t.sums(); chunk++ {
		addVec(sum, sum, t.u[(chunk*36+k)*t.su:][:t.su])
	}
}

// joinWeights transforms the sum for a vector of output channels back.
func (t *winograd[T]) joinWeights(vector int, scratch []T) {
	first := vector * lanes
	plane, line := scratch[:lanes*(9*t.in+lanes)], scratch[lanes*(9*t.in+lanes):]
	for k := range 6 {
		transform(kernels3T, line[k*t.in*lanes:], steps{6 * t.in * lanes, lanes}, t.u[6*k*t.su+first:], steps{t.su, t.co}, t.in)
	}
	for c := range 3 {
		transform(kernels3T, plane[c*lanes:], steps{3 * lanes, 9 * lanes}, line[c*6*t.in*lanes:], steps{t.in * lanes, lanes}, t.in)
	}
	fromLanes(t.weights()[first*t.in*9:], t.in*9, plane, t.in*9, min(lanes, t.out-first), t.add)
}
