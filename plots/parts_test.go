package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgpdf"

	"eoss/internal/record"
)

func labels(ticks []plot.Tick) (labels []string) {
	for _, t := range ticks {
		if t.Label != "" {
			labels = append(labels, t.Label)
		}
	}
	return labels
}

func TestTickLabels(t *testing.T) {
	for _, c := range []struct {
		ticker plot.Ticker
		lo, hi float64
		want   string
	}{
		{linearTicks{n: 5}, 0, 460, "0 100 200 300 400"},
		{linearTicks{n: 5}, -0.3, 0.3, "−0.2 0 0.2"},
		{linearTicks{n: 7, whole: true}, 0, 20_000, "0 5000 10\u2009000 15\u2009000 20\u2009000"},
		{linearTicks{n: 7, whole: true}, 0, 1, "0 1"},
		{linearTicks{n: 7, whole: true}, 0, 3, "0 1 2 3"},
		{linearTicks{n: 4, whole: true}, 0, 84_800, "0 20\u2009000 40\u2009000 60\u2009000 80\u2009000"}, // 0 and 50 000 would be too few
		{linearTicks{n: 4, whole: true}, 0, 34_000, "0 10\u2009000 20\u2009000 30\u2009000"},
		{linearTicks{n: 7, whole: true}, 1_000_000, 1_000_500, "1\u2009000\u2009000 1\u2009000\u2009100 1\u2009000\u2009200 1\u2009000\u2009300 1\u2009000\u2009400 1\u2009000\u2009500"},
		{logTicks{}, 0.02, 20, "0.1 1 10"},
		{logTicks{}, 1e-5, 20, "10^{−5} 10^{−4} 10^{−3} 10^{−2} 10^{−1} 10^{0} 10^{1}"},
		{logTicks{}, 1e-30, 1, "10^{−30} 10^{−24} 10^{−18} 10^{−12} 10^{−6} 10^{0}"},
		{logTicks{}, 1.5, 9, "2 4 6 8"},
		{logTicks{}, 0.7, 3, "1 1.5 2 2.5 3"},
		{logTicks{}, 79, 230, "100 150 200"},
		{logTicks{}, 0.3, 3, "0.5 1 2"},
		{logTicks{powers: true}, 0.02, 20, "10^{−1} 10^{0} 10^{1}"},
		{logTicks{}, 2.1, 2.9, "2.2 2.4 2.6 2.8"},
		{logTicks{}, 2.2, 8.9, "4 6 8"},
		{logTicks{}, 2e-7, 9e-7, "2·10^{−7} 4·10^{−7} 6·10^{−7} 8·10^{−7}"},
	} {
		if got := strings.Join(labels(c.ticker.Ticks(c.lo, c.hi)), " "); got != c.want {
			t.Errorf("%#v from %g to %g:\n got %s\nwant %s", c.ticker, c.lo, c.hi, got, c.want)
		}
	}
}

// One long logarithmic axis gives all of a figure its style.
func TestAlike(t *testing.T) {
	for _, c := range []struct {
		least float64 // of the second axis
		want  string  // labels of the first
	}{{0.02, "0.1 1 10"}, {0.001, "10^{−1} 10^{0} 10^{1}"}} {
		var panels []*panel
		for _, lo := range []float64{0.02, c.least} {
			p := newPanel("", 1, true)
			p.Y.Min, p.Y.Max = lo, 20
			panels = append(panels, p)
		}
		alike(append(panels, newPanel("", 1, false)))
		if got := strings.Join(labels(panels[0].Y.Tick.Marker.Ticks(0.02, 20)), " "); got != c.want {
			t.Errorf("beside an axis from %g: %s, want %s", c.least, got, c.want)
		}
	}
}

// Every line of a comparison is seen on white, and its lightness says its place.
func TestSequenceIsDarkEnough(t *testing.T) {
	luminance := func(c color.NRGBA) float64 {
		linear := func(v uint8) float64 { return math.Pow((float64(v)/255+0.055)/1.055, 2.4) }
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	previous := 0.0
	for i := range 7 {
		l := luminance(sequence(i, 7).color)
		if contrast := 1.05 / (l + 0.05); contrast < 3 || l <= previous {
			t.Errorf("line %d: contrast %.2f, luminance %.3f after %.3f", i, contrast, l, previous)
		}
		previous = l
	}
}

// Every axis that finish can produce has at least two labels, inside it.
func TestLogTicksAlwaysLabel(t *testing.T) {
	for lo := 1e-99; lo < 1e98; lo *= 7.3 {
		for _, ratio := range []float64{1.3, 1.9, 2.5, 4, 9, 11, 60, 1e3, 1e9, 1e40, 1e99} {
			count := 0
			for _, tick := range (logTicks{}).Ticks(lo, lo*ratio) {
				if tick.Label != "" && lo*(1-1e-8) <= tick.Value && tick.Value <= lo*ratio*(1+1e-8) {
					count++
				}
			}
			if count < 2 || count > 12 {
				t.Errorf("%d labels from %g to %g", count, lo, lo*ratio)
			}
		}
	}
}

func TestDrawable(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	s := record.Series{
		Steps:   []int{0, 1, 2, 3, 4, 5, 6, 7, 8},
		Values:  []float64{1, 2, nan, 3, inf, 0, -4, 1e200, 5},
		StdErrs: []float64{0.1, nan, 1, inf, 1, -1, 1, 1, 1e200},
	}
	want := [][]point{{{0, 1, 0.1}, {1, 2, 0}}, {{3, 3, 0}}, {{5, 0, 0}, {6, -4, 1}}, {{8, 5, 0}}}
	if got := drawable(s, false); !reflect.DeepEqual(got, want) {
		t.Errorf("linear: got %v, want %v", got, want)
	}
	want = [][]point{{{0, 1, 0.1}, {1, 2, 0}}, {{3, 3, 0}}, {{8, 5, 0}}}
	if got := drawable(s, true); !reflect.DeepEqual(got, want) {
		t.Errorf("logarithmic: got %v, want %v", got, want)
	}
}

func TestThinKeepsTheEnvelope(t *testing.T) {
	var points []point
	for i := range 10_007 {
		points = append(points, point{x: float64(i), y: math.Mod(float64(i)*0.618, 1)})
	}
	points[5003].y, points[5004].y = 100, -100
	got := thin(points, 1000, 6)
	if len(got) > 1000 || len(got) < 700 {
		t.Errorf("%d points", len(got))
	}
	for _, p := range []point{points[0], points[5003], points[5004], points[10_006]} {
		if !slices.Contains(got, p) {
			t.Errorf("lost %v", p)
		}
	}
	if !slices.IsSortedFunc(got, func(a, b point) int { return int(a.x - b.x) }) {
		t.Error("out of order")
	}
	if few := thin(points[:900], 1000, 6); len(few) != 900 {
		t.Errorf("thinned %d of 900", len(few))
	}
}

func TestPanelLimits(t *testing.T) {
	line := func(values ...float64) [][]point {
		var s []point
		for i, y := range values {
			s = append(s, point{x: float64(i), y: y})
		}
		return [][]point{s}
	}
	for _, c := range []struct {
		label  string
		panel  panel
		lo, hi float64
	}{
		{"the level is in view", panel{curves: line(1, 2), levels: []float64{200}}, 0, 210},
		{"a rare outburst is cut at three levels", panel{curves: line(1, 2, 5000), levels: []float64{200}}, 0, 630},
		{"by the lowest", panel{curves: line(1, 2, 5000), levels: []float64{200, 400}}, 0, 630},
		{"with the highest in view", panel{curves: line(1, 2, 5000), levels: []float64{200, 900}}, 0, 945},
		{"a diverged run is seen whole", panel{curves: line(1, 5000, 5000), levels: []float64{200}}, 0, 5250},
		{"below zero", panel{curves: line(-10, 90)}, -10, 95},
		{"an outburst below is cut at one level", panel{curves: line(-1e9, 50, 60), levels: []float64{200}}, -200, 220},
		{"mostly negative", panel{curves: line(-900, -800, -700), levels: []float64{200}}, -900, 255},
		{"nothing above zero", panel{curves: line(-3, -2)}, -3, 0.15},
		{"zero", panel{curves: line(0)}, 0, 1.05},
	} {
		p := newPanel("", 1, false)
		p.curves, p.colors, p.levels = c.panel.curves, make([]color.NRGBA, len(c.panel.curves)), c.panel.levels
		p.finish()
		if math.Abs(p.Y.Min-c.lo) > 1e-9 || math.Abs(p.Y.Max-c.hi) > 1e-9 {
			t.Errorf("%s: %g to %g, want %g to %g", c.label, p.Y.Min, p.Y.Max, c.lo, c.hi)
		}
	}
	p := newPanel("", 1, true)
	p.curves = line(5, 5)
	p.colors = make([]color.NRGBA, len(p.curves))
	p.finish()
	if !(p.Y.Min > 0 && p.Y.Min < 5 && p.Y.Max > 5 && p.Y.Max/p.Y.Min >= 1.3) {
		t.Errorf("constant on a logarithmic axis: %g to %g", p.Y.Min, p.Y.Max)
	}
}

func TestSpans(t *testing.T) {
	for txt, want := range map[string]string{
		"plain":               "plain/0",
		"λ^{b}_{max} of":      "λ/0 b/^ max/_  of/0",
		"10^{−3}":             "10/0 −3/^",
		"open ^{brace":        "open ^{brace/0",
		"a_b^c":               "a_b^c/0",
		"_{}":                 "/_",
		"^{a}^{b}":            "a/^ b/^",
		"x^":                  "x^/0",
		"batch_sharpness = 1": "batch_sharpness = 1/0",
	} {
		var got []string
		for rest := txt; rest != ""; {
			var body string
			var kind byte
			body, kind, rest = nextSpan(rest)
			name := "0"
			if kind != 0 {
				name = string(kind)
			}
			got = append(got, body+"/"+name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", txt, strings.Join(got, " "), want)
		}
	}
	style := textStyle(10)
	if sub, both := style.Width("λ_{max}"), style.Width("λ^{b}_{max}"); sub != both {
		t.Errorf("scripts do not share their place: %v and %v", sub, both)
	}
	if plain, double := style.Width("λ_{max}"), style.Width("λ_{max}^{b}^{max}"); double <= plain {
		t.Errorf("scripts of one kind overlap: %v and %v", plain, double)
	}
}

// Every letter of a figure must be in the font; a missing one is drawn as a box.
func TestFontHasAllLetters(t *testing.T) {
	all := "0123456789−·.,=/:()’\u2009 ηλμβ+"
	for _, l := range looks {
		all += l.label
	}
	style := textStyle(10)
	face := style.Handler.Cache().Lookup(style.Font, 10)
	var buf sfnt.Buffer
	for _, r := range all {
		if glyph, err := face.Face.GlyphIndex(&buf, r); err != nil || glyph == 0 {
			t.Errorf("no glyph for %q (%U)", r, r)
		}
	}
}

// vgpdf would take the components of a faint colour multiplied by its opacity.
func TestPDFColoursStayStraight(t *testing.T) {
	canvas := straightCanvas{vgpdf.New(100, 100)}
	c := draw.New(canvas)
	c.SetColor(faded(vermillion, 0.5))
	c.Fill(vg.Rectangle{Max: vg.Point{X: 50, Y: 50}}.Path())
	r, g, b, a := straight(faded(vermillion, 0.5)).RGBA()
	if want := []uint32{0xd5d5, 0x5e5e, 0, 0x8080}; !slices.Equal([]uint32{r, g, b, a}, want) {
		t.Errorf("components %x, want %x", []uint32{r, g, b, a}, want)
	}
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	content := inflate(t, out.Bytes())
	want := fmt.Sprintf("%.3f %.3f 0.000 rg", float64(0xd5)/255, float64(0x5e)/255)
	if !strings.Contains(content, want) {
		t.Errorf("the page does not set %q:\n%s", want, content)
	}
}

func TestReduceColorsKeepsFrequentOnes(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range 100 * 100 {
		c := color.RGBA{0xff, 0xff, 0xff, 0xff}
		switch {
		case i < 300:
			c = color.RGBA{0xe6, 0xe6, 0xe6, 0xff}
		case i < 5000: // thousands of shades between white, vermillion and sky blue
			red, blue := i%256, i/256*13
			shade := func(v, s uint8) uint8 {
				x := 255 - (255-int(v))*red/255
				return uint8(x - (x-int(s))*blue/255)
			}
			c = color.RGBA{shade(vermillion.R, skyBlue.R), shade(vermillion.G, skyBlue.G), shade(vermillion.B, skyBlue.B), 0xff}
		}
		img.SetRGBA(i%100, i/100, c)
	}
	got := reduceColors(img)
	if len(got.Palette) > 256 {
		t.Errorf("%d colours", len(got.Palette))
	}
	for i := range 100 * 100 {
		was := img.RGBAAt(i%100, i/100)
		is := color.RGBAModel.Convert(got.At(i%100, i/100)).(color.RGBA)
		if (i < 300 || i >= 5000) && was != is {
			t.Fatalf("pixel %d: %v became %v", i, was, is)
		}
		for _, d := range []int{int(was.R) - int(is.R), int(was.G) - int(is.G), int(was.B) - int(is.B)} {
			if d < -32 || d > 32 {
				t.Fatalf("pixel %d: %v became %v", i, was, is)
			}
		}
	}
}
