package study

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"eoss/experiments"
)

// Range is where a claim expects a number: from Lo to Hi, with an end that is infinite where there is none.
type Range struct {
	Lo, Hi float64
	Words  string // how the table names it
}

// Between is the range from lo to hi.
func Between(lo, hi float64) Range { return Range{lo, hi, decimal(lo) + " to " + decimal(hi)} }

// Around is the range of x ± tolerance. Its ends are without the last bits that a sum leaves.
func Around(x, tolerance float64) Range {
	return Range{tenDigits(x - tolerance), tenDigits(x + tolerance), decimal(x) + " ± " + decimal(tolerance)}
}

// Above is the range of the numbers above lo.
func Above(lo float64) Range { return Range{lo, math.Inf(1), "above " + decimal(lo)} }

// Below is the range of the numbers below hi.
func Below(hi float64) Range { return Range{math.Inf(-1), hi, "below " + decimal(hi)} }

func decimal(x float64) string { return strings.ReplaceAll(fmt.Sprintf("%g", x), "-", "−") }

func tenDigits(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 10, 64), 64)
	return y
}

// Limits are the ends of the range that are finite. One that six digits take for a point has none: on which side of it a number lies means
// nothing.
func (x Range) Limits() (ends []float64) {
	if x.Hi-x.Lo < 1e-6*math.Abs(x.Hi) {
		return nil
	}
	for _, end := range []float64{x.Lo, x.Hi} {
		if !math.IsInf(end, 0) {
			ends = append(ends, end)
		}
	}
	return ends
}

// Judge holds a measured interval against the range. It holds when the value is in the range and the interval says so: it lies in the range
// too, or is no wider than it. It fails when the interval is outside. Of a range with one end the interval must be on one side of it, and not
// reach it. What has no interval is judged by its value alone.
func (x Range) Judge(m experiments.Interval) Outcome {
	value, low, high := float64(m.Value), float64(m.Lo), float64(m.Hi)
	if math.IsNaN(low) || math.IsNaN(high) {
		low, high = value, value
	}
	oneEnd := math.IsInf(x.Hi-x.Lo, 1)
	switch {
	case value != value:
		return NotMeasured
	case oneEnd && low > x.Lo && high < x.Hi:
		return Holds
	case !oneEnd && value >= x.Lo && value <= x.Hi && (low >= x.Lo && high <= x.Hi || high-low <= x.Hi-x.Lo):
		return Holds
	case high >= x.Lo && low <= x.Hi:
		return Undecided
	}
	return Fails
}

// In is the row with its number held against a range.
func (r Row) In(x Range) Row {
	r.Expected, r.Limits, r.Outcome = x.Words, x.Limits(), x.Judge(r.Measured)
	return r
}
