package curvature_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/graph"
)

var noiseShapes = map[string]curvature.NoiseShape{
	"directional": curvature.Directional, "diagonal": curvature.Diagonal, "isotropic": curvature.Isotropic,
}

// sampleCovariance is g and S from the gradients of every sample by themselves.
func sampleCovariance(t testingT, s small[float64]) (g []float64, cov [][]float64) {
	p, n := len(s.theta), float64(s.data.N)
	g, cov = make([]float64, p), make([][]float64, p)
	for i := range cov {
		cov[i] = make([]float64, p)
	}
	each := make([][]float64, s.data.N)
	for k := range each {
		each[k] = make([]float64, p)
		_, err := s.o.Gradient(each[k], s.theta, s.data.Rows(k, k+1))
		noError(t, err)
		curvature.Axpy(1/n, each[k], g)
	}
	for _, e := range each {
		for i := range cov {
			for j := range cov {
				cov[i][j] += (e[i] - g[i]) * (e[j] - g[j]) / n
			}
		}
	}
	return g, cov
}

func trace(m [][]float64) (sum float64) {
	for i := range m {
		sum += m[i][i]
	}
	return sum
}

// shaped is the covariance that noise of the shape should have, times b.
func shaped(shape curvature.NoiseShape, s [][]float64) [][]float64 {
	if shape == curvature.Directional {
		return s
	}
	c := make([][]float64, len(s))
	for i := range c {
		c[i] = make([]float64, len(s))
		if c[i][i] = s[i][i]; shape == curvature.Isotropic {
			c[i][i] = trace(s) / float64(len(s))
		}
	}
	return c
}

// noiseOf is the ζ of a step from θ, which stays.
func noiseOf(t testingT, d *curvature.NoisyDescent[float64], s small[float64], g []float64, lr float64) []float64 {
	theta := slices.Clone(s.theta)
	_, err := d.Step(theta, s.data)
	noError(t, err)
	for i := range theta {
		theta[i] = (s.theta[i]-theta[i])/lr - g[i]
	}
	return theta
}

// TestDirectionalCovariance: ζ is linear in ξ, so the noises of the n unit vectors ξ tell its covariance without any draw: it is
// S/b, the trace included.
func TestDirectionalCovariance(t *testing.T) {
	const n, b = 7, 3
	s := newSmall[float64](t, tiny, "mse", n, 1)
	_, want := sampleCovariance(t, s)
	p := len(s.theta)
	got, noise := make([]float64, p*p), make([]float64, p)
	for k := range n {
		xi := make([]float64, n)
		xi[k] = 1
		noError(t, s.o.DirectionalNoise(noise, s.theta, xi, b, s.data))
		for i := range p {
			for j := range p {
				got[i*p+j] += noise[i] * noise[j] * b
			}
		}
	}
	near(t, "b·Cov ζ", got, slices.Concat(want...), rounding)
	sum := 0.0
	for i := range p {
		sum += got[i*p+i]
	}
	equal(t, "b·tr Cov ζ", sum, trace(want), rounding)
}

// TestNoiseOfSteps: over many steps from one θ the noise has mean 0 and the covariance of its shape, and that of one step knows nothing
// of the last one's. Every entry is held to 6 standard errors: with 2080 entries, 11 cases and Gaussian errors one in 40 000 such tests
// would fail.
func TestNoiseOfSteps(t *testing.T) {
	const draws, n, b = 3000, 6, 2
	s := newSmall[float64](t, tiny, "mse", n, 1)
	s.o.Chunk = 4
	g, exact := sampleCovariance(t, s)
	loss, _, err := s.o.Loss(s.theta, s.data)
	noError(t, err)
	for name, shape := range noiseShapes {
		want := shaped(shape, exact)
		for _, substeps := range []int{0, 3} { // the noise of K steps at one θ adds up to that of one
			lr := 1e-5 // so small that θ stays: g changes by 1e-5 of itself, 1e-3 of a standard error
			d, err := s.o.NewNoisyDescent(n, curvature.NoiseOptions{Shape: shape, LR: lr, Batch: b, Substeps: substeps, Seed: 5})
			noError(t, err)
			got, err := d.Step(slices.Clone(s.theta), s.data)
			noError(t, err)
			equal(t, name+": loss", got, loss, rounding)
			var noises [][]float64
			for range draws {
				noises = append(noises, noiseOf(t, d, s, g, lr))
			}
			checkMoments(t, fmt.Sprintf("%s, K = %d", name, substeps), noises, want, b)
		}
	}
}

func checkMoments(t *testing.T, name string, noises [][]float64, want [][]float64, b float64) {
	t.Helper()
	draws, squares := float64(len(noises)), 0.0
	for i := range want {
		for j := range want {
			squares += want[i][j] * want[i][j] / b / b
		}
		sum := 0.0
		for _, z := range noises {
			sum += z[i] / draws
		}
		if limit := 6 * math.Sqrt(want[i][i]/b/draws); !(math.Abs(sum) <= limit) {
			t.Errorf("%s: the mean of entry %d is %g, allowed %g", name, i, sum, limit)
		}
		for j := range i + 1 {
			sum := 0.0
			for _, z := range noises {
				sum += z[i] * z[j] / draws
			}
			c := want[i][j] / b
			if limit := 6 * math.Sqrt((want[i][i]*want[j][j]/b/b+c*c)/draws); !(math.Abs(sum-c) <= limit) {
				t.Errorf("%s: the covariance of entries %d and %d is %g, want %g ± %g", name, i, j, sum, c, limit)
			}
		}
	}
	successive := 0.0
	for k := range noises[1:] {
		successive += curvature.Dot(noises[k], noises[k+1]) / draws
	}
	if limit := 6 * math.Sqrt(squares/draws); math.Abs(successive) > limit {
		t.Errorf("%s: noises of successive steps have the mean product %g, allowed %g", name, successive, limit)
	}
}

// TestTracesAgree: diagonal and isotropic noise of one seed are the same normals times their deviations, so the squared ratios tell
// the ratio of their variances exactly: those of the diagonal average to the isotropic one.
func TestTracesAgree(t *testing.T) {
	s := newSmall[float64](t, tiny, "ce", 6, 1)
	g, exact := sampleCovariance(t, s)
	noise := map[string][]float64{}
	for name, shape := range noiseShapes {
		d, err := s.o.NewNoisyDescent(6, curvature.NoiseOptions{Shape: shape, LR: 1, Batch: 2, Seed: 5})
		noError(t, err)
		noise[name] = noiseOf(t, d, s, g, 1)
	}
	mean := trace(exact) / float64(len(g))
	var got, want []float64
	for i := range g {
		ratio := noise["diagonal"][i] / noise["isotropic"][i]
		got, want = append(got, ratio*ratio), append(want, exact[i][i]/mean)
	}
	near(t, "ratios of variances", got, want, 1e-9) // an entry's noise is what is left of a step of order 1
}

// TestIdenticalSamplesHaveNoNoise, and neither have distinct samples of a batch of all: the weights of directional noise sum to 1.
func TestIdenticalSamplesHaveNoNoise(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	same := s
	same.data = s.data.Gather(curvature.Data[float64]{}, []int{2, 2, 2, 2, 2, 2})
	for name, shape := range noiseShapes {
		for k, test := range []struct {
			s   small[float64]
			opt curvature.NoiseOptions
		}{
			{same, curvature.NoiseOptions{Shape: shape, LR: 0.1, Batch: 2}},
			{s, curvature.NoiseOptions{Shape: shape, LR: 0.1, Batch: 6, Distinct: true}},
		} {
			d, err := s.o.NewNoisyDescent(6, test.opt)
			noError(t, err)
			g := make([]float64, len(s.theta))
			_, err = s.o.Gradient(g, s.theta, test.s.data)
			noError(t, err)
			zero := noiseOf(t, d, test.s, g, 0.1)
			for i := range zero {
				zero[i] += g[i]
			}
			near(t, fmt.Sprintf("%s, case %d", name, k), zero, g, 1e-6) // a variance of 0 is computed to 1e-16 of g²
		}
	}
}

// TestDistinctFactor: √((n−b)/(n−1)) times the noise with replacement.
func TestDistinctFactor(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	g, _ := sampleCovariance(t, s)
	for name, shape := range noiseShapes {
		var noise [2][]float64
		for k := range noise {
			d, err := s.o.NewNoisyDescent(6, curvature.NoiseOptions{Shape: shape, LR: 0.5, Batch: 4, Seed: 3, Distinct: k == 1})
			noError(t, err)
			noise[k] = noiseOf(t, d, s, g, 0.5)
		}
		for i := range g {
			noise[0][i] *= math.Sqrt(2.0 / 5)
		}
		near(t, name, noise[1], noise[0], 1e-12)
	}
}

// TestNoisyDescentContinues: a descent given another's state takes its very steps; another seed goes elsewhere.
func TestNoisyDescentContinues(t *testing.T) {
	testNoisyDescentContinues[float32](t)
	testNoisyDescentContinues[float64](t)
}

func testNoisyDescentContinues[T graph.Float](t *testing.T) {
	for name, shape := range noiseShapes {
		a := newSmall[T](t, tiny, "mse", 12, 5)
		a.o.Chunk = 5
		other := slices.Clone(a.theta)
		descent := func(seed uint64) *curvature.NoisyDescent[T] {
			d, err := a.o.NewNoisyDescent(12, curvature.NoiseOptions{Shape: shape, LR: 0.02, Batch: 3, Substeps: 2, Seed: seed})
			noError(t, err)
			return d
		}
		step := func(d *curvature.NoisyDescent[T], theta []T) {
			_, err := d.Step(theta, a.data)
			noError(t, err)
		}
		first, second, third := descent(7), descent(7), descent(8)
		for range 3 {
			step(first, a.theta)
			step(third, other)
		}
		if slices.Equal(a.theta, other) {
			t.Errorf("%s: two seeds give the same steps", name)
		}
		b := slices.Clone(a.theta)
		noError(t, second.Restore(first.State()))
		for range 3 {
			step(first, a.theta)
			step(second, b)
		}
		if !slices.Equal(a.theta, b) || second.State().Steps != 6 {
			t.Errorf("%s: a restored %T goes elsewhere", name, *new(T))
		}
	}
}

// TestNoisyDescentAllocatesNothing after the first step, with and without the short cut of GradientVariance.
func TestNoisyDescentAllocatesNothing(t *testing.T) {
	for network, s := range everyModel(t, "mse") {
		s.o.Chunk = 3
		for name, shape := range noiseShapes {
			d, err := s.o.NewNoisyDescent(s.data.N, curvature.NoiseOptions{Shape: shape, LR: 1e-6, Batch: 2})
			noError(t, err)
			step := func() {
				if _, err := d.Step(s.theta, s.data); err != nil {
					t.Fatal(err)
				}
			}
			step()
			if n := testing.AllocsPerRun(5, step); n > 0 {
				t.Errorf("%s on %s: %g allocations a step", name, network, n)
			}
		}
	}
}

func TestNoisyDescentRefuses(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	for _, b := range []int{0, 7} {
		if _, err := s.o.NewNoisyDescent(6, curvature.NoiseOptions{Batch: b}); err == nil {
			t.Errorf("batches of %d out of 6 samples give no error", b)
		}
	}
	d, err := s.o.NewNoisyDescent(6, curvature.NoiseOptions{Batch: 2})
	noError(t, err)
	if _, err := d.Step(s.theta, s.data.Rows(0, 2)); err == nil {
		t.Error("a mini-batch in place of all samples gives no error")
	}
	if _, err := s.o.WeightedGradient(s.theta, s.theta, make([]float64, 5), s.data); err == nil {
		t.Error("too few weights give no error")
	}
}
