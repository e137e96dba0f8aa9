package plots

import (
	"math"
	"slices"

	"eoss/internal/record"
)

// point is one measurement y ± e at step x, all finite.
type point struct{ x, y, e float64 }

// largest is the largest value that is drawn and 1/largest the smallest on a
// logarithmic axis: what lies beyond has diverged or vanished, and differences
// and ratios of such numbers overflow.
const largest = 1e100

// drawable cuts a series into stretches without gaps. A value that is NaN,
// infinite or beyond largest, or on a logarithmic axis not positive, makes a
// gap; a standard error that is not a finite positive number counts as 0.
func drawable(s record.Series, log bool) [][]point {
	var stretches [][]point
	open := false
	for i, step := range s.Steps {
		y, e := s.Values[i], s.StdErrs[i]
		if !(math.Abs(y) <= largest) || log && y < 1/largest {
			open = false
			continue
		}
		if !(e > 0 && e <= largest) {
			e = 0
		}
		if !open {
			stretches = append(stretches, nil)
			open = true
		}
		last := &stretches[len(stretches)-1]
		*last = append(*last, point{float64(step), y, e})
	}
	return stretches
}

// thin keeps at most about limit points. It cuts the sequence into groups and
// keeps of each its lowest and highest point and each points spread evenly
// over it, so that spikes and the envelope stay. With each = 2 that is the
// first, last, lowest and highest point of every group, which leaves a line
// looking as it was.
func thin(points []point, limit, each int) []point {
	groups := max(1, limit/(each+2))
	if len(points) <= groups*(each+2) {
		return points
	}
	kept := make([]point, 0, groups*(each+2))
	for g := range groups {
		group := points[g*len(points)/groups : (g+1)*len(points)/groups]
		lowest, highest := 0, 0
		for i, p := range group {
			if p.y < group[lowest].y {
				lowest = i
			}
			if p.y > group[highest].y {
				highest = i
			}
		}
		keep := []int{lowest, highest}
		for k := range each {
			keep = append(keep, k*(len(group)-1)/max(1, each-1))
		}
		slices.Sort(keep)
		for _, i := range slices.Compact(keep) {
			kept = append(kept, group[i])
		}
	}
	return kept
}
