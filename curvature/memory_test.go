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
		var want [][]float32
		for _, memory := range []int{0, 1, -1} {
			s := newSmall[float32](t, spec, "ce", 14, 5)
			s.o.Chunk, s.o.Memory = 4, max(memory, 0)
			if memory < 0 { // room for some
				h, err := s.o.Hessian(s.data)
				noError(t, err)
				working, err := s.o.WorkingSet(s.data.N, curvature.Hessian, curvature.GaussNewton)
				noError(t, err)
				s.o.Memory = working + h.KeptBytes()*2/3
				h.Release()
			}
			h, err := s.o.Hessian(s.data)
			noError(t, err)
			g, err := s.o.GaussNewton(s.data)
			noError(t, err)
			kept, chunks := h.Kept()
			alsoKept, _ := g.Kept()
			if memory < 0 && (kept == 0 || kept == chunks || alsoKept == chunks) {
				t.Errorf("%s: %d and %d of %d chunks kept, want some", spec.Name, kept, alsoKept, chunks)
			}
			noError(t, h.Linearize(s.theta))
			noError(t, g.Linearize(s.theta))
			got := products(h, s.theta)
			got = append(got, products(g, s.theta)...)
			got = append(got, products(h, s.theta)...) // after another matrix used the memory
			if want == nil {
				want = got
			}
			for i := range got {
				if !slices.Equal(got[i], want[i]) {
					t.Errorf("%s, memory %d: vector %d differs", spec.Name, s.o.Memory, i)
				}
			}
			noError(t, h.Linearize(make([]float32, len(s.theta))))
			if moved := products(h, s.theta); slices.Equal(moved[0], want[0]) {
				t.Errorf("%s, memory %d: another θ gives the same product", spec.Name, s.o.Memory)
			}
		}
	}
}

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
	s.o.Memory = working + free.KeptBytes()
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
