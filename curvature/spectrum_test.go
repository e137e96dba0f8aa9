package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
)

// traces returns tr A and tr A².
func traces(values []float64) (first, second float64) {
	for _, v := range values {
		first += v
		second += v * v
	}
	return
}

// TestTrace: on a diagonal matrix one probe is exact; on a dense one 500 intervals cover the trace.
func TestTrace(t *testing.T) {
	values := geometric(60, 10, 0.9)
	exact, _ := traces(values)
	diagonal := known[float64]{values, make([]float64, 60)}
	e, err := curvature.Trace(diagonal, curvature.TraceOptions{})
	noError(t, err)
	equal(t, "trace of a diagonal matrix", e.Mean, exact, rounding)
	if e.N != 8 || !e.Converged || e.StdErr > rounding*exact {
		t.Errorf("%d probes, standard error %g", e.N, e.StdErr)
	}
	hits, probes := coverage{}, map[int]int{}
	for seed := range uint64(coverageSeeds) {
		e, err := curvature.Trace(newKnown[float64](values...), curvature.TraceOptions{Seed: seed, RelErr: 0.01, MinProbes: 32, MaxProbes: 400})
		noError(t, err)
		hits.add("trace", e.Estimate, exact)
		probes[e.N]++
	}
	hits.check(t)
	if len(probes) < 4 {
		t.Errorf("the stopping rule was not at work: %v", probes)
	}
}

// TestTraceOptions: another stream takes other probes, and a stop that any probe allows waits for MinProbes.
func TestTraceOptions(t *testing.T) {
	a := newKnown[float64](geometric(60, 10, 0.9)...)
	trace := func(stream uint64) curvature.TraceEstimate {
		e, err := curvature.Trace(a, curvature.TraceOptions{RelErr: 1, MinProbes: 40, Stream: stream})
		noError(t, err)
		return e
	}
	first := trace(1)
	if first.N != 40 || !first.Converged {
		t.Errorf("%d probes, converged %v", first.N, first.Converged)
	}
	if trace(1).Mean != first.Mean || trace(2).Mean == first.Mean {
		t.Error("the stream does not tell estimates apart")
	}
}

// TestTraceIsHonest: a trace near zero cannot be had to a relative error, and says so; the standard error is that of the
// formula, variance 2 Σ_{i≠j} a_ij².
func TestTraceIsHonest(t *testing.T) {
	a := newKnown[float64](1, -1, 2, -2, 3, -3, 0.5, -0.5)
	e, err := curvature.Trace(a, curvature.TraceOptions{MaxProbes: 4000})
	noError(t, err)
	variance := 0.0
	for i, row := range dense(a) {
		for j, x := range row {
			if i != j {
				variance += 2 * x * x
			}
		}
	}
	equal(t, "standard error", e.StdErr, math.Sqrt(variance/4000), 0.1) // 4000 draws give it to 3 %
	if e.Converged || e.N != 4000 || math.Abs(e.Mean) > 4*e.StdErr {
		t.Errorf("trace %g ± %g after %d probes, converged %v; it is 0", e.Mean, e.StdErr, e.N, e.Converged)
	}
	if _, err := curvature.Trace(a, curvature.TraceOptions{MaxProbes: 1}); err == nil {
		t.Error("one probe gives no error")
	}
}

// TestSpectralDensity: with as many steps as dimensions the quadrature is exact for each probe, so that the mean over the probes
// is the smoothed spectrum within its error; its moments are the matrix's.
func TestSpectralDensity(t *testing.T) {
	values := append([]float64{9, 5}, geometric(58, 1, 0.9)...)
	first, second := traces(values)
	d, err := curvature.SpectralDensity(newKnown[float64](values...), curvature.DensityOptions{Probes: 100, Width: 0.02})
	noError(t, err)
	if d.Products != 100*60 { // 80 steps in dimension 60
		t.Errorf("%d products", d.Products)
	}
	for k, want := range []float64{first / 60, second / 60} {
		if e := d.Moments[k]; math.Abs(e.Mean-want) > 4*e.StdErr || e.StdErr > 0.2*want {
			t.Errorf("moment %d: %g ± %g, want %g", k+1, e.Mean, e.StdErr, want)
		}
	}
	dx, mass, mean, square := d.Grid[1]-d.Grid[0], 0.0, 0.0, 0.0
	for i, x := range d.Grid {
		want := 0.0
		for _, v := range values {
			z := (x - v) / d.Width
			want += math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / d.Width / 60
		}
		if math.Abs(d.Value[i]-want) > 5*d.StdErr[i]+1e-9 {
			t.Fatalf("density at %.3f: %g ± %g, want %g", x, d.Value[i], d.StdErr[i], want)
		}
		mass += d.Value[i] * dx
		mean += d.Value[i] * x * dx
		square += d.Value[i] * x * x * dx
	}
	equal(t, "∫ρ", mass, 1, 1e-5) // five σ at either end leave out 6e-7
	equal(t, "∫λρ", mean, d.Moments[0].Mean, 1e-4)
	equal(t, "∫λ²ρ", square, d.Moments[1].Mean+d.Width*d.Width, 1e-4)
}

// TestSpectralDensityInFewSteps still reproduces the moments below the degree of the quadrature, and the two eigenvalues that
// stand out; a multiple of the identity is one peak.
func TestSpectralDensityInFewSteps(t *testing.T) {
	values := append([]float64{9, 5}, geometric(298, 1, 0.97)...)
	first, _ := traces(values)
	d, err := curvature.SpectralDensity(newKnown[float32](values...), curvature.DensityOptions{Probes: 50, Steps: 12})
	noError(t, err)
	if e := d.Moments[0]; math.Abs(e.Mean-first/300) > 4*e.StdErr {
		t.Errorf("first moment %g ± %g, want %g", e.Mean, e.StdErr, first/300)
	}
	equal(t, "last point", d.Grid[len(d.Grid)-1], 9+5*d.Width, 1e-4)
	one, err := curvature.SpectralDensity(newKnown[float64](2, 2, 2, 2, 2), curvature.DensityOptions{})
	noError(t, err)
	equal(t, "moment of 2I", one.Moments[0].Mean, 2, rounding)
	for name, opt := range map[string]curvature.DensityOptions{"one probe": {Probes: 1}, "a coarse grid": {Points: 50}} {
		if _, err := curvature.SpectralDensity(newKnown[float64](values...), opt); err == nil {
			t.Errorf("%s gives no error", name)
		}
	}
	if _, err := curvature.SpectralDensity(broken{9, func([]float64) float64 { return math.NaN() }}, curvature.DensityOptions{}); err == nil {
		t.Error("an operator that returns NaN gives no error")
	}
}
