package fit

import (
	"math"
	"math/rand/v2"
	"testing"
)

// covered reports the share of trials in which draw says that its interval holds the truth.
func covered(t *testing.T, name string, trials int, draw func(*rand.Rand) (Interval, float64)) float64 {
	t.Helper()
	hits := 0
	for k := range trials {
		interval, truth := draw(rand.New(rand.NewPCG(uint64(k), 11)))
		if interval.Lo <= truth && truth <= interval.Hi {
			hits++
		}
	}
	share := float64(hits) / float64(trials)
	t.Logf("%s: 95 %% intervals held the truth in %.1f %% of %d trials", name, 100*share, trials)
	return share
}

func must[T any](t *testing.T, fit T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return fit
}

// Exact intervals must cover 95 %; 2000 trials have a standard error of 0.5 %.
func TestExactIntervalsCover(t *testing.T) {
	line := func(pick func(LineFit) Interval, truth float64) func(*rand.Rand) (Interval, float64) {
		return func(rng *rand.Rand) (Interval, float64) {
			var x, y, w []float64
			for i := range 6 {
				sigma := 1 + float64(i)
				x, w = append(x, float64(i*i)), append(w, 1/(sigma*sigma))
				y = append(y, 3-2*x[i]+sigma*rng.NormFloat64())
			}
			fit, err := Line(x, y, w)
			return pick(must(t, fit, err)), truth
		}
	}
	for name, draw := range map[string]func(*rand.Rand) (Interval, float64){
		"mean of three": func(rng *rand.Rand) (Interval, float64) {
			i, err := MeanCI([]float64{5 + rng.NormFloat64(), 5 + rng.NormFloat64(), 5 + rng.NormFloat64()})
			return must(t, i, err), 5
		},
		"slope":     line(func(f LineFit) Interval { return f.Slope }, -2),
		"intercept": line(func(f LineFit) Interval { return f.Intercept }, 3),
	} {
		if share := covered(t, name, 2000, draw); math.Abs(share-0.95) > 0.02 {
			t.Errorf("%s: %.3f", name, share)
		}
	}
}

// Where each seed has its own slope and level, the pooled interval alone would be far too narrow; the one reported is not.
func TestPowerLawCoversCorrelatedSeeds(t *testing.T) {
	fits := func(rng *rand.Rand) PowerFit {
		var points []Point
		for seed := range 3 {
			level, slope := 0.05*rng.NormFloat64(), -0.7+0.05*rng.NormFloat64()
			for x := 8.0; x < 130; x *= 1.3 {
				points = append(points, Point{x, math.Exp(level + slope*math.Log(x) + 0.03*rng.NormFloat64()), seed})
			}
		}
		fit, err := PowerLaw(points)
		return must(t, fit, err)
	}
	const trials = 600 // a standard error of 0.9 %
	share := covered(t, "exponent", trials, func(rng *rand.Rand) (Interval, float64) { return fits(rng).Exponent, -0.7 })
	if share < 0.92 {
		t.Errorf("the exponent's interval covers %.3f", share)
	}
	pooled := covered(t, "pooled", trials, func(rng *rand.Rand) (Interval, float64) { return fits(rng).Pooled.Slope, -0.7 })
	if pooled > 0.9 {
		t.Errorf("the pooled interval covers %.3f, so that this test says nothing", pooled)
	}
}

// So it is with straight lines.
func TestLineOverSeedsCovers(t *testing.T) {
	share := covered(t, "slope over seeds", 600, func(rng *rand.Rand) (Interval, float64) {
		var points []Point
		for seed := range 3 {
			level, slope := rng.NormFloat64(), 2+0.3*rng.NormFloat64()
			for x := range 10 {
				points = append(points, Point{float64(x), level + slope*float64(x) + 0.2*rng.NormFloat64(), seed})
			}
		}
		fit, err := LineOverSeeds(points)
		return must(t, fit, err).Slope, 2
	})
	if share < 0.92 {
		t.Errorf("the slope's interval covers %.3f", share)
	}
}

// The breakpoint's and the slopes' intervals are approximate.
func TestBreakpointCovers(t *testing.T) {
	pick := func(noise float64, from func(BreakFit) Interval, truth float64) func(*rand.Rand) (Interval, float64) {
		return func(rng *rand.Rand) (Interval, float64) {
			fit, err := Breakpoint(bentPoints(rng, noise, 0.3))
			return from(must(t, fit, err)), truth
		}
	}
	at := func(f BreakFit) Interval { return f.At }
	for name, draw := range map[string]func(*rand.Rand) (Interval, float64){
		"breakpoint":             pick(0.1, at, 100),
		"breakpoint, more noise": pick(0.25, at, 100),
		"slope before":           pick(0.1, func(f BreakFit) Interval { return f.Before }, 0.5),
		"slope after":            pick(0.1, func(f BreakFit) Interval { return f.After }, 0.1),
	} {
		if share := covered(t, name, 400, draw); math.Abs(share-0.95) > 0.03 { // a standard error of 1.1 %
			t.Errorf("%s: %.3f", name, share)
		}
	}
}
