package study

import (
	"slices"
	"testing"

	"eoss/experiments"
)

// TestDigits: three digits, but for a number whose rounding would hide on which side of a limit it lies.
func TestDigits(t *testing.T) {
	for _, c := range []struct {
		expected      string
		value, lo, hi experiments.Real
		want          string
	}{
		{"0.9 to 1.15", 1.152, 1.12, 1.184, "1.152 [1.12, 1.18]"},
		{"0.9 to 1.15", 1.147, 1.104, 1.19, "1.147 [1.1, 1.19]"},
		{"0.9 to 1.15", 1.1496, 1.1, 1.15, "1.1496 [1.1, 1.15]"},
		{"1 to 1.3", 0.9544, 0.905, 1.0034, "0.954 [0.905, 1.003]"},
		{"0.33 ± 0.05", 0.339, 0.301, 0.3804, "0.339 [0.301, 0.3804]"},
		{"−1.15 to −0.85", -0.8503, -0.9, -0.8497, "-0.8503 [-0.9, -0.8497]"},
		{"above 0", 0.01468, -0.1691, 0.198, "0.0147 [-0.169, 0.198]"},
		{"1.2195 ± 1e-09", 1.2195122, 0, 0, "1.22"}, {"0.08456 ± 1e-14", 0.08456, 0, 0, "0.0846"}, {"0.35808", 0.35812, 0, 0, "0.358"},
		{"reported", 1.1524, 0, 0, "1.15"},
	} {
		r := Row{Expected: c.expected, Measured: experiments.Interval{Value: c.value, Lo: c.lo, Hi: c.hi}}
		if got := r.measured(); got != c.want {
			t.Errorf("expected %s: %s, not %s", c.expected, got, c.want)
		}
	}
	if got := limits("16 to 64, half to twice that of the peak"); !slices.Equal(got, []float64{16, 64}) {
		t.Errorf("%v", got)
	}
	if got := limits("0.33 ± 0.05"); !slices.Equal(got, []float64{0.28, 0.38}) {
		t.Errorf("%v", got)
	}
}
