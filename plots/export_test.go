package plots

import (
	"image"
	"io"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// What the tests of the package's users reach into.

func Encode(f *Figure, w io.Writer, format string) error {
	return encode(f, f.size.X, f.size.Y, w, format)
}

func (f *Figure) Caption() string { return f.caption }

func Caption(runs ...*Run) string { return caption(runs...) }

func Titles(runs []*Run) (titles []string) {
	for _, r := range runs {
		titles = append(titles, r.title(differing(runs...)))
	}
	return titles
}

func TileTitles(f *Figure) (titles []string) {
	for _, t := range f.tiles[0] {
		titles = append(titles, t.title)
	}
	return titles
}

func Legend(f *Figure) (texts []string) {
	for _, e := range f.entries() {
		texts = append(texts, e.text())
	}
	return texts
}

// LevelWidth is that of the line with this text in the legend; 0 if there is none.
func LevelWidth(f *Figure, text string) float64 {
	for _, e := range f.entries() {
		switch line := e.sample.(type) {
		case *hplot.HorizLine:
			if e.text() == text {
				return float64(line.Line.Width)
			}
		case *plotter.Line:
			if e.text() == text {
				return float64(line.Width)
			}
		}
	}
	return 0
}

// StrokeWidth is that of the legend's sample with this text, LineWidth that of a measure in all figures.
func StrokeWidth(f *Figure, text string) float64 {
	for _, e := range f.entries() {
		if line, ok := e.sample.(stroke); ok && e.text() == text {
			return float64(line.Width)
		}
	}
	return 0
}

func LineWidth(measure string) float64 { return float64(looks[measure].width) }

// LevelSteps are the first and the last step of the former level with this text in the legend.
func LevelSteps(f *Figure, text string) (first, last float64) {
	for _, e := range f.entries() {
		if line, ok := e.sample.(*plotter.Line); ok && e.text() == text {
			return line.XYs[0].X, line.XYs[len(line.XYs)-1].X
		}
	}
	return 0, 0
}

// Top is the end of the vertical axis of a panel, End that of the first panel's horizontal axis.
func Top(f *Figure, row, column, panel int) float64 { return f.tiles[row][column].panels[panel].Y.Max }

func End(f *Figure) float64 { return f.tiles[0][0].panels[0].X.Max }

// Spans are the first and last step of every stretch of a panel's lines.
func Spans(f *Figure, row, column, panel int) (spans [][2]float64) {
	for _, s := range f.tiles[row][column].panels[panel].curves {
		spans = append(spans, [2]float64{s[0].x, s[len(s)-1].x})
	}
	return spans
}

// Remarks are the texts at the top of a panel.
func Remarks(f *Figure, row, column, panel int) (texts []string) {
	for _, r := range f.tiles[row][column].panels[panel].remarks {
		text := r.text
		if r.after {
			text += ", after the change"
		}
		texts = append(texts, text)
	}
	return texts
}

// Raster draws the figure with few pixels.
func Raster(f *Figure, dpi int) image.Image {
	canvas := vgimg.NewWith(vgimg.UseWH(f.size.X, f.size.Y), vgimg.UseDPI(dpi))
	f.Draw(draw.New(canvas))
	return reduceColors(canvas.Image())
}

// Axes are the limits and the legend of each panel of a column.
type Axes struct {
	Left, Right, Low float64
	Legend           []string
}

func Column(s *Sheet) (list []Axes) {
	for _, row := range s.rows {
		a := Axes{Left: row[0].X.Min, Right: row[0].X.Max, Low: row[0].Y.Min}
		for _, e := range row[0].entries {
			a.Legend = append(a.Legend, e.text())
		}
		list = append(list, a)
	}
	return list
}
