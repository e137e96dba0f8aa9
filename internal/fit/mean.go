package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// Mean is the mean of independent values with the half width of Student's interval,
//
//	v̄ ± t(k−1) · s / √k,   s² = Σ (v − v̄)² / (k − 1),
//
// which is NaN for fewer than two values.
func Mean(values []float64) (mean, half float64) {
	mean, deviation := stat.MeanStdDev(values, nil)
	k := float64(len(values))
	if k < 2 {
		return mean, math.NaN()
	}
	return mean, Student(k-1) * deviation / math.Sqrt(k)
}

// MeanCI is [Mean] of values of different seeds. It is an error when there are fewer than two, or when one is not finite.
func MeanCI(values []float64) (Interval, error) {
	if len(values) < 2 {
		return Interval{}, fmt.Errorf("a mean of %d values has no interval: give two seeds or more", len(values))
	}
	if err := finite("values", values); err != nil {
		return Interval{}, err
	}
	mean, half := Mean(values)
	return Interval{mean, mean - half, mean + half}, nil
}
