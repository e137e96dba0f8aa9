package experiments

import (
	"math"
	"slices"
	"testing"
)

// TestReplacementSampler: a batch is a function of seed and step, and each of its places holds every sample equally often, whatever the
// other places hold: χ² of the samples, and of pairs within a batch and across a step, within 5 standard deviations (√(2k) for k
// degrees of freedom).
func TestReplacementSampler(t *testing.T) {
	const n, b, steps = 7, 3, 20000
	s := Sampler{N: n, B: b, Seed: 3, Replacement: true}
	single, within, across := make([]float64, n), make([]float64, n*n), make([]float64, n*n)
	last := []int{0, 0, 0}
	for step := range steps {
		batch := s.Batch(step)
		for _, i := range batch {
			single[i]++
		}
		within[batch[0]*n+batch[2]]++
		across[last[1]*n+batch[1]]++
		copy(last, batch)
	}
	for name, counts := range map[string][]float64{"samples": single, "pairs in a batch": within, "pairs of successive batches": across} {
		total, chi2, k := 0.0, 0.0, float64(len(counts)-1)
		for _, c := range counts {
			total += c
		}
		for _, c := range counts {
			expected := total / float64(len(counts))
			chi2 += (c - expected) * (c - expected) / expected
		}
		if math.Abs(chi2-k) > 5*math.Sqrt(2*k) {
			t.Errorf("%s: χ² = %.1f with %g degrees of freedom", name, chi2, k)
		}
	}
	again, other := Sampler{N: n, B: b, Seed: 3, Replacement: true}, Sampler{N: n, B: b, Seed: 4, Replacement: true}
	differ := 0
	for step := steps - 1; step >= steps-50; step-- { // in another order
		if !slices.Equal(again.Batch(step), s.Batch(step)) {
			t.Errorf("step %d has another batch", step)
		}
		if !slices.Equal(other.Batch(step), s.Batch(step)) {
			differ++
		}
	}
	if differ < 45 {
		t.Errorf("another seed gives %d of 50 batches anew", differ)
	}
	if allocs := testing.AllocsPerRun(20, func() { s.Batch(5) }); allocs > 0 {
		t.Errorf("%g allocations a batch", allocs)
	}
}
