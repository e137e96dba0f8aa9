package curvature

import (
	"math"
	"slices"
	"testing"
)

// TestDrawsAreUniform: every sample comes equally often (within five standard deviations of 30000·b/n), without repeats in a
// distinct batch and with the repeats of independent draws in the other; an epoch uses each sample once.
func TestDrawsAreUniform(t *testing.T) {
	const n, b, draws = 7, 3, 30000
	for _, scheme := range []Scheme{Distinct, Replacement} {
		d := Sampling{Batch: b, Scheme: scheme, Seed: 4}.batches(n)
		count, repeats := make([]int, n), 0
		for range draws {
			idx := slices.Clone(d.next())
			for _, i := range idx {
				count[i]++
			}
			slices.Sort(idx)
			if len(slices.Compact(idx)) < b {
				repeats++
			}
		}
		for i, c := range count {
			if math.Abs(float64(c)-draws*b/n) > 5*math.Sqrt(draws*b/n) {
				t.Errorf("scheme %d: sample %d comes %d times, want about %d", scheme, i, c, draws*b/n)
			}
		}
		want := map[Scheme]float64{Distinct: 0, Replacement: draws * (1 - 6.0/7*5/7)}[scheme]
		if math.Abs(float64(repeats)-want) > 5*math.Sqrt(want) {
			t.Errorf("scheme %d: %d batches with repeats, want about %.0f", scheme, repeats, want)
		}
	}
	s := Sampling{Batch: b, Scheme: Epoch, Seed: 4}
	d, seen := s.batches(n), map[int]bool{}
	for range s.most(n) {
		for _, i := range d.next() {
			seen[i] = true
		}
	}
	if len(seen) != n/b*b {
		t.Errorf("an epoch uses %d samples, want %d", len(seen), n/b*b)
	}
}

// TestStreamsDiffer: what one seed draws for one purpose has nothing to do with what it draws for another.
func TestStreamsDiffer(t *testing.T) {
	streams := []uint64{streamBatches, streamLanczos, streamNoise, streamProbes}
	slices.Sort(streams)
	if n := len(slices.Compact(streams)); n != 4 {
		t.Errorf("%d streams, want 4", n)
	}
}
