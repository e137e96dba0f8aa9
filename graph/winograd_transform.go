package graph

// The transforms of winograd, for rows of n blocks of an image whose rows of pixels are pitch elements apart. Transformed, the blocks
// stand one after another, and element k of each k·stride elements after the first.
//
//	     ⎡1  0 −1  0⎤       ⎡1  0⎤       ⎡1  0  0⎤
//	Bᵀ = ⎢0  1  1  0⎥   A = ⎢1  1⎥   G = ⎢½  ½  ½⎥
//	     ⎢0 −1  1  0⎥       ⎢1 −1⎥       ⎢½ −½  ½⎥
//	     ⎣0 −1  0  1⎦       ⎣0  1⎦       ⎣0  0  1⎦

// splitWindows computes v = Bᵀ x B of 4×4 windows at every second row and column.
func splitWindows[T Float](v []T, stride int, x []T, pitch, n, rows int) {
	if v, ok := any(v).([]float32); ok && splitWindows32(v, stride, any(x).([]float32), pitch, n, rows) {
		return
	}
	for i := range rows * n {
		first := i/n*2*pitch + i%n*2
		var t [4]struct{ a, b, c, d T }
		for r := range t {
			p := x[first+r*pitch:][:4]
			t[r].a, t[r].b, t[r].c, t[r].d = p[0]-p[2], p[1]+p[2], p[2]-p[1], p[3]-p[1]
		}
		put(v[i:], stride, t[0].a-t[2].a, t[0].b-t[2].b, t[0].c-t[2].c, t[0].d-t[2].d)
		put(v[4*stride+i:], stride, t[1].a+t[2].a, t[1].b+t[2].b, t[1].c+t[2].c, t[1].d+t[2].d)
		put(v[8*stride+i:], stride, t[2].a-t[1].a, t[2].b-t[1].b, t[2].c-t[1].c, t[2].d-t[1].d)
		put(v[12*stride+i:], stride, t[3].a-t[1].a, t[3].b-t[1].b, t[3].c-t[1].c, t[3].d-t[1].d)
	}
}

func put[T Float](v []T, stride int, a, b, c, d T) {
	v[0], v[stride], v[2*stride], v[3*stride] = a, b, c, d
}

func get[T Float](v []T, stride int) (a, b, c, d T) {
	return v[0], v[stride], v[2*stride], v[3*stride]
}

// joinWindows adds x = B v Bᵀ, the adjoint of splitWindows.
func joinWindows[T Float](x []T, pitch int, v []T, stride, n, rows int) {
	if x, ok := any(x).([]float32); ok && joinWindows32(x, pitch, any(v).([]float32), stride, n, rows) {
		return
	}
	for i := range rows * n {
		first := i/n*2*pitch + i%n*2
		a0, a1, a2, a3 := get(v[i:], stride)
		b0, b1, b2, b3 := get(v[4*stride+i:], stride)
		c0, c1, c2, c3 := get(v[8*stride+i:], stride)
		d0, d1, d2, d3 := get(v[12*stride+i:], stride)
		joinRow(x[first:], a0, a1, a2, a3)
		joinRow(x[first+pitch:], b0-c0-d0, b1-c1-d1, b2-c2-d2, b3-c3-d3)
		joinRow(x[first+2*pitch:], b0+c0-a0, b1+c1-a1, b2+c2-a2, b3+c3-a3)
		joinRow(x[first+3*pitch:], d0, d1, d2, d3)
	}
}

// joinRow adds (a b c d) Bᵀ to four pixels.
func joinRow[T Float](x []T, a, b, c, d T) {
	x = x[:4]
	x[0] += a
	x[1] += b - c - d
	x[2] += b + c - a
	x[3] += d
}

// splitBlocks computes m = A y Aᵀ of 2×2 blocks.
func splitBlocks[T Float](m []T, stride int, y []T, pitch, n, rows int) {
	if m, ok := any(m).([]float32); ok && splitBlocks32(m, stride, any(y).([]float32), pitch, n, rows) {
		return
	}
	for i := range rows * n {
		first := i/n*2*pitch + i%n*2
		top, bottom := y[first:][:2], y[first+pitch:][:2]
		a, b, c, d := top[0], top[1], bottom[0], bottom[1]
		put(m[i:], stride, a, a+b, a-b, b)
		put(m[4*stride+i:], stride, a+c, (a+c)+(b+d), (a+c)-(b+d), b+d)
		put(m[8*stride+i:], stride, a-c, (a-c)+(b-d), (a-c)-(b-d), b-d)
		put(m[12*stride+i:], stride, c, c+d, c-d, d)
	}
}

// joinBlocks stores, or adds, y = Aᵀ m A, the adjoint of splitBlocks.
func joinBlocks[T Float](y []T, pitch int, m []T, stride, n, rows int, add bool) {
	if y, ok := any(y).([]float32); ok && joinBlocks32(y, pitch, any(m).([]float32), stride, n, rows, add) {
		return
	}
	for i := range rows * n {
		first := i/n*2*pitch + i%n*2
		a0, a1 := joinPair(m[i:], stride)
		b0, b1 := joinPair(m[4*stride+i:], stride)
		c0, c1 := joinPair(m[8*stride+i:], stride)
		d0, d1 := joinPair(m[12*stride+i:], stride)
		top, bottom := y[first:][:2], y[first+pitch:][:2]
		if !add {
			clear(top)
			clear(bottom)
		}
		top[0] += a0 + b0 + c0
		top[1] += a1 + b1 + c1
		bottom[0] += b0 - c0 + d0
		bottom[1] += b1 - c1 + d1
	}
}

// joinPair is one row of m times A.
func joinPair[T Float](m []T, stride int) (even, odd T) {
	a, b, c, d := get(m, stride)
	return a + b + c, b - c + d
}

// splitKernels computes u = G w Gᵀ of consecutive 3×3 kernels.
func splitKernels[T Float](u []T, stride int, w []T) {
	for j := range len(w) / 9 {
		k := w[9*j:][:9]
		var t [4][3]T
		for c := range 3 {
			even, odd := (k[c]+k[6+c])/2, k[3+c]/2
			t[0][c], t[1][c], t[2][c], t[3][c] = k[c], even+odd, even-odd, k[6+c]
		}
		for i, r := range t {
			even, odd := (r[0]+r[2])/2, r[1]/2
			u[4*i*stride+j] = r[0]
			u[(4*i+1)*stride+j] = even + odd
			u[(4*i+2)*stride+j] = even - odd
			u[(4*i+3)*stride+j] = r[2]
		}
	}
}

// joinKernels stores, or adds, w = Gᵀ u G, the adjoint of splitKernels.
func joinKernels[T Float](w, u []T, stride int, add bool) {
	for j := range len(w) / 9 {
		var t [4][3]T
		for i := range 4 {
			a, b, c, d := u[4*i*stride+j], u[(4*i+1)*stride+j], u[(4*i+2)*stride+j], u[(4*i+3)*stride+j]
			t[i] = [3]T{a + (b+c)/2, (b - c) / 2, d + (b+c)/2}
		}
		k := w[9*j:][:9]
		if !add {
			clear(k)
		}
		for c := range 3 {
			k[c] += t[0][c] + (t[1][c]+t[2][c])/2
			k[3+c] += (t[1][c] - t[2][c]) / 2
			k[6+c] += t[3][c] + (t[1][c]+t[2][c])/2
		}
	}
}
