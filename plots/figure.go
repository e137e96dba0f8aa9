package plots

import (
	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a caption over tiles in rows and columns, each of panels that
// share their horizontal axis. The legend, off the data, is one for all tiles
// under the caption, or one above each panel. It draws itself on any canvas.
type Figure struct {
	caption string
	shared  bool     // one legend for all tiles
	tiles   [][]tile // rows of the same number of columns
	size    vg.Point // of the saved figure
}

// tile is a title over panels.
type tile struct {
	title  string
	panels []*panel
}

var _ hplot.Drawer = (*Figure)(nil)

// newFigure joins panels, of which none may be empty, over one horizontal
// axis labelled xLabel.
func newFigure(caption, xLabel string, panels ...*panel) *Figure {
	for _, p := range panels {
		p.finish()
	}
	alike(panels)
	first, last := stepsOfAll(panels)
	setSteps(panels, first, last)
	for _, p := range panels[:len(panels)-1] {
		p.X.Tick.Marker = bareTicks{p.X.Tick.Marker}
	}
	panels[len(panels)-1].X.Label.Text = xLabel
	return &Figure{
		caption: caption,
		tiles:   [][]tile{{{panels: panels}}},
		size:    vg.Point{X: figureWidth, Y: figureHeight},
	}
}

// stepsOfAll is the range of the steps of all panels.
func stepsOfAll(panels []*panel) (first, last float64) {
	first, last = panels[0].steps()
	for _, p := range panels {
		a, b := p.steps()
		first, last = min(first, a), max(last, b)
	}
	return first, last
}

func setSteps(panels []*panel, first, last float64) {
	if first == last {
		last++
	}
	for _, p := range panels {
		p.X.Min, p.X.Max = first, last
	}
}

// Space between the parts of a figure.
const (
	border     = 6
	captionGap = 5
	panelGap   = 6
	legendGap  = 3
	titleGap   = 2
	tileGap    = 8
	rowGap     = 8
)

// Draw draws the figure on the whole of c, on white.
func (f *Figure) Draw(c draw.Canvas) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, border, -border, border, -border)
	columns := f.columns(c)
	left := columns[0].left
	c.Max.Y -= drawLines(c, c.Min.X+left, f.caption)
	if f.shared {
		l := newLegend(f.entries(), c.Max.X-c.Min.X-left)
		l.draw(c, vg.Point{X: c.Min.X + left, Y: c.Max.Y})
		c.Max.Y -= l.height + captionGap
	}
	rows, free := make([]row, len(f.tiles)), c.Max.Y-c.Min.Y+rowGap
	weights := 0.0
	for i, tiles := range f.tiles {
		rows[i] = f.row(tiles, columns, c)
		free -= rows[i].overhead + rowGap
		weights += rows[i].weight
	}
	for i, tiles := range f.tiles {
		x := c.Min.X
		for j, t := range tiles {
			tc := c
			tc.Min.X, tc.Max.X = x, x+columns[j].left+columns[j].data+columns[j].right
			f.drawTile(t, tc, columns[j], rows[i], free/vg.Length(weights))
			x = tc.Max.X + tileGap
		}
		c.Max.Y -= rows[i].overhead + free*vg.Length(rows[i].weight/weights) + rowGap
	}
}

// tileColumn is the room of a column of tiles: that of the widest axis of its
// panels on both sides, and the data's.
type tileColumn struct{ left, data, right vg.Length }

func (f *Figure) columns(c draw.Canvas) []tileColumn {
	columns := make([]tileColumn, len(f.tiles[0]))
	data := c.Max.X - c.Min.X + tileGap
	cell := c
	cell.Max.X = c.Min.X + data/vg.Length(len(columns)) - tileGap
	for j := range columns {
		col := &columns[j]
		for _, tiles := range f.tiles {
			for _, p := range tiles[j].panels {
				d := p.DataCanvas(cell)
				col.left, col.right = max(col.left, d.Min.X-cell.Min.X), max(col.right, cell.Max.X-d.Max.X)
			}
		}
		data -= col.left + col.right + tileGap
	}
	for j := range columns {
		columns[j].data = data / vg.Length(len(columns))
	}
	return columns
}

// row is the height of a row of tiles: that which no data gets, and the sum
// of the shares of its panels. Panels side by side have the same share.
type row struct {
	overhead  vg.Length
	weight    float64
	title     vg.Length
	legends   []vg.Length // above each panel
	overheads []vg.Length // of each panel
}

func (f *Figure) row(tiles []tile, columns []tileColumn, c draw.Canvas) row {
	n := len(tiles[0].panels)
	r := row{legends: make([]vg.Length, n), overheads: make([]vg.Length, n)}
	for j, t := range tiles {
		if t.title != "" {
			r.title = textStyle(titleSize).FontExtents().Height + titleGap
		}
		for k, p := range t.panels {
			if !f.shared {
				r.legends[k] = max(r.legends[k], newLegend(p.entries, columns[j].data+columns[j].right).height+legendGap)
			}
			r.overheads[k] = max(r.overheads[k], overhead(p, c))
		}
	}
	r.overhead = r.title + vg.Length(n-1)*panelGap
	for k, p := range tiles[0].panels {
		r.overhead += r.legends[k] + r.overheads[k]
		r.weight += p.weight
	}
	return r
}

// drawTile draws t at the top of c; unit is the height of a share.
func (f *Figure) drawTile(t tile, c draw.Canvas, col tileColumn, r row, unit vg.Length) {
	fitText(c, titleSize, vg.Point{X: c.Min.X + col.left, Y: c.Max.Y}, col.data, t.title)
	c.Max.Y -= r.title
	for k, p := range t.panels {
		if !f.shared {
			newLegend(p.entries, col.data+col.right).draw(c, vg.Point{X: c.Min.X + col.left, Y: c.Max.Y})
		}
		c.Max.Y -= r.legends[k]
		pc := c
		pc.Min.Y = c.Max.Y - r.overheads[k] - unit*vg.Length(p.weight)
		data := p.DataCanvas(pc)
		pc.Max.X -= col.right - (pc.Max.X - data.Max.X)
		aligned := *p.Plot.Plot // data below data, axis label below axis label
		if shift := col.left - (data.Min.X - pc.Min.X); aligned.Y.Label.Text != "" {
			aligned.Y.Label.Padding += shift
		} else {
			pc.Min.X += shift
		}
		aligned.Draw(pc)
		c.Max.Y = pc.Min.Y - panelGap
	}
}

// overhead is the height of a panel that its data does not get.
func overhead(p *panel, c draw.Canvas) vg.Length {
	data := p.DataCanvas(c)
	return (c.Max.Y - c.Min.Y) - (data.Max.Y - data.Min.Y)
}

// panels are those of all tiles.
func (f *Figure) panels() (all []*panel) {
	for _, tiles := range f.tiles {
		for _, t := range tiles {
			all = append(all, t.panels...)
		}
	}
	return all
}

// entries is the legend of all panels, every label once.
func (f *Figure) entries() []entry {
	var all []entry
	for _, p := range f.panels() {
		all = append(all, p.entries...)
	}
	return merge(all)
}

// fitText draws txt below pt, smaller where it would be wider than width.
func fitText(c draw.Canvas, size vg.Length, pt vg.Point, width vg.Length, txt string) {
	style := textStyle(size)
	if wide := style.Width(txt) / width; wide > 1 {
		style = textStyle(size / wide)
	}
	fillText(c, style, vg.Point{X: pt.X, Y: pt.Y - style.FontExtents().Ascent}, txt)
}

// fillText draws txt with its baseline starting at pt.
func fillText(c draw.Canvas, style text.Style, pt vg.Point, txt string) {
	pt.Y += style.FontExtents().Ascent - style.Font.Size // undo the handler's offset
	c.FillText(style, pt, txt)
}
