package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// GapFit is a fitted curve with what the legend says of it.
type GapFit struct {
	// Log: gap = e^{Intercept} · v^{Slope}; else gap = Intercept + Slope·v. v is the variable Of the batch size.
	Of               Variable
	Log              bool
	Intercept        float64
	Slope            float64
	SlopeLo, SlopeHi float64 // its 95 % interval; equal: none
	R2               float64 // 0: not given

	Range Range  // of the batch sizes that were fitted
	Group string // label of the group that was fitted; "": all, in a colour of its own
}

func (g GapFit) at(b float64) float64 {
	v := g.Of.At(b)
	if g.Log {
		return math.Exp(g.Intercept + g.Slope*math.Log(v))
	}
	return g.Intercept + g.Slope*v
}

// label is the legend's line: the range, the law and how sure it is.
func (g GapFit) label() string {
	text := fmt.Sprintf("b in [%s, %s]: ", PlainNumber(g.Range.From), PlainNumber(g.Range.To))
	number := func(x float64) string { return rounded(x, 3) }
	switch {
	case g.Log && g.Of.isB():
		text += "slope "
	case g.Log:
		text += fmt.Sprintf("exponent of %s: ", g.Of)
	default:
		text += fmt.Sprintf("linear in %s, slope ", g.Of)
	}
	if g.Log {
		number = func(x float64) string { return decimals(x, 2) }
	}
	text += number(g.Slope)
	if g.SlopeLo < g.SlopeHi {
		text += fmt.Sprintf(" [%s,\u00a0%s]", number(g.SlopeLo), number(g.SlopeHi))
	}
	if g.R2 != 0 {
		text += ", R²\u00a0=\u00a0" + decimals(g.R2, 3)
	}
	if g.Group != "" {
		text = g.Group + ", " + text
	}
	return text
}

// addFits shades the ranges of the fits and draws them and the references.
func (g GapPanel) addFits(f *frame) error {
	var shaded []Range
	for _, fit := range g.Fits {
		if !fit.Range.set() || !(fit.Range.From > 0) {
			return fmt.Errorf("the fit %q has the range [%g, %g] of batch sizes: give the range that was fitted", fit.label(), fit.Range.From, fit.Range.To)
		}
		if !slices.Contains(shaded, fit.Range) {
			a, b := g.X.At(fit.Range.From), g.X.At(fit.Range.To)
			color := faded(grey, 0.09+0.09*float64(len(shaded)%2)) // neighbours differ
			f.Add(shade{from: min(a, b), to: max(a, b), color: color})
			shaded = append(shaded, fit.Range)
		}
	}
	for i, r := range g.References {
		if g.Log {
			g.reference(f, r, [][]vg.Length{nil, {4, 2}, {1, 2}}[i%3])
		}
	}
	pooled := 0
	for _, fit := range g.Fits {
		style := draw.LineStyle{Width: 1.2}
		if fit.Group == "" {
			style.Color = fitColors[pooled%len(fitColors)]
			pooled++
		} else if k := slices.IndexFunc(g.Groups, func(o GapGroup) bool { return o.Label == fit.Group }); k >= 0 {
			style.Color = groupColors[k%len(groupColors)]
		} else {
			return fmt.Errorf("a fit is of the group %q, which the panel does not have: name one of its groups, or none", fit.Group)
		}
		g.addFit(f, fit, style)
	}
	return nil
}

// beyondFactor is how far fits are drawn beyond their ranges, where there are points.
const beyondFactor = 3

func (g GapPanel) addFit(f *frame, fit GapFit, solid draw.LineStyle) {
	all := fit.within(f.fullRange(g))
	faint := solid
	faint.Dashes, faint.Width = dotted, 0.9
	for _, r := range []Range{{all.From, fit.Range.From}, {fit.Range.To, all.To}} {
		if r.set() {
			f.Add(path{points: g.sample(f, r, fit.at), LineStyle: faint})
		}
	}
	line := path{points: g.sample(f, fit.Range, fit.at), LineStyle: solid}
	f.Add(line)
	f.entries = append(f.entries, entry{label: fit.label(), sample: line})
}

// within is where the fit is drawn of all batch sizes.
func (g GapFit) within(all Range) Range {
	return Range{max(all.From, g.Range.From/beyondFactor), min(all.To, g.Range.To*beyondFactor)}
}

// fullRange is the range of the batch sizes whose points are drawn.
func (f *frame) fullRange(g GapPanel) Range {
	e := newExtent()
	for _, b := range g.sizes() {
		if x := g.X.At(b); f.x.lo <= x && x <= f.x.hi {
			e.include(b)
		}
	}
	return Range{e.lo, e.hi}
}

// sample is a curve over batch sizes on the panel's axes; what cannot be drawn is left out.
func (g GapPanel) sample(f *frame, over Range, at func(float64) float64) []Measured {
	const pieces = 64
	var points []Measured
	for i := range pieces + 1 {
		b := over.From * math.Pow(over.To/over.From, float64(i)/pieces)
		points = append(points, Measured{X: g.X.At(b), Y: at(b)})
	}
	return f.usable(points)
}

// fewerTicks suits an axis of half the width.
func fewerTicks(t plot.Ticker) plot.Ticker {
	if linear, ok := t.(linearTicks); ok {
		linear.n = 4
		return linear
	}
	return t
}

// rounded is x to a number of significant digits; infinite values stay so.
func rounded(x float64, digits int) string {
	if math.IsInf(x, 0) {
		return strings.Replace(strconv.FormatFloat(x, 'g', -1, 64), "Inf", "∞", 1)
	}
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	return PlainNumber(y)
}

// decimals is x with a number of decimals, with a true minus sign; infinite values stay so.
func decimals(x float64, places int) string {
	if math.IsInf(x, 0) {
		return strings.Replace(rounded(x, places), "-", "−", 1)
	}
	return strings.Replace(strconv.FormatFloat(x, 'f', places, 64), "-", "−", 1)
}
