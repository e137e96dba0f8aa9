package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Row is one measurement at one training step.
//
// On disk it is one JSON object on one line; Step, Name and Value are always
// present and any other field is left out when it is zero:
//
//	{"step":400,"epoch":0.78,"name":"lambda_max","value":63.2,"stderr":0.1,"n":64}
//
// JSON has no NaN and no infinities: they are written as the strings "NaN",
// "Inf" and "-Inf".
type Row struct {
	Step        int     // training step, 0 before the first update
	Epoch       float64 // passes over the training set at Step, each of ⌊n/b⌋ steps; a step of injected noise, which takes all samples, counts as one of SGD
	Name        string  // the measure, such as batch_sharpness or lambda_max
	Value       float64
	StdErr      float64 // standard error of Value when it is a Monte-Carlo mean
	N           int     // number of samples (mini-batches, probes) behind Value
	Seed        uint64  // seed of the draws behind Value
	Skipped     int     // samples left out, such as batches whose gradient vanishes
	Residual    float64 // ‖Hv − λv‖/|λ| when Value is an eigenvalue λ
	Products    int     // matrix-vector products spent
	Unconverged int     // eigenvalue searches behind Value that ended at their most products, before their tolerance
	Seconds     float64 // wall-clock time spent
}

// rowJSON is Row as it stands in the file. The pointers tell a missing field
// from a zero one.
type rowJSON struct {
	Step        *int    `json:"step"`
	Epoch       number  `json:"epoch,omitempty"`
	Name        *string `json:"name"`
	Value       *number `json:"value"`
	StdErr      number  `json:"stderr,omitempty"`
	N           int     `json:"n,omitempty"`
	Seed        uint64  `json:"seed,omitempty"`
	Skipped     int     `json:"skipped,omitempty"`
	Residual    number  `json:"residual,omitempty"`
	Products    int     `json:"products,omitempty"`
	Unconverged int     `json:"unconverged,omitempty"`
	Seconds     number  `json:"seconds,omitempty"`
}

// MarshalJSON writes the row as described at Row. A row without a name is an
// error, since it could not be read back.
func (r Row) MarshalJSON() ([]byte, error) {
	if r.Name == "" {
		return nil, errors.New("a row needs a name")
	}
	value := number(r.Value)
	return json.Marshal(rowJSON{
		Step: &r.Step, Epoch: number(r.Epoch), Name: &r.Name, Value: &value,
		StdErr: number(r.StdErr), N: r.N, Seed: r.Seed, Skipped: r.Skipped,
		Residual: number(r.Residual), Products: r.Products, Unconverged: r.Unconverged, Seconds: number(r.Seconds),
	})
}

// UnmarshalJSON reads a row. Unknown fields are ignored; a missing step, name
// or value is an error.
func (r *Row) UnmarshalJSON(data []byte) error {
	var j rowJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	switch {
	case j.Step == nil:
		return errors.New(`no "step"`)
	case j.Name == nil || *j.Name == "":
		return errors.New(`no "name"`)
	case j.Value == nil:
		return errors.New(`no "value"`)
	}
	*r = Row{
		Step: *j.Step, Epoch: float64(j.Epoch), Name: *j.Name, Value: float64(*j.Value),
		StdErr: float64(j.StdErr), N: j.N, Seed: j.Seed, Skipped: j.Skipped,
		Residual: float64(j.Residual), Products: j.Products, Unconverged: j.Unconverged, Seconds: float64(j.Seconds),
	}
	return nil
}

// number is a float64 whose non-finite values are JSON strings.
type number float64

func (x number) MarshalJSON() ([]byte, error) {
	switch v := float64(x); {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Inf"`), nil
	default:
		return json.Marshal(v)
	}
}

func (x *number) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*float64)(x))
	}
	switch string(data) {
	case `"NaN"`:
		*x = number(math.NaN())
	case `"Inf"`:
		*x = number(math.Inf(1))
	case `"-Inf"`:
		*x = number(math.Inf(-1))
	default:
		return fmt.Errorf(`%s is neither a number nor "NaN", "Inf", "-Inf"`, data)
	}
	return nil
}
