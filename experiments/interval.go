package experiments

import (
	"encoding/json"
	"math"
)

// Real is a float64 that JSON can hold: a non-finite value is null there, and
// null is read as NaN.
type Real float64

// MarshalJSON writes the number, or null.
func (r Real) MarshalJSON() ([]byte, error) {
	if x := float64(r); !isFinite(x) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(r))
}

// UnmarshalJSON reads a number, or null.
func (r *Real) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*r = Real(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(r))
}

// Interval is an estimate with its 95 % confidence interval.
type Interval struct {
	Value Real `json:"value"`
	Lo    Real `json:"lo"`
	Hi    Real `json:"hi"`
}

func (i Interval) scaled(factor float64) Interval {
	lo, hi := float64(i.Lo)*factor, float64(i.Hi)*factor
	return Interval{Real(float64(i.Value) * factor), Real(min(lo, hi)), Real(max(lo, hi))}
}
