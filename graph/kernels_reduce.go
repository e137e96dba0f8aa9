package graph

import (
	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

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
		if outer*mid*inner < 2*grain {
			sumColumns(dst, in[0], part, mid, 0, inner)
			return
		}
		split(inner, outer*mid, func(lo, hi int) { sumColumns(dst, in[0], part, mid, lo, hi) })
	}
}

// sumColumns sums columns lo … hi−1 of every matrix of x over its rows, mid of them; part is memory for one row.
func sumColumns[T Float](dst, x, part []T, mid, lo, hi int) {
	inner := len(part)
	part = part[lo:hi]
	for o := range len(dst) / inner {
		out := dst[o*inner+lo : o*inner+hi]
		clear(out)
		for m := 0; m < mid; m += block {
			clear(part)
			for r := m; r < min(m+block, mid); r++ {
				addVec(part, part, x[(o*mid+r)*inner+lo:(o*mid+r)*inner+hi])
			}
			addVec(out, out, part)
		}
	}
}

// sumRows sums the rows of x, each width long.
func sumRows[T Float](dst, x []T, width int) {
	for i := range dst {
		dst[i] = T(sum64(x[i*width : (i+1)*width]))
	}
}

// sum64 sums in float64, in four sums side by side: one alone would wait for every addition.
func sum64[T Float](x []T) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d = a+float64(x[0]), b+float64(x[1]), c+float64(x[2]), d+float64(x[3])
	}
	for _, v := range x {
		a += float64(v)
	}
	return (a + b) + (c + d)
}

// sumEnds sums the two ends of outer × mid × inner.
func sumEnds[T Float](outer, mid, inner int) kernel[T] {
	return overParts(mid, outer*inner, func(m int, dst []T, in [][]T) {
		s := 0.0
		for o := range outer {
			s += sum64(in[0][(o*mid+m)*inner:][:inner])
		}
		dst[m] = T(s)
	})
}

// repeatMid copies, or adds, x (outer × inner) along the middle of outer × mid × inner.
func repeatMid[T Float](outer, mid, inner int, add bool) kernel[T] {
	return overParts(outer, mid*inner, func(o int, dst []T, in [][]T) {
		to, row := dst[o*mid*inner:][:mid*inner], in[0][o*inner:][:inner]
		switch {
		case inner == 1 && add:
			addScalar(to, to, row[0])
		case inner == 1:
			fill(to, row[0])
		default:
			for ; len(to) > 0; to = to[inner:] {
				if add {
					addVec(to[:inner], to[:inner], row)
				} else {
					copy(to, row)
				}
			}
		}
	})
}

// fill sets all of dst to v.
func fill[T Float](dst []T, v T) {
	dst[0] = v
	for n := 1; n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// repeatEnds copies, or adds, x (mid) along the two ends of outer × mid × inner.
func repeatEnds[T Float](outer, mid, inner int, add bool) kernel[T] {
	return overParts(outer, mid*inner, func(o int, dst []T, in [][]T) {
		for m := range mid {
			out := dst[(o*mid+m)*inner:][:inner]
			if add {
				addScalar(out, out, in[0][m])
			} else {
				fill(out, in[0][m])
			}
		}
	})
}

// addBias adds b (mid) to x (outer × mid × inner), and applies then, when it is not nil, to the sums.
func addBias[T Float](outer, mid, inner int, then func(dst, x []T)) kernel[T] {
	if inner == 1 {
		return func(dst []T, in [][]T) {
			if outer*mid < 2*grain {
				addRow(dst, in[0], in[1], then)
				return
			}
			split(outer, mid, func(lo, hi int) { addRow(dst[lo*mid:hi*mid], in[0][lo*mid:hi*mid], in[1], then) })
		}
	}
	return overParts(outer, mid*inner, func(o int, dst []T, in [][]T) {
		for m := range mid {
			lo, hi := (o*mid+m)*inner, (o*mid+m+1)*inner
			addScalar(dst[lo:hi], in[0][lo:hi], in[1][m])
			if then != nil {
				then(dst[lo:hi], dst[lo:hi])
			}
		}
	})
}

// addRow adds b to every row of x.
func addRow[T Float](dst, x, b []T, then func(dst, x []T)) {
	for n := len(b); len(x) > 0; dst, x = dst[n:], x[n:] {
		addVec(dst[:n], x[:n], b)
		if then != nil {
			then(dst[:n], dst[:n])
		}
	}
}

func addScalar[T Float](dst, x []T, s T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.AddScalar(dst, any(x).([]float32), float32(s))
	case []float64:
		f64.AddScalar(dst, any(x).([]float64), float64(s))
	}
}
