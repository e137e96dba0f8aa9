package curvature_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"eoss/curvature"
)

// TestGradientVariance: the diagonal and the trace of the covariance, against the gradients of every sample by themselves,
// for every model (the diagonal linear network has no short cut) and for networks in which rows are not samples, though they look so, in one
// chunk and in several.
func TestGradientVariance(t *testing.T) {
	nets := everyModel(t, "mse")
	nets["row times weight"] = newOwn(rowTimesWeight(), 8, 1)
	nets["product of factors"], nets["samples as columns"] = newOwn(productOfFactors(), 14, 1), newOwn(samplesAsColumns(), 14, 1)
	for name, s := range nets {
		p := len(s.theta)
		want, mean := make([]float64, p), make([]float64, p)
		var each [][]float64
		for i := range s.data.N {
			g := make([]float64, p)
			_, err := s.o.Gradient(g, s.theta, s.data.Rows(i, i+1))
			noError(t, err)
			curvature.Axpy(1/float64(s.data.N), g, mean)
			each = append(each, g)
		}
		total := 0.0
		for k := range want {
			for _, g := range each {
				want[k] += (g[k] - mean[k]) * (g[k] - mean[k]) / float64(s.data.N)
			}
			total += want[k]
		}
		for _, chunk := range []int{s.data.N, 2, 10} { // the last one ends with four rows, as many as some matrices have
			s.o.Chunk = chunk
			diag, grad := make([]float64, p), make([]float64, p)
			trace, err := s.o.GradientVariance(diag, grad, s.theta, s.data)
			noError(t, err)
			near(t, name+": diagonal", diag, want, rounding)
			near(t, name+": gradient", grad, mean, rounding)
			equal(t, name+": trace", trace, total, rounding)
		}
	}
}

// TestDirectionalNoise has the covariance S/b: over many draws its entries have mean 0 and the variance of GradientVariance.
func TestDirectionalNoise(t *testing.T) {
	const draws, b = 4000, 2
	s := newSmall[float64](t, tiny, "ce", 6, 1)
	s.o.Chunk = 4
	p := len(s.theta)
	diag, grad, noise := make([]float64, p), make([]float64, p), make([]float64, p)
	_, err := s.o.GradientVariance(diag, grad, s.theta, s.data)
	noError(t, err)
	mean, square := make([]float64, p), make([]float64, p)
	rng := rand.New(rand.NewPCG(1, 2))
	for range draws {
		noError(t, s.o.DirectionalNoise(noise, s.theta, normal(rng, 6), b, s.data))
		for i, x := range noise {
			mean[i] += x / draws
			square[i] += x * x / draws
		}
	}
	for i, v := range diag {
		v /= b
		if math.Abs(mean[i]) > 5*math.Sqrt(v/draws) || math.Abs(square[i]-v) > 5*v*math.Sqrt(2.0/draws) {
			t.Errorf("entry %d: mean %g, variance %g, want 0 and %g", i, mean[i], square[i], v)
		}
	}
	if err := s.o.DirectionalNoise(noise, s.theta, normal(rng, 5), b, s.data); err == nil {
		t.Error("too few numbers ξ give no error")
	}
}
