package experiments

import (
	"fmt"
	"math"
	"strings"
)

// Verdict says in numbers and words whether a run reached the edge: where its
// sharpnesses stood against their thresholds in the last quarter of training.
type Verdict struct {
	LR         Real              `json:"lr"`        // η
	Threshold  Real              `json:"threshold"` // 2/η, that of plain SGD
	LastStep   int               `json:"last_step"`
	Quantities []QuantityVerdict `json:"quantities"` // the first one is what should hover
	Remark     string            `json:"remark,omitempty"`
}

// QuantityVerdict is the plateau of one quantity, named as in its records.
type QuantityVerdict struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"` // of Ratio: 2/η, 2(1+μ)/η, 2(1−μ)/η, or "" where there is none
	Edge bool   `json:"edge"`           // the unit is the quantity's stability threshold
	Plateau
}

// NewVerdict starts the verdict on a run of lastStep steps with step size lr.
func NewVerdict(lr float64, lastStep int) *Verdict {
	return &Verdict{LR: Real(lr), Threshold: Real(2 / lr), LastStep: lastStep}
}

// Add judges one more quantity against 2/η. The first one added is the principal one.
func (v *Verdict) Add(name string, s Series) {
	v.add(yardstick{name, "2/η", float64(v.Threshold), true}, s)
}

func (v *Verdict) add(y yardstick, s Series) {
	level := y.level
	if y.unit == "" {
		level = math.NaN()
	}
	v.Quantities = append(v.Quantities, QuantityVerdict{y.quantity, y.unit, y.edge, NewPlateau(s, v.LastStep, level)})
}

// The band around a threshold that counts as "at" it; outside of it, with the whole
// interval, a quantity is below or above.
const (
	bandLo = 0.9
	bandHi = 1.15
)

var quantityLabels = map[string]string{
	"batch_sharpness":            "Batch Sharpness (Definition 1)",
	"batch_sharpness_mean_ratio": "Batch Sharpness (mean of ratios)",
	"step_sharpness":             "step sharpness",
	"momentum_sharpness":         "momentum sharpness",
	"lambda_max":                 "λmax",
	"lambda_b_max":               "λᵇmax",
	"step_lambda_b_max":          "λmax of the step's batch",
	"ias":                        "IAS",
}

// String is the verdict in one sentence.
func (v *Verdict) String() string {
	if len(v.Quantities) == 0 {
		return "No sharpness was measured."
	}
	var parts []string
	for i, q := range v.Quantities {
		parts = append(parts, q.describe(i == 0))
	}
	if v.Quantities[0].Edge {
		parts = append(parts, v.Quantities[0].reached())
	}
	if v.Remark != "" {
		parts = append(parts, v.Remark)
	}
	return strings.Join(parts, "; ") + "."
}

// reached says when the quantity first met its threshold.
func (q QuantityVerdict) reached() string {
	if q.FirstReached == nil {
		return q.Unit + " was not reached"
	}
	text := fmt.Sprintf("%s first reached at step %d", q.Unit, *q.FirstReached)
	switch {
	case q.FirstSustained == nil:
		text += ", but not kept"
	case *q.FirstSustained != *q.FirstReached:
		text += fmt.Sprintf(", kept from step %d", *q.FirstSustained)
	}
	return text
}

// describe is the quantity's part of the sentence; the principal one says the
// steps and whether it moves, the others only what is remarkable.
func (q QuantityVerdict) describe(principal bool) string {
	label, ok := quantityLabels[q.Name]
	if !ok {
		label = q.Name
	}
	if q.N < MinPlateauValues {
		return fmt.Sprintf("%s has %d of the %d values needed over steps %d–%d",
			label, q.N, MinPlateauValues, q.FirstStep, q.LastStep)
	}
	level := fmt.Sprintf("%.2f [%.2f, %.2f] × %s", q.Ratio.Value, q.Ratio.Lo, q.Ratio.Hi, q.Unit)
	if q.Unit == "" {
		level = fmt.Sprintf("%.4g [%.4g, %.4g]", q.Mean.Value, q.Mean.Lo, q.Mean.Hi)
	}
	var remarks []string
	switch {
	case !q.Edge:
	case q.Ratio.Hi < bandLo:
		remarks = append(remarks, "below")
	case q.Ratio.Lo > bandHi:
		remarks = append(remarks, "above")
	}
	moves := q.Direction == Rising || q.Direction == Falling
	if moves {
		remarks = append(remarks, fmt.Sprintf("still %s (%+.0f %%)", q.Direction, 100*q.Change.Value))
	}
	if !principal {
		return strings.Join(append([]string{label + " at " + level}, remarks...), ", ")
	}
	verb := "hovered at"
	if moves {
		verb = "was at"
	} else {
		remarks = append(remarks, string(q.Direction))
	}
	return strings.Join(append([]string{
		fmt.Sprintf("%s %s %s over steps %d–%d", label, verb, level, q.FirstStep, q.LastStep)}, remarks...), ", ")
}
