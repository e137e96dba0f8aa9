package plots

import (
	"image/color"
	"maps"
	"slices"

	"go-hep.org/x/hep/hplot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of Okabe and Ito, which stay apart for colour-blind readers.
var (
	white       = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	black       = color.NRGBA{0x00, 0x00, 0x00, 0xff}
	orange      = color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	bluishGreen = color.NRGBA{0x00, 0x9e, 0x73, 0xff}
	blue        = color.NRGBA{0x00, 0x72, 0xb2, 0xff}
	vermillion  = color.NRGBA{0xd5, 0x5e, 0x00, 0xff}
	red         = color.NRGBA{0xc0, 0x28, 0x18, 0xff} // darker than theirs, for dots beside lines of orange
	purple      = color.NRGBA{0xcc, 0x79, 0xa7, 0xff}
	skyBlue     = color.NRGBA{0x56, 0xb4, 0xe9, 0xff}

	grey      = color.NRGBA{0x80, 0x80, 0x80, 0xff}
	lightGrey = color.NRGBA{0xe6, 0xe6, 0xe6, 0xff}
)

// faded is c with its opacity multiplied by share.
func faded(c color.NRGBA, share float64) color.NRGBA {
	c.A = uint8(share*float64(c.A) + 0.5)
	return c
}

// look is how a measure is drawn: as dots, one a measurement, or as a line of
// the given width, with a mark on each measurement when they are few.
type look struct {
	label  string
	color  color.NRGBA
	dots   bool
	width  vg.Length
	marks  bool
	dashes []vg.Length
	plain  bool // a line without its band
}

// looks gives every measure its meaning in all figures: red the batch of the
// current step, green Batch Sharpness, blue the full-batch Hessian, orange the
// mini-batch Hessian, purple the steps of SGD with momentum.
var looks = map[string]look{
	"step_sharpness":             {label: "sharpness of the step’s batch", color: red, dots: true},
	"step_lambda_b_max":          {label: "λ^{b}_{max} of the step’s batch", color: red, dots: true},
	"batch_sharpness":            {label: "Batch Sharpness", color: bluishGreen, width: 1.8},
	"batch_sharpness_mean_ratio": {label: "Batch Sharpness, mean of ratios", color: bluishGreen, width: 0.8},
	"momentum_sharpness":         {label: "momentum sharpness", color: purple, width: 1.4},
	"lambda_b_max":               {label: "λ^{b}_{max}", color: orange, width: 1.4, marks: true},
	"lambda_max":                 {label: "λ_{max}", color: blue, width: 1.4, marks: true},

	"step_loss": {label: "loss of the step’s batch", color: skyBlue, dots: true},
	"loss":      {label: "training loss", color: black, width: 1.4},
	"test_loss": {label: "test loss", color: grey, width: 1.2, dashes: []vg.Length{5, 2}},
}

// drawnMeasures lists the measures of looks.
func drawnMeasures() []string { return slices.Sorted(maps.Keys(looks)) }

// threshold is the line that a stable step size may not be crossed by.
func threshold(dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: black, Width: 1, Dashes: dashes}
}

var (
	dashed = []vg.Length{6, 3}
	dotted = []vg.Length{1.5, 2.5}
)

// Sizes of the text, for a figure printed at its own width.
const (
	captionSize = 10
	titleSize   = 9.5
	labelSize   = 10
	legendSize  = 8
	tickSize    = 8.5
)

// textStyle is black text of the given size that starts at its position.
func textStyle(size vg.Length) text.Style {
	return text.Style{
		Color:   black,
		Font:    font.From(hplot.DefaultStyle.Fonts.Default, size),
		XAlign:  draw.XLeft,
		YAlign:  draw.YBottom,
		Handler: outlines{hplot.DefaultStyle.Fonts.Cache},
	}
}
