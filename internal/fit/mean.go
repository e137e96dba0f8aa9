package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// MeanCI is the mean of independent values, one a seed, with Student's interval
//
//	v̄ ± t(k−1) · s / √k,   s² = Σ (v − v̄)² / (k − 1).
//
// It is an error when there are fewer than two, or when one is not finite.
func MeanCI(values []float64) (Interval, error) {
	if len(values) < 2 {
		return Interval{}, fmt.Errorf("a mean of %d values has no interval: give two seeds or more", len(values))
	}
	if err := finite("values", values); err != nil {
		return Interval{}, err
	}
	mean, deviation := stat.MeanStdDev(values, nil)
	k := float64(len(values))
	return around(mean, deviation/math.Sqrt(k), k-1), nil
}
