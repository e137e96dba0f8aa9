package study

import (
	"slices"
	"testing"

	"eoss/experiments"
)

// TestDigits: three digits, but for a number whose rounding would hide on which side of a limit it lies.
func TestDigits(t *testing.T) {
	edge, zero, reported := Between(0.9, 1.15), Above(0), Range{Words: "reported"}
	for _, c := range []struct {
		expected      Range
		value, lo, hi experiments.Real
		want          string
	}{
		{edge, 1.152, 1.12, 1.184, "1.152 [1.12, 1.18]"},
		{edge, 1.147, 1.104, 1.19, "1.147 [1.1, 1.19]"},
		{edge, 1.1496, 1.1, 1.15, "1.1496 [1.1, 1.15]"},
		{Between(1, 1.3), 0.9544, 0.905, 1.0034, "0.954 [0.905, 1.003]"},
		{Around(0.33, 0.05), 0.339, 0.301, 0.3804, "0.339 [0.301, 0.3804]"},
		{Between(-1.15, -0.85), -0.8503, -0.9, -0.8497, "-0.8503 [-0.9, -0.8497]"},
		{zero, 0.01468, -0.1691, 0.198, "0.0147 [-0.169, 0.198]"},
		{Around(1.2195, 1e-9), 1.2195122, 0, 0, "1.22"}, {Around(0.08456, 1e-14), 0.08456, 0, 0, "0.0846"}, {reported, 1.1524, 0, 0, "1.15"},
	} {
		r := Row{Measured: experiments.Interval{Value: c.value, Lo: c.lo, Hi: c.hi}}.In(c.expected)
		if got := r.measured(); got != c.want {
			t.Errorf("expected %s: %s, not %s", c.expected.Words, got, c.want)
		}
	}
}

// TestRanges: their words and ends.
func TestRanges(t *testing.T) {
	for _, c := range []struct {
		x    Range
		want string
		ends []float64
	}{
		{Between(-1.15, -0.85), "−1.15 to −0.85", []float64{-1.15, -0.85}}, {Around(-0.7, 0.15), "−0.7 ± 0.15", []float64{-0.85, -0.55}},
		{Around(0.33, 0.05), "0.33 ± 0.05", []float64{0.28, 0.38}}, {Above(0), "above 0", []float64{0}}, {Below(0.95), "below 0.95", []float64{0.95}},
		{Around(0.08456, 1e-14), "0.08456 ± 1e−14", nil}, {Around(2.950625, 1e-9), "2.950625 ± 1e−09", nil},
	} {
		if c.x.Words != c.want || !slices.Equal(c.x.Limits(), c.ends) {
			t.Errorf("%q with ends %v, not %q with %v", c.x.Words, c.x.Limits(), c.want, c.ends)
		}
	}
}
