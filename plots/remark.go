package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// remark writes a text at the top of the panel, on the wider side of a change at a step; the curves leave it room.
func (p *panel) remark(text string, change int) {
	p.headroom = 0.2
	if p.small {
		p.headroom = 0.35 // for two lines
	}
	p.remarks = append(p.remarks, text)
	p.Add(remark{text, float64(change)})
}

type remark struct {
	text   string
	change float64
}

func (r remark) Plot(c draw.Canvas, p *plot.Plot) {
	const gap = vg.Length(4)
	trX, _ := p.Transforms(&c)
	x, width := c.Min.X, trX(r.change)-c.Min.X
	if width < (c.Max.X-c.Min.X)/2-1 {
		x, width = trX(r.change), c.Max.X-trX(r.change)
	}
	style := textStyle(legendSize)
	y := c.Max.Y
	for _, line := range breakLines(r.text, func(s string) bool { return style.Width(s) <= width-2*gap }) {
		y -= rowHeight
		fillText(c, style, vg.Point{X: x + gap, Y: y + style.FontExtents().Descent}, line)
	}
}
