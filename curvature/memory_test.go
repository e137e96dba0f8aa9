package curvature_test

import (
	"math"
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestMemoryChangesNoBit: kept and recomputed linearisations, products one by one and in a block, give the same bits.
func TestMemoryChangesNoBit(t *testing.T) {
	cnn := models.Spec{Name: "cnn", Input: []int{2, 13, 12}, Outputs: 3, Widths: []int{3, 4, 3, 5}, Activation: "silu"}
	for _, spec := range []models.Spec{tiny, cnn} {
		for _, chunk := range []int{4, 14} {
			want := withMemory(t, spec, chunk, func(*curvature.Objective[float32], int, int) {})
			for what, bound := range map[string]func(o *curvature.Objective[float32], working, all int){
				"none": func(o *curvature.Objective[float32], _, _ int) { o.Memory = 1 },
				"some": func(o *curvature.Objective[float32], working, all int) { o.Memory = working + all*2/3 },
			} {
				for i, got := range withMemory(t, spec, chunk, bound) {
					if !slices.Equal(got, want[i]) {
						t.Errorf("%s, chunks of %d, %s kept: vector %d differs", spec.Name, chunk, what, i)
					}
				}
			}
		}
	}
}

// withMemory returns products with two matrices, one of them moved to another θ, whose objective is given a bound by the bytes that
// evaluations need and those of all the Hessian's linearisations.
func withMemory(t *testing.T, spec models.Spec, chunk int, bound func(o *curvature.Objective[float32], working, all int)) [][]float32 {
	s := newSmall[float32](t, spec, "ce", 14, 5)
	s.o.Chunk = chunk
	free, err := s.o.Hessian(s.data)
	noError(t, err)
	working, err := s.o.WorkingSet(s.data.N, curvature.Hessian, curvature.GaussNewton)
	noError(t, err)
	bound(s.o, working+lanczosBytes(s.o), free.KeptBytes())
	free.Release()
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	g, err := s.o.GaussNewton(s.data)
	noError(t, err)
	kept, chunks := h.Kept()
	if alsoKept, _ := g.Kept(); chunks > 1 && s.o.Memory > 1 && (kept == 0 || kept == chunks || alsoKept == chunks) {
		t.Errorf("%s: %d and %d of %d chunks kept, want some", spec.Name, kept, alsoKept, chunks)
	}
	noError(t, h.Linearize(s.theta))
	noError(t, g.Linearize(s.theta))
	all := append(products(h, s.theta), products(g, s.theta)...)
	all = append(all, products(h, s.theta)...) // after another matrix used the memory
	noError(t, h.Linearize(make([]float32, len(s.theta))))
	return append(all, products(h, s.theta)...)
}

// lanczosBytes is the room that is left for the vectors of Lanczos.
func lanczosBytes(o *curvature.Objective[float32]) int { return 4 * (min(80, o.Dim()) + 1) * o.Dim() }

// products returns three products, one by one and then in a block.
func products(m *curvature.Matrix[float32], theta []float32) (all [][]float32) {
	var v, block [][]float32
	for i := range 3 {
		x, single := make([]float32, len(theta)), make([]float32, len(theta))
		for j := range x {
			x[j] = float32(math.Sin(float64(i + j + i*j)))
		}
		m.Apply(single, x)
		v, all, block = append(v, x), append(all, single), append(block, make([]float32, len(theta)))
	}
	m.ApplyBlock(block, v)
	return append(all, block...)
}

// TestBlockEqualsSingles: a block's products are those of its vectors, bit for bit, where linearisations are recomputed.
func TestBlockEqualsSingles(t *testing.T) {
	s := newSmall[float32](t, tiny, "mse", 14, 2)
	s.o.Chunk, s.o.Memory = 4, 1
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	p := products(h, s.theta)
	for i := range 3 {
		if !slices.Equal(p[i], p[3+i]) {
			t.Errorf("vector %d differs in a block", i)
		}
	}
}

// TestMemoryIsOneAccount: what one matrix keeps, another cannot, until it is released.
func TestMemoryIsOneAccount(t *testing.T) {
	s := newSmall[float32](t, tiny, "mse", 20, 1)
	s.o.Chunk = 4
	free, err := s.o.Hessian(s.data)
	noError(t, err)
	working, err := s.o.WorkingSet(s.data.N, curvature.Hessian)
	noError(t, err)
	s.o.Memory = working + lanczosBytes(s.o) + free.KeptBytes()
	free.Release()
	for _, want := range []int{5, 0} {
		h, err := s.o.Hessian(s.data)
		noError(t, err)
		if kept, chunks := h.Kept(); kept != want || chunks != 5 {
			t.Errorf("%d of %d chunks kept, want %d of 5", kept, chunks, want)
		}
		if want == 0 {
			continue
		}
		defer h.Release()
	}
	if all, err := s.o.WorkingSet(s.data.N); err != nil || all != working {
		t.Errorf("working set %d then %d, %v", working, all, err)
	}
}

// TestTraceInBlocks: Hutchinson's probes in blocks give the estimate, and stop at the probe, of one at a time.
func TestTraceInBlocks(t *testing.T) {
	var all [2]curvature.TraceEstimate
	for i, memory := range []int{0, 1} {
		s := newSmall[float32](t, tiny, "mse", 14, 2)
		s.o.Chunk, s.o.Memory = 4, memory
		h, err := s.o.Hessian(s.data)
		noError(t, err)
		noError(t, h.Linearize(s.theta))
		all[i], err = curvature.Trace(h, curvature.TraceOptions{RelErr: 0.1, MinProbes: 3, MaxProbes: 90})
		noError(t, err)
	}
	if all[0] != all[1] || all[0].N%4 == 0 || !all[0].Converged {
		t.Errorf("one by one %+v, in blocks %+v", all[0], all[1])
	}
}
