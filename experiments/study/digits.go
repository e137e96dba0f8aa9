package study

import (
	"cmp"
	"fmt"
	"strconv"
)

// measured is the number with its interval and unit.
func (r Row) measured() string {
	if v := float64(r.Measured.Value); v != v {
		return "-"
	}
	text := digits(float64(r.Measured.Value), r.Limits)
	if lo, hi := float64(r.Measured.Lo), float64(r.Measured.Hi); lo < hi {
		text += fmt.Sprintf(" [%s, %s]", digits(lo, r.Limits), digits(hi, r.Limits))
	}
	if r.Unit != "" {
		text += " " + r.Unit
	}
	return text
}

// digits is x to three digits, or to as many up to six as show on which side of each limit it lies.
func digits(x float64, limits []float64) string {
	const least, most = 3, 6
	for n := least; n <= most; n++ {
		text := strconv.FormatFloat(x, 'g', n, 64)
		if y, _ := strconv.ParseFloat(text, 64); sameSides(x, y, limits) {
			return text
		}
	}
	return strconv.FormatFloat(x, 'g', least, 64) // on a limit but for rounding
}

func sameSides(x, y float64, limits []float64) bool {
	for _, l := range limits {
		if cmp.Compare(x, l) != cmp.Compare(y, l) {
			return false
		}
	}
	return true
}
