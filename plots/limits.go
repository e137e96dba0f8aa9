package plots

import (
	"math"
	"slices"
)

// finish fixes the vertical limits from the measurements; the panel must not
// be empty.
func (p *panel) finish() { finishTogether([]*panel{p}) }

// finishTogether gives panels the same limits, as if one held the measurements of all.
func finishTogether(panels []*panel) {
	all := newPanel("", 1, panels[0].log)
	all.reach, all.unit, all.headroom = panels[0].reach, panels[0].unit, panels[0].headroom
	for _, p := range panels {
		all.curves, all.clouds = append(all.curves, p.curves...), append(all.clouds, p.clouds...)
		all.levels = append(all.levels, p.levels...)
	}
	all.limit()
	for _, p := range panels {
		p.Y.Min, p.Y.Max = all.Y.Min, all.Y.Max
		p.noteBeyond()
	}
}

func (p *panel) limit() {
	lo, hi := p.span()
	if p.log {
		hi = min(hi, p.most())
		const least = 1.3 // a constant loss still needs an axis
		if hi/lo < least {
			middle := math.Sqrt(lo) * math.Sqrt(hi)
			lo, hi = middle/math.Sqrt(least), middle*math.Sqrt(least)
		}
		pad := math.Pow(hi/lo, 0.04)
		p.Y.Min, p.Y.Max = lo/pad, hi*pad*math.Pow(hi/lo, p.headroom)
		return
	}
	least, most := p.bounds()
	lo, hi = min(0, max(lo, least)), max(0, min(hi, most))
	if hi == lo {
		hi = lo + 1
	}
	p.Y.Min, p.Y.Max = lo, lo+(hi-lo)*(1.05+p.headroom)
}

// span is the range of the curves, their errors (on a linear axis), the
// levels, and all but the outermost half per cent of the dots at either end.
// On a logarithmic axis even these count, up to a decade beyond the rest.
func (p *panel) span() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	include := func(y float64) { lo, hi = min(lo, y), max(hi, y) }
	for _, s := range p.curves {
		for _, q := range s {
			include(q.y)
			if !p.log {
				include(q.y + q.e)
				include(q.y - q.e)
			}
		}
	}
	for _, y := range p.levels {
		include(y)
	}
	if heights := sortedHeights(p.clouds); len(heights) > 0 {
		n := len(heights) - 1
		low, high := heights[n/200], heights[n-n/200]
		if p.log { // where a decade more costs little
			low, high = max(low/10, heights[0]), min(high*10, heights[n])
		}
		include(low)
		include(high)
	}
	return lo, hi
}

// most limits a logarithmic axis to two decades above nine tenths of the
// measurements: the last steps of a run that diverges are cut there.
func (p *panel) most() float64 {
	const few = 50
	heights := sortedHeights(slices.Concat(p.curves, p.clouds))
	if len(heights) < few {
		return math.Inf(1)
	}
	return 100 * heights[len(heights)*9/10]
}

// bounds limits an axis that has levels to three times (or reach) the lowest of them
// above and once below, with every level in view, for their neighbourhood is what the figure is about: a
// rare outburst is cut there. Where most measurements lie beyond a bound, it
// does not hold.
func (p *panel) bounds() (least, most float64) {
	least, most = math.Inf(-1), math.Inf(1)
	heights := sortedHeights(slices.Concat(p.curves, p.clouds))
	levels := p.levels
	if len(levels) == 0 && p.unit > 0 {
		levels = []float64{p.unit}
	}
	if len(levels) == 0 {
		return least, most
	}
	level, median := slices.Min(levels), heights[len(heights)/2]
	if top := max(p.reach*level, slices.Max(levels)); median <= top {
		most = top
	}
	if median >= -level {
		least = -level
	}
	return least, most
}

func sortedHeights(stretches [][]point) []float64 {
	var heights []float64
	for _, s := range stretches {
		for _, q := range s {
			heights = append(heights, q.y)
		}
	}
	slices.Sort(heights)
	return heights
}
