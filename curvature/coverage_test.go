package curvature_test

import (
	"testing"

	"eoss/curvature"
)

const coverageSeeds = 500

// coverage counts how often the 95 % interval covers the exact value.
type coverage map[string]int

func (c coverage) add(name string, e curvature.Estimate, exact float64) {
	lo, hi := e.CI95()
	if lo <= exact && exact <= hi {
		c[name]++
	} else {
		c[name] += 0
	}
}

// check wants 90 %: a few points are lost because the distributions are skewed and the rule looks at what it stops.
func (c coverage) check(t *testing.T) {
	t.Helper()
	for name, n := range c {
		t.Logf("%s: %.1f %%", name, 100*float64(n)/coverageSeeds)
		if n < coverageSeeds*9/10 {
			t.Errorf("%s: the interval covers the exact value %d times of %d", name, n, coverageSeeds)
		}
	}
}

// TestCoverage: over 500 seeds the 95 % interval of an estimate that stops by its own rule, after 32 batches at least,
// covers the exact value, enumerated over all batches, at least 90 % of the time.
func TestCoverage(t *testing.T) {
	const b = 3
	for _, c := range []struct {
		network uint64
		relErr  float64 // stops between 32 and 200 batches
	}{{1, 0.2}, {3, 0.1}, {4, 0.07}} {
		s := newSmall[float64](t, tiny, "mse", 9, c.network)
		ratio, mean, gg := exactSharpness(t, s, b)
		p, hits, lengths := s.o.NewProbe(), coverage{}, map[int]int{}
		for seed := range uint64(coverageSeeds) {
			e, err := p.BatchSharpness(s.theta, s.data,
				curvature.Sampling{Batch: b, Seed: seed, RelErr: c.relErr, MinBatches: 32, MaxBatches: 1000})
			noError(t, err)
			hits.add("Definition 1", e.Ratio, ratio)
			hits.add("mean of ratios", e.MeanRatio, mean)
			hits.add("E‖g_B‖²", e.GG, gg)
			lengths[e.Batches]++
		}
		hits.check(t)
		if len(lengths) < 4 {
			t.Errorf("the stopping rule was not at work: %v", lengths)
		}
	}
}
