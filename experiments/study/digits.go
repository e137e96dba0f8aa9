package study

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// measured is the number with its interval and unit.
func (r Row) measured() string {
	if v := float64(r.Measured.Value); v != v {
		return "-"
	}
	ends := limits(r.Expected)
	text := digits(float64(r.Measured.Value), ends)
	if lo, hi := float64(r.Measured.Lo), float64(r.Measured.Hi); lo < hi {
		text += fmt.Sprintf(" [%s, %s]", digits(lo, ends), digits(hi, ends))
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

var (
	number    = regexp.MustCompile(`[-−]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?`)
	tolerance = regexp.MustCompile(number.String() + " ± " + number.String())
)

// limits are those that the words of an expected range name: of "0.9 to 1.15" the two, of "0.33 ± 0.05" 0.28 and 0.38. What is exact, or as good
// as that, has none: on which side of it a number lies means nothing.
func limits(expected string) (ends []float64) {
	if number.FindString(expected) == expected {
		return nil
	}
	for _, text := range tolerance.FindAllString(expected, -1) {
		x := numbers(text)
		if lo, hi := rounded(x[0]-x[1]), rounded(x[0]+x[1]); lo < hi {
			ends = append(ends, lo, hi)
		}
	}
	return append(ends, numbers(tolerance.ReplaceAllString(expected, ""))...)
}

// rounded is x to six digits, without the last bits that a sum leaves.
func rounded(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	return y
}

func numbers(text string) (list []float64) {
	for _, n := range number.FindAllString(text, -1) {
		x, _ := strconv.ParseFloat(strings.Replace(n, "−", "-", 1), 64)
		list = append(list, x)
	}
	return list
}
