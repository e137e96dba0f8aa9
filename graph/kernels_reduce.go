package graph

// block is the number of rows summed in T before they are added up: it bounds the rounding error of
// a float32 sum over n rows by about (block + n/block) rather than n units in the last place.
const block = 64

// sumMid sums the middle of outer × mid × inner.
func sumMid[T Float](outer, mid, inner int) kernel[T] {
	if inner == 1 {
		return func(dst []T, in [][]T) {
			if outer*mid < 2*grain {
				sumRows(dst, in[0], mid)
				return
			}
			split(outer, mid, func(lo, hi int) { sumRows(dst[lo:hi], in[0][lo*mid:hi*mid], mid) })
		}
	}
	part := make([]T, inner)
	return func(dst []T, in [][]T) {
		for o := range outer {
			out := dst[o*inner : (o+1)*inner]
			clear(out)
			for m := 0; m < mid; m += block {
				clear(part)
				for r := m; r < min(m+block, mid); r++ {
					addVec(part, part, in[0][(o*mid+r)*inner:(o*mid+r+1)*inner])
				}
				addVec(out, out, part)
			}
		}
	}
}

// sumRows sums the rows of x, each width long.
func sumRows[T Float](dst, x []T, width int) {
	for i := range dst {
		s := 0.0
		for _, v := range x[i*width : (i+1)*width] {
			s += float64(v)
		}
		dst[i] = T(s)
	}
}

// sumEnds sums the two ends of outer × mid × inner.
func sumEnds[T Float](outer, mid, inner int) kernel[T] {
	acc := make([]float64, mid)
	return func(dst []T, in [][]T) {
		clear(acc)
		for o := range outer {
			for m := range mid {
				s := 0.0
				for _, v := range in[0][(o*mid+m)*inner : (o*mid+m+1)*inner] {
					s += float64(v)
				}
				acc[m] += s
			}
		}
		for m, s := range acc {
			dst[m] = T(s)
		}
	}
}

// repeatMid copies x (outer × inner) along the middle of outer × mid × inner.
func repeatMid[T Float](outer, mid, inner int) kernel[T] {
	return func(dst []T, in [][]T) {
		for o := range outer {
			row := in[0][o*inner : (o+1)*inner]
			for m := range mid {
				copy(dst[(o*mid+m)*inner:(o*mid+m+1)*inner], row)
			}
		}
	}
}

// repeatEnds copies x (mid) along the two ends of outer × mid × inner.
func repeatEnds[T Float](outer, mid, inner int) kernel[T] {
	return func(dst []T, in [][]T) {
		for o := range outer {
			for m := range mid {
				out := dst[(o*mid+m)*inner : (o*mid+m+1)*inner]
				for i := range out {
					out[i] = in[0][m]
				}
			}
		}
	}
}

// addBias adds b (mid) to x (outer × mid × inner).
func addBias[T Float](outer, mid, inner int) kernel[T] {
	if inner == 1 {
		return func(dst []T, in [][]T) {
			for o := range outer {
				addVec(dst[o*mid:(o+1)*mid], in[0][o*mid:(o+1)*mid], in[1])
			}
		}
	}
	return func(dst []T, in [][]T) {
		split(outer, mid*inner, func(lo, hi int) {
			for i := lo * mid; i < hi*mid; i++ {
				b := in[1][i%mid]
				x := in[0][i*inner : (i+1)*inner]
				for j, v := range x {
					dst[i*inner+j] = v + b
				}
			}
		})
	}
}
