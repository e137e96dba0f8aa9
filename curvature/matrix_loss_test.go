package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestLossOfTheHessian: a linearisation gives the loss and the accuracy of its θ, with the bits of Objective.Loss, in whole and in
// uneven chunks, again after another θ; products in between do not change them. Without the memory to keep it, it says so.
func TestLossOfTheHessian(t *testing.T) {
	for _, spec := range []models.Spec{tiny, {Name: "mlp", Input: []int{4}, Outputs: 1, Widths: []int{5}}} {
		for _, loss := range []string{"mse", "ce"} {
			if loss == "ce" && spec.Outputs == 1 {
				continue
			}
			for _, chunk := range []int{4, 14} {
				s := newSmall[float32](t, spec, loss, 14, 5)
				s.o.Chunk = chunk
				h, err := s.o.Hessian(s.data)
				noError(t, err)
				if _, _, ok := h.Loss(); ok {
					t.Error("a loss before Linearize")
				}
				for range 2 {
					noError(t, h.Linearize(s.theta))
					products(h, s.theta)
					got, accuracy, ok := h.Loss()
					want, right, err := s.o.Loss(s.theta, s.data)
					noError(t, err)
					if !ok || got != want || accuracy != right {
						t.Errorf("%v, %s, chunks of %d: loss %v, accuracy %v, %v; want %v, %v", spec.Outputs, loss, chunk, got, accuracy, ok, want, right)
					}
					for i := range s.theta {
						s.theta[i] *= 1.5
					}
				}
			}
		}
	}
	s := newSmall[float32](t, tiny, "mse", 14, 5)
	s.o.Memory = 1
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	if _, _, ok := h.Loss(); ok {
		t.Error("a loss of a linearisation that is not kept")
	}
	g, err := newSmall[float32](t, tiny, "mse", 14, 5).o.Linearization(curvature.GaussNewton, s.data)
	noError(t, err)
	noError(t, g.Linearize(s.theta))
	if _, _, ok := g.(*curvature.Matrix[float32]).Loss(); ok {
		t.Error("a loss of the Gauss–Newton matrix")
	}
}
