package study

import (
	"fmt"
	"math"
	"slices"

	"eoss/experiments"
	"eoss/internal/fit"
	"eoss/plots"
)

// CountSeeds says of how many seeds a number is.
func CountSeeds(n int) string {
	if n == 1 {
		return "1 seed"
	}
	return fmt.Sprintf("%d seeds", n)
}

// Span is the range of some numbers, in the words of text.
func Span(numbers []float64, text func(float64) string) string {
	lo, hi := text(slices.Min(numbers)), text(slices.Max(numbers))
	if lo == hi {
		return lo
	}
	return lo + " to " + hi
}

// StepsOf is the range of the steps that runs are to take.
func StepsOf(runs []Run) string {
	var steps []float64
	for _, r := range runs {
		steps = append(steps, r.Variables.Number("EOSS_STEPS"))
	}
	return Span(steps, plots.PlainNumber)
}

// TwoDigits is a number as notes give it.
func TwoDigits(x float64) string { return fmt.Sprintf("%.2g", x) }

// Trend says of how many seeds a number is, and how many of their runs had not come to rest.
func (r *Results) Trend(name string, runs ...Run) (string, error) {
	moving, err := r.Moving(name, runs...)
	return CountSeeds(len(runs)) + moving, err
}

// Moving says how many of the runs had not come to rest: their quantity still rose or fell in the last quarter. It is "" if all had.
func (r *Results) Moving(name string, runs ...Run) (note string, err error) {
	var directions []experiments.Direction
	for _, run := range runs {
		p, err := r.Plateau(run, name)
		if err != nil {
			return "", err
		}
		directions = append(directions, p.Direction)
	}
	return StillMoving(directions), nil
}

// StillMoving says how many of the directions of plateaus are not steady. It is "" if all are.
func StillMoving(directions []experiments.Direction) (note string) {
	for _, d := range []experiments.Direction{experiments.Rising, experiments.Falling} {
		n := 0
		for _, x := range directions {
			if x == d {
				n++
			}
		}
		switch {
		case n > 0 && len(directions) == 1:
			note += ", still " + string(d)
		case n > 0:
			note += fmt.Sprintf(", %d still %s", n, d)
		}
	}
	return note
}

// OverSeeds is the mean of the values that runs with different seeds gave, with its 95 % interval by Student's t: it holds
// what one run's interval does not know of, the initial weights and the order of batches. One run keeps its interval.
func OverSeeds(values []experiments.Interval) experiments.Interval {
	if len(values) == 1 {
		return values[0]
	}
	var x []float64
	for _, v := range values {
		x = append(x, float64(v.Value))
	}
	mean, half := fit.Mean(x)
	return experiments.Interval{Value: experiments.Real(mean), Lo: experiments.Real(mean - half), Hi: experiments.Real(mean + half)}
}

// Difference is a − b of the same seeds, pair by pair. Within a pair the errors count as independent.
func Difference(a, b []experiments.Interval) (d []experiments.Interval) {
	for i := range a {
		half := math.Hypot(float64(a[i].Hi-a[i].Lo), float64(b[i].Hi-b[i].Lo)) / 2
		x := float64(a[i].Value - b[i].Value)
		d = append(d, experiments.Interval{Value: experiments.Real(x), Lo: experiments.Real(x - half), Hi: experiments.Real(x + half)})
	}
	return d
}

// Ratios are the plateaus of a quantity in units of 2/η, run by run. One that did not come to a plateau, because it diverged, is
// an error.
func (r *Results) Ratios(name string, runs ...Run) (list []experiments.Interval, err error) {
	for _, run := range runs {
		p, err := r.Plateau(run, name)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Ratio)
	}
	return list, nil
}
