package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks labels about n multiples of 1, 2 or 5 times a power of ten, more where
// they would be fewer than three, and puts minor ticks between them. (hplot's own labels keep four digits: 15000
// becomes 1.5e+04.)
type linearTicks struct {
	n     int
	whole bool // no ticks between whole numbers
}

func (t linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step, parts := niceStep((hi - lo) / float64(t.n))
	if multiples(step, lo, hi) < 3 {
		step, parts = niceStep(step / 2.6) // the next smaller
	}
	if t.whole && step < 1 {
		step, parts = 1, 1
	} else if t.whole && step/parts < 1 {
		parts = step
	}
	minor := step / parts
	var ticks []plot.Tick
	for i := math.Ceil(lo/minor - 1e-9); i <= hi/minor+1e-9; i++ {
		tick := plot.Tick{Value: i * minor}
		if math.Mod(i, parts) == 0 {
			tick.Label = PlainNumber(i * minor)
		}
		ticks = append(ticks, tick)
	}
	return ticks
}

// multiples counts those of step from lo to hi.
func multiples(step, lo, hi float64) float64 {
	return math.Floor(hi/step+1e-9) - math.Ceil(lo/step-1e-9) + 1
}

// niceStep is the 1, 2 or 5 times a power of ten nearest above step, with the
// number of parts that minor ticks cut it into.
func niceStep(step float64) (nice, parts float64) {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	switch m := step / power; {
	case m <= 1:
		return power, 5
	case m <= 2:
		return 2 * power, 4
	case m <= 5:
		return 5 * power, 5
	default:
		return 10 * power, 5
	}
}

// PlainNumber writes x to five digits, integers below 10⁷ exactly, with a true minus sign, thin spaces between thousands
// and no exponent where that stays short.
func PlainNumber(x float64) string {
	const digits = 5 // and none of the last-bit noise of i·step
	if x != math.Trunc(x) || math.Abs(x) >= 1e7 {
		if rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64); err == nil { // the largest ones would overflow
			x = rounded
		}
	}
	sign := ""
	if x < 0 {
		sign, x = "−", -x
	}
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return sign + "∞"
	case x == 0:
		return "0"
	case x < 1e-4 || x >= 1e7:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', 3, 64), "e")
		power, _ := strconv.Atoi(exponent)
		return fmt.Sprintf("%s%s·10^{%s}", sign, strings.TrimRight(strings.TrimRight(mantissa, "0"), "."), PlainNumber(float64(power)))
	}
	return sign + groupThousands(strconv.FormatFloat(x, 'f', -1, 64))
}

// groupThousands puts thin spaces into a whole part of five or more digits.
func groupThousands(s string) string {
	whole, fraction := s, ""
	for i := range s {
		if s[i] == '.' {
			whole, fraction = s[:i], s[i:]
		}
	}
	if len(whole) < 5 {
		return s
	}
	out := ""
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out += "\u2009"
		}
		out += string(r)
	}
	return out + fraction
}

// logTicks labels powers of ten, thinned when there are many. Where fewer
// than two fall into the range it labels 1, 2 and 5 times a power of ten, and
// where even those are fewer than three, equally spaced values. Both limits
// must be positive.
type logTicks struct {
	n      int  // about n labels, 0 for 5
	powers bool // as 10^{2}, also where they would be short without
}

func (t logTicks) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	every := max(1, (last-first)/cmp.Or(t.n, 5))
	plain := !t.powers && short(lo, hi)
	var ticks []plot.Tick
	decades, mantissas := 0, 0
	inside := func(v float64) bool { return lo*(1-1e-9) <= v && v <= hi*(1+1e-9) }
	for e := first; e <= last; e++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow(10, float64(e))
			if !inside(v) || every > 1 && m > 1 || every > 3 && e%every != 0 {
				continue // where marks would touch each other
			}
			tick := plot.Tick{Value: v}
			if m == 1 && e%every == 0 {
				tick.Label = powerOfTen(e, plain)
				decades++
			}
			if m == 1 || m == 2 || m == 5 {
				mantissas++
			}
			ticks = append(ticks, tick)
		}
	}
	switch {
	case decades >= 2:
		return ticks
	case mantissas >= 3:
		for i := range ticks {
			exponent := math.Floor(math.Log10(ticks[i].Value) + 1e-9)
			switch math.Round(ticks[i].Value / math.Pow(10, exponent)) {
			case 1, 2, 5:
				ticks[i].Label = PlainNumber(ticks[i].Value)
			}
		}
		return ticks
	}
	return linearTicks{n: 5}.Ticks(lo, hi)
}

// short says whether the powers of ten from lo to hi are short without an exponent.
func short(lo, hi float64) bool { return lo >= 1e-2/2 && hi <= 1e3*2 }

// alike gives the logarithmic axes of a figure one style of labels.
func alike(panels []*panel) {
	long := func(p *panel) bool { return p.log && !short(p.Y.Min, p.Y.Max) }
	if !slices.ContainsFunc(panels, long) {
		return
	}
	for _, p := range panels {
		if ticks, ok := p.Y.Tick.Marker.(logTicks); ok {
			ticks.powers = true
			p.Y.Tick.Marker = ticks
		}
	}
}

func powerOfTen(e int, plain bool) string {
	if plain {
		return PlainNumber(math.Pow10(e))
	}
	return "10^{" + PlainNumber(float64(e)) + "}"
}

// bareTicks are the marks of another axis without their labels, for the
// panels above the one that carries the labels.
type bareTicks struct{ plot.Ticker }

func (t bareTicks) Ticks(lo, hi float64) []plot.Tick {
	var bare []plot.Tick
	for _, tick := range t.Ticker.Ticks(lo, hi) {
		if !tick.IsMinor() {
			bare = append(bare, plot.Tick{Value: tick.Value})
		}
	}
	return bare
}

// blankTicks are the marks of another axis with blank labels, so that they keep their grid lines.
type blankTicks struct{ plot.Ticker }

func (t blankTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := t.Ticker.Ticks(lo, hi)
	for i := range ticks {
		if !ticks[i].IsMinor() {
			ticks[i].Label = " "
		}
	}
	return ticks
}
