package data

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestImagesWidenExactly(t *testing.T) {
	s := &Set{Shape: []int{1, 1, 2}, Classes: 2, X: []float32{0.1, -3, 1e-40, 7}, Labels: []int{1, 0}}
	if x := Images[float32](s); &x[0] != &s.X[0] {
		t.Error("the float32 images are a copy")
	}
	for i, v := range Images[float64](s) {
		if v != float64(s.X[i]) {
			t.Errorf("value %d: %v, want %v", i, v, float64(s.X[i]))
		}
	}
}

func TestOneHot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(1, 12).Draw(t, "classes")
		labels := rapid.SliceOf(rapid.IntRange(0, classes-1)).Draw(t, "labels")
		y := OneHot[float64](&Set{Classes: classes, Labels: labels})
		if len(y) != len(labels)*classes {
			t.Fatalf("%d targets for %d samples of %d classes", len(y), len(labels), classes)
		}
		for i, label := range labels {
			row := make([]float64, classes)
			row[label] = 1
			if got := y[i*classes : (i+1)*classes]; !slices.Equal(got, row) {
				t.Fatalf("row %d: %v, want %v", i, got, row)
			}
		}
	})
}

func TestChecksumIsTheDocumentedOne(t *testing.T) {
	s := &Set{Shape: []int{1, 1, 1}, X: []float32{1, -2}, Labels: []int{3, 258}}
	bytes := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 3, 0, 0, 0, 2, 1, 0, 0}
	if got, want := s.Checksum(), fmt.Sprintf("%x", sha256.Sum256(bytes)); got != want {
		t.Errorf("checksum %s, want %s", got, want)
	}
}

func TestSubset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 500).Draw(t, "total")
		n := rapid.IntRange(0, total).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		all, some := subset(total, total, seed), subset(total, n, seed)
		if !slices.Equal(some, all[:n]) {
			t.Fatalf("%d of %d are not a prefix of all", n, total)
		}
		slices.Sort(all)
		for i, v := range all {
			if v != i {
				t.Fatalf("not a permutation: %d stands at rank %d", v, i)
			}
		}
	})
}

// The order is part of a run's numbers: a change of scheme must be seen.
func TestSubsetIsPinned(t *testing.T) {
	for seed, want := range [][]int{{17824, 28825, 19860, 29496, 23163}, {34333, 19555, 19087, 43916, 205}} {
		if got := subset(50000, 5, uint64(seed)); !slices.Equal(got, want) {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
	}
}
