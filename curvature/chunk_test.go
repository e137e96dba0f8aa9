package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/models"

	"pgregory.net/rapid"
)

// rounding is for float64 sums in another order: of up to a few hundred terms, each off by 1.1e-16 of the largest, through up to ten
// layers and twice as many in a second derivative.
const rounding = 1e-12

// anyNetwork draws a small network with its data.
func anyNetwork(t *rapid.T) small[float64] {
	spec := models.Spec{Name: "mlp", Input: []int{rapid.IntRange(1, 5).Draw(t, "inputs")}, Outputs: rapid.IntRange(2, 4).Draw(t, "outputs"),
		Widths:     rapid.SliceOfN(rapid.IntRange(1, 6), 0, 3).Draw(t, "widths"),
		Activation: rapid.SampledFrom(models.Activations).Draw(t, "activation")}
	return newSmall[float64](t, spec, rapid.SampledFrom(models.Losses).Draw(t, "loss"),
		rapid.IntRange(1, 20).Draw(t, "n"), rapid.Uint64().Draw(t, "seed"))
}

// anyImages draws a small convolutional network with its data: 3×3 convolutions without padding and max-pools that drop an odd row, or
// residual blocks with padding, strides and shortcuts.
func anyImages(t *rapid.T) small[float64] {
	spec := models.Spec{Name: rapid.SampledFrom([]string{"cnn", "resnet8"}).Draw(t, "model"), Outputs: 3,
		Activation: rapid.SampledFrom(models.Activations).Draw(t, "activation")}
	smallest := 12
	spec.Widths = rapid.SliceOfN(rapid.IntRange(1, 3), 4, 4).Draw(t, "widths")
	if spec.Name == "resnet8" { // whose channels grow by even numbers
		smallest = 3
		for i := range spec.Widths[1:] {
			spec.Widths[i+1] = spec.Widths[i] + 2*rapid.IntRange(0, 1).Draw(t, "growth")
		}
		spec.Widths = spec.Widths[:3]
	}
	side := func(name string) int { return rapid.IntRange(smallest, smallest+2).Draw(t, name) }
	spec.Input = []int{rapid.IntRange(1, 2).Draw(t, "channels"), side("rows"), side("columns")}
	s := newSmall[float64](t, spec, rapid.SampledFrom(models.Losses).Draw(t, "loss"),
		rapid.IntRange(1, 9).Draw(t, "n"), rapid.Uint64().Draw(t, "seed"))
	s.outputsBelowOne(t)
	return s
}

// outputsBelowOne scales the last linear layer: where a softmax is saturated, 1 − p is a difference of nearly equal numbers, and so is
// every Gauss–Newton product.
func (s small[T]) outputsBelowOne(t testingT) {
	f, losses := make([]T, s.data.N*s.o.Outputs), make([]T, s.data.N)
	noError(t, s.o.Evaluate(f, losses, s.theta, s.data))
	largest := T(1)
	for _, x := range f {
		largest = max(largest, x, -x)
	}
	last := len(s.o.Params) - 2 // weight and bias
	size := s.o.Params[last].TotalSize() + s.o.Params[last+1].TotalSize()
	for i := len(s.theta) - size; i < len(s.theta); i++ {
		s.theta[i] /= largest
	}
}

// TestChunksDoNotMatter: loss, gradient, outputs and products with every matrix are equal to rounding
// for any chunk size and any bound on the memory of the linearisation.
func TestChunksDoNotMatter(t *testing.T) {
	for name, draw := range map[string]func(*rapid.T) small[float64]{"mlp": anyNetwork, "images": anyImages, "branches": anyBranches} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				s := draw(t)
				whole := everything(t, s)
				s.o.Chunk = rapid.IntRange(1, s.data.N+1).Draw(t, "chunk")
				working, err := s.o.WorkingSet(s.data.N, curvature.Hessian, curvature.GaussNewton, curvature.Fisher)
				noError(t, err)
				s.o.Memory = rapid.SampledFrom([]int{0, 1, working + 1}).Draw(t, "bound")
				if s.o.Memory > 1 {
					s.o.Memory += rapid.IntRange(0, 2*working).Draw(t, "more memory")
				}
				cut := everything(t, s)
				for name, want := range whole {
					near(t, name, cut[name], want, rounding)
				}
			})
		})
	}
}

func everything(t testingT, s small[float64]) map[string][]float64 {
	p := len(s.theta)
	grad, f, losses := make([]float64, p), make([]float64, s.data.N*s.o.Outputs), make([]float64, s.data.N)
	loss, err := s.o.Gradient(grad, s.theta, s.data)
	noError(t, err)
	noError(t, s.o.Evaluate(f, losses, s.theta, s.data))
	mean, accuracy, err := s.o.Loss(s.theta, s.data)
	noError(t, err)
	all := map[string][]float64{"loss": {loss}, "mean loss": {mean}, "accuracy": {accuracy}, "gradient": grad,
		"outputs": f, "per-sample losses": losses}
	for name, kind := range map[string]curvature.Kind{"Hessian": curvature.Hessian, "Gauss–Newton": curvature.GaussNewton,
		"Fisher": curvature.Fisher, "NTK": curvature.NTK} {
		m, err := s.o.Linearization(kind, s.data)
		noError(t, err)
		noError(t, m.Linearize(s.theta))
		for _, v := range [][]float64{grad, s.theta} { // a second product, after the residual was used once
			if kind == curvature.NTK {
				v = f
			}
			av := make([]float64, m.Dim())
			m.Apply(av, v)
			all[name] = append(all[name], av...)
		}
		m.(interface{ Release() }).Release()
	}
	return all
}

// TestMemoryBound: beyond the bound chunks are recomputed, not kept.
func TestMemoryBound(t *testing.T) {
	s := newSmall[float32](t, tiny, "mse", 20, 1)
	s.o.Chunk = 4
	for _, c := range []struct{ memory, kept int }{{0, 5}, {1, 0}, {1 << 20, 5}} {
		s.o.Memory = c.memory
		h, err := s.o.Hessian(s.data)
		noError(t, err)
		if kept, chunks := h.Kept(); kept != c.kept || chunks != 5 {
			t.Errorf("bound %d: %d of %d chunks kept, want %d of 5", c.memory, kept, chunks, c.kept)
		}
	}
}

// TestHessianIsMovedByLinearize: one Matrix gives the products of the θ it was last moved to.
func TestHessianIsMovedByLinearize(t *testing.T) {
	s := newSmall[float64](t, tiny, "ce", 9, 3)
	s.o.Chunk = 4
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	first, again := make([]float64, len(s.theta)), make([]float64, len(s.theta))
	noError(t, h.Linearize(s.theta))
	h.Apply(first, s.theta)
	other := make([]float64, len(s.theta))
	noError(t, h.Linearize(other))
	h.Apply(again, s.theta)
	if curvature.Norm(again) == curvature.Norm(first) {
		t.Error("another θ gives the same product")
	}
	noError(t, h.Linearize(s.theta))
	h.Apply(again, s.theta)
	near(t, "product at the first θ", again, first, 0)
}

// TestMisuseIsNamed: a wrong length is an error that says which.
func TestMisuseIsNamed(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	short := s.data
	short.X = short.X[1:]
	if _, err := s.o.Gradient(make([]float64, len(s.theta)), s.theta[1:], s.data); err == nil {
		t.Error("a short θ gives no error")
	}
	if _, err := s.o.Gradient(make([]float64, len(s.theta)), s.theta, short); err == nil {
		t.Error("a short X gives no error")
	}
	if _, err := s.o.Gradient(make([]float64, len(s.theta)-1), s.theta, s.data); err == nil {
		t.Error("a short gradient gives no error")
	}
	if _, err := s.o.Hessian(curvature.Data[float64]{}); err == nil {
		t.Error("no samples give no error")
	}
}

// TestEvaluateMistakes: memory of another size than the outputs or the losses is refused.
func TestEvaluateMistakes(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 5, 1)
	for _, sizes := range [][2]int{{14, 5}, {15, 4}, {16, 5}, {15, 6}, {0, 0}} {
		if err := s.o.Evaluate(make([]float64, sizes[0]), make([]float64, sizes[1]), s.theta, s.data); err == nil {
			t.Errorf("%d outputs and %d losses of 5 samples were taken", sizes[0], sizes[1])
		}
	}
}
