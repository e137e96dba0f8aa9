package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// aboveFactor is how far a reference lies above its points.
const aboveFactor = 1.3

// reference adds r with its place in the legend and takes it into the limits.
func (g GapPanel) reference(f *frame, r Reference, dashes []vg.Length) {
	line := path{points: g.referenceLine(f, r), LineStyle: draw.LineStyle{Color: grey, Width: 0.8, Dashes: dashes}}
	if len(line.points) == 0 {
		return
	}
	for _, p := range line.points {
		f.y.include(p.Y)
	}
	f.Add(line)
	f.entries = append(f.entries, entry{label: r.label(g.X), sample: line})
}

// referenceLine is r over the part of its range that has points, empty where there are none to give it a height.
func (g GapPanel) referenceLine(f *frame, r Reference) []Measured {
	over := f.fullRange(g)
	if r.Range.set() {
		over = Range{max(over.From, r.Range.From), min(over.To, r.Range.To)}
	}
	height, ok := g.meanHeight(r.Exponent, over)
	if !ok || !over.set() {
		return nil
	}
	law := Variable{Power: r.Exponent}
	return g.sample(f, over, func(b float64) float64 { return aboveFactor * height * law.At(b) })
}

// meanHeight is the c of gap = c·b^exponent: the geometric mean of gap/b^exponent over the points of a range.
func (g GapPanel) meanHeight(exponent float64, over Range) (c float64, ok bool) {
	law := Variable{Power: exponent}
	sum, n := 0.0, 0.0
	for _, group := range g.Groups {
		for _, p := range group.Points {
			inside := over.From <= p.X && p.X <= over.To && g.X.At(p.X) > 0
			if inside && 1/largest <= p.Y && p.Y <= largest {
				sum, n = sum+math.Log(p.Y/law.At(p.X)), n+1
			}
		}
	}
	return math.Exp(sum / n), n > 0
}

func (r Reference) label(x Variable) string {
	label := "slope " + PlainNumber(r.Exponent)
	if !x.isB() {
		label += " in b"
	}
	if r.Range.set() {
		label += fmt.Sprintf(" on [%s,\u00a0%s]", PlainNumber(r.Range.From), PlainNumber(r.Range.To))
	}
	return label
}
