package plots

import (
	"fmt"
	"image/color"
	"image/png"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"eoss/internal/record"
)

// Size of a saved figure, and resolution of its png: 1610 × 1208 pixels. A
// wider figure has its size, and about mostPixels.
const (
	figureWidth  = 7 * vg.Inch
	figureHeight = 5.25 * vg.Inch
	pngDPI       = 230
	mostPixels   = 2400
)

// Save writes the figure as base.png, base.svg and base.pdf and returns these
// names. Each file is replaced as a whole.
func (f *Figure) Save(base string) (files []string, err error) {
	return save(f, f.size.X, f.size.Y, base)
}

func save(d hplot.Drawer, width, height vg.Length, base string) (files []string, err error) {
	for _, format := range []string{"png", "svg", "pdf"} {
		file := base + "." + format
		err := record.WriteFile(file, func(w io.Writer) error { return encode(d, width, height, w, format) })
		if err != nil {
			return files, err
		}
		files = append(files, file)
	}
	return files, nil
}

func encode(d hplot.Drawer, width, height vg.Length, w io.Writer, format string) (err error) {
	switch format {
	case "png":
		canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi(width)))
		d.Draw(draw.New(canvas))
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		return encoder.Encode(w, reduceColors(canvas.Image()))
	case "svg":
		canvas := vgsvg.New(width, height)
		d.Draw(draw.New(canvas))
		_, err = canvas.WriteTo(w)
	case "pdf":
		canvas := vgpdf.New(width, height)
		d.Draw(draw.New(straightCanvas{canvas}))
		_, err = canvas.WriteTo(w)
	default:
		err = fmt.Errorf("no format %q: png, svg and pdf are known", format)
	}
	return err
}

// dpi is the resolution of a png.
func dpi(width vg.Length) int { return min(pngDPI, int(mostPixels/(width/vg.Inch))) }

func init() {
	// The same figure gives the same bytes, whatever the day.
	fpdf.SetDefaultCreationDate(time.Unix(0, 0).UTC())
	fpdf.SetDefaultModificationDate(time.Unix(0, 0).UTC())
	fpdf.SetDefaultCatalogSort(true)
}

// straightCanvas mends the colours of vgpdf, which takes the components that
// Go multiplies by the opacity for plain ones, so that faint red turns brown.
type straightCanvas struct{ *vgpdf.Canvas }

func (c straightCanvas) SetColor(clr color.Color) {
	if clr == nil {
		clr = color.Black
	}
	c.Canvas.SetColor(straight(color.NRGBAModel.Convert(clr).(color.NRGBA)))
}

// straight is a colour whose components are not multiplied by its opacity.
type straight color.NRGBA

func (s straight) RGBA() (r, g, b, a uint32) {
	const full = 0x101
	return uint32(s.R) * full, uint32(s.G) * full, uint32(s.B) * full, uint32(s.A) * full
}
