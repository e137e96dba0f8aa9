package plots

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/vg"
)

func TestBatchTicks(t *testing.T) {
	sizes := []float64{2048, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 8192, 8, 16}
	for _, c := range []struct {
		most int
		want string
	}{
		{15, "2 4 8 16 32 64 128 256 512 1024 2048 8192"},
		{7, "2 8 32 128 512 2048 8192"},
		{1, "2"},
	} {
		ticks := newBatchTicks(sizes, c.most).Ticks(1.5, 9000)
		if got := strings.Join(labels(ticks), " "); got != c.want {
			t.Errorf("%d labels: got %s, want %s", c.most, got, c.want)
		}
		if len(ticks) != 12 {
			t.Errorf("%d marks of 12 batch sizes", len(ticks))
		}
	}
	if got := labels(newBatchTicks(sizes, 15).Ticks(10, 100)); strings.Join(got, " ") != "16 32 64" {
		t.Errorf("inside the axis: %v", got)
	}
}

func TestVariables(t *testing.T) {
	for _, c := range []struct {
		v    Variable
		name string
		at4  float64
	}{
		{Variable{}, "b", 4}, {B, "b", 4}, {OverB, "1/b", 0.25}, {OverRootB, "1/√b", 0.5},
		{OverBLess(8), "1/b − 1/n", 0.125}, {Variable{Power: -0.7}, "b^{−0.7}", math.Pow(4, -0.7)},
	} {
		if c.v.String() != c.name || math.Abs(c.v.At(4)-c.at4) > 1e-15 {
			t.Errorf("%v: %q, %g at 4", c.v, c.v.String(), c.v.At(4))
		}
	}
	if got := OverBLess(8192).label(); got != "1/b − 1/n  (n = 8192)" {
		t.Error(got)
	}
}

func TestFitLabels(t *testing.T) {
	over := Range{10, 100}
	for _, c := range []struct {
		fit  GapFit
		want string
	}{
		{GapFit{Log: true, Slope: -0.7012, SlopeLo: -0.7561, SlopeHi: -0.648, R2: 0.98012, Range: over}, "b in [10, 100]: slope −0.70 [−0.76, −0.65], R² = 0.980"},
		{GapFit{Log: true, Of: OverBLess(8192), Slope: 1.004, Range: Range{2, 512}, Group: "cnn"}, "cnn, b in [2, 512]: exponent of 1/b − 1/n: 1.00"},
		{GapFit{Of: OverB, Slope: 12345.6, SlopeLo: -2, SlopeHi: 2e4, Range: over}, "b in [10, 100]: linear in 1/b, slope 12\u2009300 [−2, 20\u2009000]"},
		{GapFit{Of: Variable{Power: -0.7}, Slope: 3, Range: over}, "b in [10, 100]: linear in b^{−0.7}, slope 3"},
	} {
		if got := strings.ReplaceAll(c.fit.label(), "\u00a0", " "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// The lines drawn are the fits: a power of the variable, or a line in it.
func TestFitAt(t *testing.T) {
	power := GapFit{Log: true, Of: OverBLess(8), Intercept: math.Log(3), Slope: 2}
	line := GapFit{Of: OverRootB, Intercept: -1, Slope: 6}
	if got := power.at(4); math.Abs(got-3*0.125*0.125) > 1e-15 {
		t.Errorf("power law %g", got)
	}
	if got := line.at(4); got != 2 {
		t.Errorf("line %g", got)
	}
}

func legendOf(s *Sheet) (all []string) {
	for _, row := range s.rows {
		for _, f := range row {
			for _, e := range f.entries {
				all = append(all, strings.ReplaceAll(e.label, "\u00a0", " "))
			}
		}
	}
	return all
}

func someGaps() []Measured {
	return []Measured{{2, 10, 9, 11}, {4, 5, 4, 6}, {8, 2.4, 2, 3}, {16, -0.1, -1, 1}, {32, math.NaN(), 0, 0}}
}

func TestLegends(t *testing.T) {
	gap, err := GapPlot("", []GapPanel{{X: B, Log: true, Groups: []GapGroup{{"subset 0", someGaps()}, {"subset 1", someGaps()[:2]}},
		Fits: []GapFit{{Log: true, Slope: -1, Intercept: 3, Range: Range{2, 8}}}, References: []Reference{{Exponent: -1}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"subset 0", "subset 1", "slope −1", "b in [2, 8]: slope −1.00", "2 points not positive or not finite, left out"}
	if got := legendOf(gap); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if last := gap.rows[0][0].entries[4]; last.sample != (noSample{}) {
		t.Errorf("%q has the sample %#v, which is not in the panel", last.label, last.sample)
	}
	batch, err := BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_max", Points: someGaps()[:2]}, {Measure: "ntk_max", Points: someGaps()[:2]}},
		Critical: &Critical{B: 4.03, Lo: 3, Hi: math.Inf(1)}, Eta: 0.02})
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"λ_{max}", "2·NTK_{max}", "critical batch size 4 [3, +∞]", "2/η = 100"}
	if got := legendOf(batch); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// A label that is wider than its panel is broken, so that none of it is lost.
func TestLegendBreaksWideLabels(t *testing.T) {
	f := newFrame("", "", false, false)
	f.entries = []entry{{label: "one two three four five six d = 256 eight", sample: noSample{}}, {label: "nine", sample: noSample{}}}
	const width = 90
	text := ""
	for _, row := range f.legend(width).rows {
		x := vg.Length(0)
		for _, e := range row {
			text += e.label + " "
			x += e.width() + entryGap
		}
		if x-entryGap > width {
			t.Errorf("a row is %g wide", float64(x))
		}
	}
	if text != "one two three four five six d\u00a0=\u00a0256 eight nine " { // an equation stays whole
		t.Errorf("%q", text)
	}
}

func TestBatchFigureRefusals(t *testing.T) {
	nan := []Measured{{2, math.NaN(), 0, 0}, {4, -1, 0, 0}}
	good := []GapGroup{{"a", someGaps()}}
	gap := func(p GapPanel) error { _, err := GapPlot("Figure", []GapPanel{p}); return err }
	batch := func(c ...BatchCurve) error { _, err := BatchCurves(BatchFigure{Curves: c, Log: true}); return err }
	curves := func(c ...Curve) error {
		_, err := Curves(CurvesFigure{XLabel: "α", YLabel: "γ", YLog: true, Curves: c})
		return err
	}
	_, noPanels := GapPlot("Figure")
	_, emptyRow := GapPlot("Figure", nil)
	for _, c := range []struct {
		err  error
		want string
	}{
		{noPanels, "no panels"}, {emptyRow, "no panels"},
		{gap(GapPanel{X: B, Log: true}), "no point to draw (0 given)"},
		{gap(GapPanel{X: B, Log: true, Groups: []GapGroup{{"a", nan}}}), "no point to draw (2 given)"},
		{gap(GapPanel{X: B, Groups: good, Fits: []GapFit{{Slope: 1}}}), "give the range"},
		{gap(GapPanel{X: B, Groups: good, Fits: []GapFit{{Range: Range{2, 8}, Group: "z"}}}), `group "z"`},
		{batch(), "no curves"}, {batch(BatchCurve{Measure: "lambda_max", Points: nan}), "λ_{max}"},
		{batch(BatchCurve{Measure: "tea", Points: someGaps()}), `"tea"`},
		{curves(), "no curves"}, {curves(Curve{Label: "c", Points: nan}), "no point to draw (2 given)"},
		{curves(Curve{Label: "c", Points: someGaps(), NoLine: true}), "neither a line nor marks"},
		{curves(Curve{Label: "c", Points: someGaps(), Like: 1}), "name one before it"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) || strings.Contains(c.err.Error(), "\n") {
			t.Errorf("%v, want %q in one line", c.err, c.want)
		}
	}
}

// Whatever the points, a sheet is drawn: nothing panics or hangs.
func TestSheetsOfHostilePoints(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, points := range [][]Measured{
		{{2, 1, 0, 0}}, {{2, 1, nan, nan}}, {{2, 1, -inf, inf}, {4, 2, -3, inf}}, {{2, 1, 1, 1}, {4, 1, 1, 1}},
		{{2, 1e-90, 0, 1}, {1e9, 1e90, 0, inf}}, {{2, 1, 5, 9}, {2, 3, -9, -5}}, {{2, 1, 0, 2}, {nan, 3, 0, 0}, {4, inf, 0, 0}, {0, 1, 0, 0}},
	} {
		for _, log := range []bool{false, true} {
			var sheets []*Sheet
			for _, x := range []Variable{B, OverB, OverRootB, OverBLess(8192)} {
				s, err := GapPlot("", []GapPanel{{X: x, Log: log, Groups: []GapGroup{{"a", points}, {"b", points}}, References: []Reference{{Exponent: -1}, {-0.7, Range{4, 20}}},
					Fits: []GapFit{{Of: x, Log: log, Intercept: -3, Slope: -40, Range: Range{2, 1e4}}, {Of: OverB, Range: Range{4, 5}}}}}, []GapPanel{{Groups: []GapGroup{{"a", points}}}, {Groups: []GapGroup{{"a", points}}}})
				if err != nil {
					t.Fatal(err)
				}
				sheets = append(sheets, s)
			}
			s, err := BatchCurves(BatchFigure{Log: log, Curves: []BatchCurve{{Measure: "lambda_max", Points: points}}, Critical: &Critical{3, -inf, inf},
				Ratio: &RatioPanel{Curves: []BatchCurve{{Measure: "ntk_max", Points: points}}}})
			if err != nil {
				t.Fatal(err)
			}
			c, err := Curves(CurvesFigure{XLog: log, YLog: log, Curves: []Curve{{Points: points, Marks: true}}, Verticals: []Marker{{3, "v"}}, Levels: []Marker{{1, "l"}}})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range append(sheets, s, c) {
				if err := encode(s, s.width, s.height, io.Discard, "svg"); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// Every letter of these figures must be in the font.
func TestFontHasBatchLetters(t *testing.T) {
	style := textStyle(10)
	face := style.Handler.Cache().Lookup(style.Font, 10)
	var buf sfnt.Buffer
	for _, r := range "√−–²∞±αγηλσ·[]\u00a0\u2009" {
		if glyph, err := face.Face.GlyphIndex(&buf, r); err != nil || glyph == 0 {
			t.Errorf("no glyph for %q (%U)", r, r)
		}
	}
}

// Panels above each other share their axis also where one has fewer batch sizes.
func TestPanelsShareTheirAxis(t *testing.T) {
	points := []Measured{{2, 1, 0, 0}, {8, 1, 0, 0}, {32, 1, 0, 0}}
	s, err := BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_max", Points: points[:2]}},
		Ratio: &RatioPanel{Curves: []BatchCurve{{Measure: "lambda_max", Points: points[1:]}}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range s.rows {
		x := row[0].X
		if x.Min >= 2 || x.Max <= 32 || i == 1 && len(x.Tick.Marker.Ticks(x.Min, x.Max)) != 3 {
			t.Errorf("panel %d: %g to %g, %v", i, x.Min, x.Max, x.Tick.Marker.Ticks(x.Min, x.Max))
		}
	}
	if got := labels(s.rows[0][0].grid.Ticks(1, 100)); strings.Join(got, " ") != "2 8 32" {
		t.Errorf("grid at %v", got)
	}
}

// A single wild interval takes at most a fifth of a linear axis, ends where the axis does, and is marked there; others are not.
func TestWildInterval(t *testing.T) {
	s, err := BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_max", Points: []Measured{{2, 4, 1, 100}, {4, 2, 1, 3}, {8, 1, 0.5, 1.5}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if top := s.rows[0][0].Y.Max; math.Abs(top-4*1.25*1.05) > 1e-9 || !slices.Contains(legendOf(s), "off the axis") {
		t.Errorf("the axis ends at %g; %q", top, legendOf(s))
	}
	s, err = BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_max", Points: []Measured{{2, 4, 3.5, 4.5}, {4, 2, 1, 3}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if top := s.rows[0][0].Y.Max; math.Abs(top-4.5*1.05) > 1e-9 || slices.Contains(legendOf(s), "off the axis") {
		t.Errorf("the axis ends at %g; %q", top, legendOf(s))
	}
}

// Curves whose intervals overlap stand side by side; those without intervals, which are to coincide, do not.
func TestBatchCurvesStandSideBySide(t *testing.T) {
	with, without := []Measured{{2, 1, 0.5, 1.5}, {4, 2, 1, 3}}, []Measured{{2, 1, 0, 0}, {4, 2, 0, 0}}
	for _, c := range []struct {
		points []Measured
		want   []vg.Length
	}{{with, []vg.Length{-1.8, 1.8, 0}}, {without, []vg.Length{0, 0, 0}}} {
		s, err := BatchCurves(BatchFigure{Curves: []BatchCurve{{Measure: "lambda_b_max", Points: c.points}, {Measure: "lambda_max", Points: c.points}, {Measure: "ntk_max", Points: without}}})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if got := s.rows[0][0].entries[i].sample.(*marks).shift; math.Abs(float64(got-want)) > 1e-9 {
				t.Errorf("curve %d is shifted by %g, want %g", i, float64(got), float64(want))
			}
		}
	}
}

// Gaps stand side by side against log b, where marks name their b; against 1/b a shift would be another value, and the axis has room for marks at 0.
func TestGapsStandSideBySide(t *testing.T) {
	for _, c := range []struct {
		x     Variable
		log   bool
		shift vg.Length
	}{{B, true, 1.8}, {OverB, false, 0}, {OverRootB, false, 0}} {
		f, err := GapPanel{X: c.x, Log: c.log, Groups: []GapGroup{{"a", someGaps()}, {"b", someGaps()}}}.frame(15)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []vg.Length{-c.shift, c.shift} {
			if got := f.entries[i].sample.(*marks).shift; math.Abs(float64(got-want)) > 1e-9 {
				t.Errorf("%s: group %d is shifted by %g", c.x, i, float64(got))
			}
		}
		if f.finish(); !c.log && !(f.X.Min < 0) {
			t.Errorf("%s: the axis begins at %g", c.x, f.X.Min)
		}
	}
}

// A line does not cross a batch size whose run diverged; the axis is marked there.
func TestMissingBatchSizesBreakLines(t *testing.T) {
	points, missing := []Measured{{2, 1, 0, 0}, {8, 1, 0, 0}, {16, 1, 0, 0}}, []float64{4}
	f := newFrame("", "", true, false)
	if got := f.stretches(withGaps(points, missing)); len(got) != 2 || len(got[0]) != 1 || len(got[1]) != 2 {
		t.Errorf("%v", got)
	}
	if err := f.batchCurves([]BatchCurve{{Measure: "lambda_max", Points: points}}, missing); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(labels(f.X.Tick.Marker.Ticks(1, 20)), " "); got != "2 4 8 16" || len(f.entries) != 1 {
		t.Errorf("marked at %s, %d entries", got, len(f.entries))
	}
}

// A fit is not drawn far from the points that it is of.
func TestFitsStayNearTheirRange(t *testing.T) {
	fit := GapFit{Range: Range{10, 100}}
	for all, want := range map[Range]Range{{2, 8192}: {10.0 / 3, 300}, {8, 128}: {8, 128}} {
		if got := fit.within(all); got != want {
			t.Errorf("of %v it is drawn over %v, want %v", all, got, want)
		}
	}
}
