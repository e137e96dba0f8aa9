package plots

import (
	"math"
	"testing"
)

// TestNumbers: integers such as steps and seeds are not rounded; other numbers have five digits.
func TestNumbers(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 123456: "123\u2009456", -1234: "−1234", 1e7: "1·10^{7}", 0.30000000000000004: "0.3", 123456.7: "123\u2009460", 1e-5: "1·10^{−5}"} {
		if got := PlainNumber(x); got != want {
			t.Errorf("%g is written %s, not %s", x, got, want)
		}
	}
	for x, want := range map[float64]string{math.Inf(1): "∞", math.Inf(-1): "−∞", math.MaxFloat64: "1.798·10^{308}", 5e-324: "4.941·10^{−324}"} {
		if got := PlainNumber(x); got != want {
			t.Errorf("%g is written %s, not %s", x, got, want)
		}
	}
	if got := PlainNumber(math.NaN()); got != "NaN" {
		t.Errorf("NaN is written %s", got)
	}
	for text, want := range map[string]string{"20240115": "20\u2009240\u2009115", "18446744073709551615": "18\u2009446\u2009744\u2009073\u2009709\u2009551\u2009615",
		"0.0050": "0.005", "tanh": "tanh", "-3": "−3"} {
		if got := pretty(text); got != want {
			t.Errorf("%q is written %s, not %s", text, got, want)
		}
	}
}
