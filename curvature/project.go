package curvature

import (
	"sync"

	"eoss/graph"
	"eoss/graph/blas"

	"github.com/tphakala/simd/f32"
	"github.com/tphakala/simd/f64"
)

// project takes the orthonormal vectors v out of w, w ← w − V Vᵀ w, and returns Vᵀw. The sums run over
// spans in a fixed order, whatever the number of threads.
func project[T graph.Float](v [][]T, w []T) []float64 {
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
	overSpans(spans, func(_, lo, hi int) {
		for i := range v {
			addScaled(w[lo:hi], T(-c[i]), v[i][lo:hi])
		}
	}, len(w))
	return c
}

// overSpans calls f for every span of n elements, on several goroutines.
func overSpans(spans int, f func(s, lo, hi int), n int) {
	workers := min(blas.Threads(), 1+spans/64)
	var wg sync.WaitGroup
	for k := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for s := k * spans / workers; s < (k+1)*spans/workers; s++ {
				f(s, s*span, min((s+1)*span, n))
			}
		}()
	}
	wg.Wait()
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
