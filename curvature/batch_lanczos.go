package curvature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/graph/crew"
)

// batchLanczos is a Lanczos run for every batch, without a basis: two vectors are enough for
//
//	β_{j+1} v_{j+1} = A v_j − α_j v_j − β_j v_{j−1}.
//
// w holds β_j v_j until its dual gives its length.
type batchLanczos[T graph.Float] struct {
	o                 *Objective[T]
	h                 *batchHessians[T]
	goal              goal
	w, last, hw, dual coordinates[T]
	runs              []tridiagonal
}

func newBatchLanczos[T graph.Float](o *Objective[T], h *batchHessians[T]) *batchLanczos[T] {
	return &batchLanczos[T]{o: o, h: h, w: h.newVector(), last: h.newVector(), hw: h.newVector(), dual: h.newVector()}
}

// bytes is the memory of the vectors.
func (l *batchLanczos[T]) bytes() int {
	if l == nil {
		return 0
	}
	return 4 * l.w.bytes()
}

// top fills tops with the largest eigenvalue of every batch, of a lost run with none; the first is batch number first of the epoch.
func (l *batchLanczos[T]) top(tops []Eigen[T], first int, opt EigenOptions[T]) error {
	l.goal = newGoal(opt)
	l.runs = slices.Repeat([]tridiagonal{{residual: math.Inf(1)}}, len(tops))
	l.start(first, opt.Seed)
	for running := true; running; {
		if err := l.o.interrupted(); err != nil {
			return err
		}
		l.h.apply(l.hw, l.dual, l.w)
		l.sideBySide(l.advance)
		l.last, l.w, l.hw = l.w, l.hw, l.last
		running = slices.ContainsFunc(l.runs, func(t tridiagonal) bool { return !t.done })
	}
	for k, t := range l.runs {
		if math.IsNaN(t.value) {
			return fmt.Errorf("batch %d: %w", first+k, ErrNotFinite)
		}
		if l.vanishes(k, t.value) {
			t.value, t.residual = 0, 0
		} else if t.converged && l.rounded(k, t.value) { // there may be a null space
			l.runs[k].lost = true
		}
		tops[k] = Eigen[T]{Values: []float64{t.value}, Residuals: []float64{relative(t.residual, t.value, l.goal.eps*t.scale)}, Products: t.products, Converged: t.converged}
	}
	return nil
}

// rounded says whether a value of batch k is not above the rounding of some products.
func (l *batchLanczos[T]) rounded(k int, value float64) bool {
	return value <= 10*l.goal.eps*l.runs[k].scale
}

// vanishes says whether the zero of H_B's null space, as far as one is known, is larger.
func (l *batchLanczos[T]) vanishes(k int, value float64) bool {
	return l.h.singular && l.rounded(k, value)
}

// start fills w with random numbers, uniform on [−1, 1), the same for a batch whatever chunk it is in.
func (l *batchLanczos[T]) start(first int, seed uint64) {
	l.sideBySide(func(k int) {
		rng := rand.New(rand.NewPCG(seed, streamLanczos^uint64(first+k+1)<<32))
		for i := range l.w {
			var bits uint64 // four numbers' worth: generating a vector must not cost more than a product
			for j, w := 0, l.w.batch(k, l.h.batches, i); j < len(w); j++ {
				if j%4 == 0 {
					bits = rng.Uint64()
				}
				w[j] = T(int16(bits)) / (1 << 15)
				bits >>= 16
			}
		}
	})
}

// sideBySide calls f for every batch, shared among the threads.
func (l *batchLanczos[T]) sideBySide(f func(k int)) {
	n := l.h.batches
	workers := min(blas.Threads(), n)
	crew.Do(workers, func(i int) {
		for k := i * n / workers; k < (i+1)*n/workers; k++ {
			f(k)
		}
	})
}

// advance takes batch k from w = β_j v_j to hw = β_{j+1} v_{j+1}, leaving v_j in w.
func (l *batchLanczos[T]) advance(k int) {
	n, t := l.h.batches, &l.runs[k]
	var ww, wh float64
	for i := range l.w {
		dual := l.dual.batch(k, n, i)
		ww += Dot(l.w.batch(k, n, i), dual)
		wh += Dot(l.hw.batch(k, n, i), dual)
	}
	alpha, beta := wh/ww, math.Sqrt(math.Max(ww, 0))
	if t.products == 0 {
		t.spread = l.spread(k) / ww
	}
	if !t.done {
		t.add(alpha, beta, l.goal)
	}
	for i := range l.w {
		w, hw, last := l.w.batch(k, n, i), l.hw.batch(k, n, i), l.last.batch(k, n, i)
		if t.done {
			clear(hw)
			continue
		}
		scale(T(1/beta), w)
		scale(T(1/beta), hw)
		addScaled(hw, T(-alpha), w)
		if t.products > 1 {
			addScaled(hw, T(-beta), last)
		}
	}
}

// spread is Σ_i |w_i dual_i| of batch k.
func (l *batchLanczos[T]) spread(k int) (sum float64) {
	for i := range l.w {
		dual := l.dual.batch(k, l.h.batches, i)
		for j, x := range l.w.batch(k, l.h.batches, i) {
			sum += math.Abs(float64(x) * float64(dual[j]))
		}
	}
	return sum
}
