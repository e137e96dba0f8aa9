package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg/draw"
)

// BentLaw is the two-piece fit whose bend is the critical batch size: Level·(b/At)^{Before} up to b = At and Level·(b/At)^{After} from there.
type BentLaw struct {
	Of            string // label of the fitted measure
	At, Level     float64
	Before, After Exponent
	R2            float64 // of the logarithms
}

// Exponent is a slope on logarithmic axes with its 95 % interval; with Lo = Hi it has none.
type Exponent struct{ Value, Lo, Hi float64 }

func (e Exponent) String() string {
	text := decimals(e.Value, 2)
	if e.Lo < e.Hi {
		text += fmt.Sprintf(" [%s,\u00a0%s]", decimals(e.Lo, 2), decimals(e.Hi, 2))
	}
	return text
}

func (l BentLaw) at(b float64) float64 {
	exponent := l.Before.Value
	if b > l.At {
		exponent = l.After.Value
	}
	return l.Level * math.Pow(b/l.At, exponent)
}

func (l BentLaw) label() string {
	return fmt.Sprintf("fit of %s: log-log slope %s before the bend and %s after it, R²\u00a0=\u00a0%s", l.Of, l.Before, l.After, decimals(l.R2, 3))
}

// bent draws l over the batch sizes of the curves.
func (f *frame) bent(l *BentLaw) {
	if l == nil {
		return
	}
	points := f.usable(l.sample(f.x))
	f.widen(points)
	line := path{points: points, LineStyle: draw.LineStyle{Color: black, Width: 1.2}}
	f.Add(line)
	f.entries = append(f.entries, entry{label: l.label(), sample: line})
}

// sample is the law over a range of batch sizes; the bend is one of the points, where it lies in the range.
func (l BentLaw) sample(over extent) (points []Measured) {
	const pieces = 48
	stretch := func(from, to float64) {
		for i := range pieces + 1 {
			b := from * math.Pow(to/from, float64(i)/pieces)
			points = append(points, Measured{X: b, Y: l.at(b)})
		}
	}
	middle := min(max(l.At, over.lo), over.hi)
	stretch(over.lo, middle)
	stretch(middle, over.hi)
	return points
}
