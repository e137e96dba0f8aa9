package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
)

// Variable is the function of the batch size b that stands on an axis or that a fit is linear in: b^Power, less N^Power if N > 0.
// The zero Variable is b itself.
type Variable struct {
	Power float64 // 0 means 1
	N     float64 // the number of samples n
}

// Variables of the paper's figures.
var (
	B         = Variable{Power: 1}
	OverB     = Variable{Power: -1}
	OverRootB = Variable{Power: -0.5}
)

// OverBLess is 1/b − 1/n, to which the variance of a mini-batch of b out of n samples, drawn without replacement, is proportional.
func OverBLess(n float64) Variable { return Variable{Power: -1, N: n} }

func (v Variable) power() float64 {
	if v.Power == 0 {
		return 1
	}
	return v.Power
}

// At is the variable at batch size b.
func (v Variable) At(b float64) float64 {
	x := math.Pow(b, v.power())
	if v.N > 0 {
		x -= math.Pow(v.N, v.power())
	}
	return x
}

// String is the variable's formula, as in 1/b − 1/n.
func (v Variable) String() string {
	term := func(letter string) string {
		switch v.power() {
		case 1:
			return letter
		case -1:
			return "1/" + letter
		case -0.5:
			return "1/√" + letter
		}
		return fmt.Sprintf("%s^{%s}", letter, PlainNumber(v.power()))
	}
	if v.N > 0 {
		return term("b") + " − " + term("n")
	}
	return term("b")
}

func (v Variable) isB() bool { return v.power() == 1 && v.N == 0 }

// label is the text below the axis.
func (v Variable) label() string {
	switch {
	case v.isB():
		return "batch size b"
	case v.N > 0:
		return fmt.Sprintf("%s  (n = %s)", v, PlainNumber(v.N))
	}
	return v.String() + "  (b: batch size)"
}

// batchTicks marks the batch sizes that were measured, on a logarithmic axis, and labels as many as leave room: at most about most.
type batchTicks struct {
	sizes []float64 // rising
	most  int
}

func newBatchTicks(sizes []float64, most int) batchTicks {
	sorted := slices.Sorted(slices.Values(sizes))
	return batchTicks{slices.Compact(sorted), most}
}

func (t batchTicks) Ticks(lo, hi float64) (ticks []plot.Tick) {
	room := math.Log(hi/lo) / float64(t.most)
	labelled := math.Inf(-1)
	for _, b := range t.sizes {
		if b < lo || b > hi {
			continue
		}
		tick := plot.Tick{Value: b}
		if math.Log(b)-labelled >= room*(1-1e-9) {
			tick.Label, labelled = PlainNumber(b), math.Log(b)
		}
		ticks = append(ticks, tick)
	}
	return ticks
}
