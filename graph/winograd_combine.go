package graph

// combine applies a transform to one vector of lanes: y from the pixels x. What a transform makes at ±p, and at ±q, is the sum and the
// difference of an even and an odd part.
func combine[T Float](which int, y, x *[6]*[lanes]T) {
	switch which {
	case windows:
		combineWindows(y, x)
	case windowsT:
		combineWindowsT(y, x)
	case blocks:
		combineBlocks(y, x)
	case blocksT:
		combineBlocksT(y, x)
	case kernels3:
		combineKernels(y, x)
	case kernels3T:
		combineKernelsT(y, x)
	}
}

func combineWindows[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for c := range lanes {
		a, b, d, e := x1[c], x2[c], x3[c], x4[c]
		y0[c] = x0[c] + e - pq*b
		y5[c] = a + x5[c] - pq*d
		even, odd := e-q2*b, p1*d-q1*a
		y1[c], y2[c] = even+odd, even-odd
		even, odd = e-p2*b, q1*d-p1*a
		y3[c], y4[c] = even+odd, even-odd
	}
}

func combineWindowsT[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for c := range lanes {
		zero, infinity := x0[c], x5[c]
		p, q := x1[c]+x2[c], x3[c]+x4[c]
		dp, dq := x1[c]-x2[c], x3[c]-x4[c]
		y0[c] += zero
		y1[c] += infinity - q1*dp - p1*dq
		y2[c] -= pq*zero + q2*p + p2*q
		y3[c] += p1*dp + q1*dq - pq*infinity
		y4[c] += zero + p + q
		y5[c] += infinity
	}
}

func combineBlocks[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for c := range lanes {
		a, b, d, e := x0[c], x1[c], x2[c], x3[c]
		y0[c], y5[c] = a, e
		even, odd := a+p2*d, p1*b+p3*e
		y1[c], y2[c] = even+odd, even-odd
		even, odd = a+q2*d, q1*b+q3*e
		y3[c], y4[c] = even+odd, even-odd
	}
}

func combineBlocksT[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	for c := range lanes {
		p, q := x1[c]+x2[c], x3[c]+x4[c]
		dp, dq := x1[c]-x2[c], x3[c]-x4[c]
		y0[c] = x0[c] + p + q
		y1[c] = p1*dp + q1*dq
		y2[c] = p2*p + q2*q
		y3[c] = x5[c] + p3*dp + q3*dq
	}
}

func combineKernels[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2 := x[0], x[1], x[2]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for c := range lanes {
		a, b, d := x0[c], x1[c], x2[c]
		y0[c], y5[c] = a, d
		even, odd := (1/np)*a+(p2/np)*d, (p1/np)*b
		y1[c], y2[c] = even+odd, even-odd
		even, odd = (1/nq)*a+(q2/nq)*d, (q1/nq)*b
		y3[c], y4[c] = even+odd, even-odd
	}
}

func combineKernelsT[T Float](y, x *[6]*[lanes]T) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2 := y[0], y[1], y[2]
	for c := range lanes {
		p, q := x1[c]+x2[c], x3[c]+x4[c]
		dp, dq := x1[c]-x2[c], x3[c]-x4[c]
		y0[c] = x0[c] + (1/np)*p + (1/nq)*q
		y1[c] = (p1/np)*dp + (q1/nq)*dq
		y2[c] = x5[c] + (p2/np)*p + (q2/nq)*q
	}
}
