package curvature_test

import (
	"testing"

	"eoss/curvature"
)

// panics says whether f does.
func panics(f func()) (does bool) {
	defer func() { does = recover() != nil }()
	f()
	return false
}

// TestLengths: a vector that is longer or shorter than it must be is refused: by an error where there is one, else by a panic.
func TestLengths(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 3, 1)
	p := len(s.theta)
	for _, size := range []int{p - 1, p + 1} {
		wrong := make([]float64, size)
		_, err := s.o.Gradient(wrong, s.theta, s.data)
		_, errWeighted := s.o.WeightedGradient(wrong, s.theta, make([]float64, 3), s.data)
		if err == nil || errWeighted == nil {
			t.Errorf("a gradient of %d parameters into %d entries gives errors %v and %v", p, size, err, errWeighted)
		}
		if !panics(func() { curvature.Dot(s.theta, wrong) }) || !panics(func() { curvature.Distance(s.theta, wrong) }) ||
			!panics(func() { curvature.GradientProjection(s.theta, [][]float64{wrong}) }) {
			t.Errorf("vectors of %d and %d entries have a product, a distance or a share", p, size)
		}
	}
	for _, k := range []curvature.Kind{curvature.Hessian, curvature.GaussNewton, curvature.Fisher, curvature.NTK} {
		a := s.at(t, k, s.data)
		right := make([]float64, a.Dim())
		for _, size := range []int{a.Dim() - 1, a.Dim() + 1} {
			wrong := make([]float64, size)
			if !panics(func() { a.Apply(wrong, right) }) || !panics(func() { a.Apply(right, wrong) }) {
				t.Errorf("the matrix of kind %d and size %d takes %d entries", k, a.Dim(), size)
			}
		}
	}
}
