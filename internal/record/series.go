package record

import (
	"cmp"
	"slices"
)

// Series is one measure over training: Values[i] ± StdErrs[i] at Steps[i],
// with Steps strictly increasing.
type Series struct {
	Steps   []int
	Values  []float64
	StdErrs []float64
}

// Len returns the number of measurements.
func (s Series) Len() int { return len(s.Steps) }

// SelectSeries returns the rows called name in the order of their steps. When
// a step was measured more than once, as happens when a run is resumed from a
// checkpoint older than its last row, the last row written counts.
func SelectSeries(rows []Row, name string) Series {
	var picked []Row
	for _, r := range rows {
		if r.Name == name {
			picked = append(picked, r)
		}
	}
	slices.SortStableFunc(picked, func(a, b Row) int { return cmp.Compare(a.Step, b.Step) })
	var s Series
	for i, r := range picked {
		if i+1 < len(picked) && picked[i+1].Step == r.Step {
			continue
		}
		s.Steps = append(s.Steps, r.Step)
		s.Values = append(s.Values, r.Value)
		s.StdErrs = append(s.StdErrs, r.StdErr)
	}
	return s
}
