package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// remark writes a text at the top of the panel; the curves leave it room. It stands on the wider side of a change at a step, or after that,
// where no level of before reads as what it names.
func (p *panel) remark(text string, change int, after bool) {
	p.headroom = 0.2
	if p.small {
		p.headroom = 0.35 // for two lines
	}
	r := remark{text, float64(change), after}
	p.remarks = append(p.remarks, r)
	p.Add(r)
}

type remark struct {
	text   string
	change float64
	after  bool
}

func (r remark) Plot(c draw.Canvas, p *plot.Plot) {
	const gap = vg.Length(4)
	trX, _ := p.Transforms(&c)
	x, width := c.Min.X, trX(r.change)-c.Min.X
	if r.after || width < (c.Max.X-c.Min.X)/2-1 {
		x, width = trX(r.change), c.Max.X-trX(r.change)
	}
	style := textStyle(legendSize)
	y := c.Max.Y
	for _, line := range breakLines(r.text, func(s string) bool { return style.Width(s) <= width-2*gap }) {
		y -= rowHeight
		fillText(c, style, vg.Point{X: x + gap, Y: y + style.FontExtents().Descent}, line)
	}
}
