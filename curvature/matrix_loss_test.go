package curvature_test

import (
	"math"
	"slices"
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

// TestAccuracyByHand: the share of the samples whose largest output is the target's, or whose only output has the target's sign.
func TestAccuracyByHand(t *testing.T) {
	right := map[int]func(f, y []float64) bool{
		3: func(f, y []float64) bool { return f[slices.Index(y, 1)] == slices.Max(f) },
		1: func(f, y []float64) bool { return math.Signbit(f[0]) == math.Signbit(y[0]) },
	}
	for c, agree := range right {
		spec, n, count := tiny, 40, 0
		spec.Outputs = c
		s := newSmall[float64](t, spec, "mse", n, 5)
		if c == 1 {
			for i := range s.data.Y {
				s.data.Y[i] = float64(i%2*2 - 1)
			}
		}
		f, losses := make([]float64, n*c), make([]float64, n)
		noError(t, s.o.Evaluate(f, losses, s.theta, s.data))
		for i := range n {
			if agree(f[i*c:(i+1)*c], s.data.Y[i*c:(i+1)*c]) {
				count++
			}
		}
		_, accuracy, err := s.o.Loss(s.theta, s.data)
		noError(t, err)
		if accuracy != float64(count)/float64(n) || count == 0 || count == n {
			t.Errorf("%d outputs: accuracy %g, %d of %d counted", c, accuracy, count, n)
		}
	}
}
