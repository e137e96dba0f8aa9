package graph

import (
	"math"
	"math/bits"

	"eoss/graph/blas"
	"eoss/graph/crew"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// grain is the number of elements below which a second thread costs more than it saves.
const grain = 1 << 15

// split calls f on consecutive ranges that cover [0, n), side by side when there is enough work: each
// index stands for width elements. f must not depend on where the cuts fall.
func split(n, width int, f func(lo, hi int)) {
	w := min(blas.Threads(), n, n*width/grain)
	if w < 2 {
		f(0, n)
		return
	}
	crew.Do(w, func(p int) { f(p*n/w, (p+1)*n/w) })
}

func binary2[T Float](f func(dst, a, b []T)) kernel[T] {
	return func(dst []T, in [][]T) {
		if len(dst) < 2*grain {
			f(dst, in[0], in[1])
			return
		}
		split(len(dst), 1, func(lo, hi int) { f(dst[lo:hi], in[0][lo:hi], in[1][lo:hi]) })
	}
}

func unary[T Float](f func(dst, x []T)) kernel[T] {
	return func(dst []T, in [][]T) {
		if len(dst) < 2*grain {
			f(dst, in[0])
			return
		}
		split(len(dst), 1, func(lo, hi int) { f(dst[lo:hi], in[0][lo:hi]) })
	}
}

func addVec[T Float](dst, a, b []T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.Add(dst, any(a).([]float32), any(b).([]float32))
	case []float64:
		f64.Add(dst, any(a).([]float64), any(b).([]float64))
	}
}

func subVec[T Float](dst, a, b []T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.Sub(dst, any(a).([]float32), any(b).([]float32))
	case []float64:
		f64.Sub(dst, any(a).([]float64), any(b).([]float64))
	}
}

func mulVec[T Float](dst, a, b []T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.Mul(dst, any(a).([]float32), any(b).([]float32))
	case []float64:
		f64.Mul(dst, any(a).([]float64), any(b).([]float64))
	}
}

// sumVec sums in T: it serves to find NaN.
func sumVec[T Float](x []T) T {
	switch x := any(x).(type) {
	case []float32:
		return T(f32.Sum(x))
	case []float64:
		return T(f64.Sum(x))
	}
	panic("graph: unreachable")
}

func affineVec[T Float](o affineOp) func(dst, x []T) {
	return func(dst, x []T) {
		if o.alpha == 0 {
			for i := range dst {
				dst[i] = T(o.beta)
			}
			return
		}
		switch dst := any(dst).(type) {
		case []float32:
			f32.Scale(dst, any(x).([]float32), float32(o.alpha))
			if o.beta != 0 {
				f32.AddScalar(dst, dst, float32(o.beta))
			}
		case []float64:
			f64.Scale(dst, any(x).([]float64), o.alpha)
			if o.beta != 0 {
				f64.AddScalar(dst, dst, o.beta)
			}
		}
	}
}

// reluFrom is the number of bytes from which the library's ReLU is vector code, which keeps NaN; its Go code makes it 0.
const reluFrom = 32

// vectorReLU says whether it has vector code here.
var vectorReLU = func() bool {
	var x [reluFrom / 4]float32
	x[0] = float32(math.NaN())
	f32.ReLU(x[:], x[:])
	return x[0] != x[0]
}()

func reluVec[T Float](dst, x []T) {
	switch dst := any(dst).(type) {
	case []float32:
		if x := any(x).([]float32); vectorReLU && len(x) >= reluFrom/4 {
			f32.ReLU(dst, x)
			return
		}
	case []float64:
		if x := any(x).([]float64); vectorReLU && len(x) >= reluFrom/8 {
			f64.ReLU(dst, x)
			return
		}
	}
	for i, v := range x {
		dst[i] = max(v, 0)
	}
}

// gateVec avoids a branch per element, which costs ten times the arithmetic on random signs.
func gateVec[T Float](dst, a, b []T) {
	switch dst := any(dst).(type) {
	case []float32:
		a, b := any(a).([]float32), any(b).([]float32)
		for i := gate32(dst, a, b); i < len(b); i++ {
			dst[i] = math.Float32frombits(positive32(b[i]) & math.Float32bits(a[i]))
		}
	case []float64:
		a := any(a).([]float64)
		for i, v := range any(b).([]float64) {
			dst[i] = math.Float64frombits(positive64(v) & math.Float64bits(a[i]))
		}
	}
}

// positive32 and positive64 are all ones where v > 0 and zero where it is not: the bits of positive numbers and ∞ are the integers from 1 to
// those of ∞, beyond which are NaN and the negative ones.
func positive32(v float32) uint32 {
	return uint32((int64(math.Float32bits(v)-1) - 0x7f800000) >> 63)
}

func positive64(v float64) uint64 {
	_, below := bits.Sub64(math.Float64bits(v)-1, 0x7ff0000000000000, 0)
	return -below
}

// mapVec evaluates f in float64 for both types: single-precision approximations of the
// transcendental functions would be the largest error of a float32 run.
func mapVec[T Float](f func(float64) float64) func(dst, x []T) {
	return func(dst, x []T) {
		for i, v := range x {
			dst[i] = T(f(float64(v)))
		}
	}
}

func rowMax[T Float](s Shape) kernel[T] {
	rows, width := s[0], s[1]
	return func(dst []T, in [][]T) {
		for i := range rows {
			m := in[0][i*width]
			for _, v := range in[0][i*width+1 : (i+1)*width] {
				m = max(m, v)
			}
			dst[i] = m
		}
	}
}
