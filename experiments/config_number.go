package experiments

import (
	"regexp"
	"strconv"
)

// Numbers are decimal everywhere. Go's parsers accept more, which people do not expect: 010 is 8, 1_0 is 10, 0x1p-3 is 0.125.
var (
	integers = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numbers  = regexp.MustCompile(`^-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

// parseInteger reads a decimal integer.
func parseInteger(text string) (int, error) {
	if !integers.MatchString(text) {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

// parseNumber reads a decimal number.
func parseNumber(text string) (float64, error) {
	if !numbers.MatchString(text) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}
