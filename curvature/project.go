package curvature

import (
	"eoss/graph"
	"eoss/graph/blas"
	"eoss/graph/crew"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// project takes the orthonormal vectors v out of w, w ← w − V Vᵀ w, and returns Vᵀw and the length of what is left: twice if less is left
// than was taken, because then rounding is no longer small beside it (Daniel, Gragg, Kaufman and Stewart 1976).
func project[T graph.Float](v [][]T, w []T) (c []float64, norm float64) {
	c = make([]float64, len(v))
	for range 2 {
		square := 0.0
		for i, x := range takeOut(v, w) {
			c[i] += x
			square += x * x
		}
		if norm = Norm(w); norm*norm >= square {
			break
		}
	}
	return c, norm
}

// takeOut computes w ← w − V Vᵀ w and returns Vᵀw.
func takeOut[T graph.Float](v [][]T, w []T) []float64 {
	c := inner(v, w)
	minus := make([]float64, len(c))
	for i, x := range c {
		minus[i] = -x
	}
	addTo(w, minus, v)
	return c
}

// inner returns ⟨v_i, w⟩ for every i. The sums run over spans in a fixed order, whatever the number of threads.
func inner[T graph.Float](v [][]T, w []T) []float64 {
	spans := (len(w) + span - 1) / span
	partial := make([]float64, spans*len(v))
	overSpans(spans, func(s, lo, hi int) {
		for i := range v {
			partial[s*len(v)+i] = dotSpan(v[i][lo:hi], w[lo:hi])
		}
	}, len(w))
	c := make([]float64, len(v))
	for s := range spans {
		for i := range c {
			c[i] += partial[s*len(v)+i]
		}
	}
	return c
}

// addTo computes w ← w + Σ c_i v_i.
func addTo[T graph.Float](w []T, c []float64, v [][]T) {
	overSpans((len(w)+span-1)/span, func(_, lo, hi int) {
		for i := range v {
			addScaled(w[lo:hi], T(c[i]), v[i][lo:hi])
		}
	}, len(w))
}

// combine computes w ← Σ c_i v_i.
func combine[T graph.Float](w []T, c []float64, v [][]T) {
	overSpans((len(w)+span-1)/span, func(_, lo, hi int) {
		clear(w[lo:hi])
		for i := range v {
			addScaled(w[lo:hi], T(c[i]), v[i][lo:hi])
		}
	}, len(w))
}

// parallelFrom is the number of spans that are worth a goroutine.
const parallelFrom = 64

// overSpans calls f for every span of n elements, shared among the threads.
func overSpans(spans int, f func(s, lo, hi int), n int) {
	workers := min(blas.Threads(), 1+spans/parallelFrom)
	crew.Do(workers, func(k int) {
		for s := k * spans / workers; s < (k+1)*spans/workers; s++ {
			f(s, s*span, min((s+1)*span, n))
		}
	})
}

// addScaled computes dst ← dst + αx.
func addScaled[T graph.Float](dst []T, alpha T, x []T) {
	switch dst := any(dst).(type) {
	case []float32:
		f32.AddScaled(dst, float32(alpha), any(x).([]float32))
	case []float64:
		f64.AddScaled(dst, float64(alpha), any(x).([]float64))
	}
}
