package plots_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"eoss/plots"
)

var batchSizes = []float64{2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 8192}

// measured are values with a scatter and intervals of that relative size.
func measured(seed uint64, scatter float64, sizes []float64, at func(b float64) float64) (points []plots.Measured) {
	rng := rand.New(rand.NewPCG(seed, 5))
	for _, b := range sizes {
		y := at(b) * (1 + scatter*rng.NormFloat64())
		half := math.Abs(at(b)) * scatter * (1 + rng.Float64())
		points = append(points, plots.Measured{X: b, Y: y, Lo: y - half, Hi: y + half})
	}
	return points
}

// static is a gap ∝ 1/b − 1/n, trained one with the paper's three regimes.
func static(b float64) float64 { return 900 * (1/b - 1/8192.0) }

func trained(b float64) float64 {
	switch {
	case b < 10:
		return 200
	case b < 100:
		return 200 * math.Pow(b/10, -0.7)
	}
	return 200 * math.Pow(10, -0.7) * 100 / b
}

func mustSheet(t *testing.T) func(*plots.Sheet, error) *plots.Sheet {
	return func(s *plots.Sheet, err error) *plots.Sheet {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

const (
	trainedCaption = "mlp on CIFAR-10, three seeds: η = 0.02, n = 8192, train loss under 10^{−3} or 100\u2009000 steps; means and 95 % intervals over seeds 0–2"
	staticCaption  = "mlp on CIFAR-10 at convergence (b = 256, η = 0.004, n = 8192, 31\u2009000 steps, seed 0): the gap of one fixed network"
)

func TestBatchCurvesGolden(t *testing.T) {
	curves := []plots.BatchCurve{
		{Measure: "lambda_b_max", Points: measured(1, 0.04, batchSizes, func(b float64) float64 { return 1 + 0.9*math.Exp(-sq(math.Log(b/40)/1.6)) })},
		{Measure: "lambda_max", Points: measured(2, 0.04, batchSizes, func(b float64) float64 { return 1 / (1 + math.Pow(60/b, 0.7)) })},
		{Measure: "batch_sharpness", Points: measured(3, 0.03, batchSizes, func(b float64) float64 { return 1.05 })},
	}
	golden(t, "batch_curves", mustSheet(t)(plots.BatchCurves(plots.BatchFigure{Caption: trainedCaption, Curves: curves,
		Critical: &plots.Critical{B: 90, Lo: 55, Hi: 160}, Bend: &plots.BentLaw{Of: "λ_{max}", At: 90, Level: 0.66, R2: 0.981,
			Before: plots.Exponent{Value: 0.47, Lo: 0.42, Hi: 0.52}, After: plots.Exponent{Value: 0.12, Lo: 0.07, Hi: 0.16}}})))
	at := measured(4, 0.03, batchSizes, func(b float64) float64 { return 100 + 90*math.Exp(-sq(math.Log(b/40)/1.6)) })
	ntk, fim, ratio := scaled(at, 0.96), scaled(at, 0.96), scaled(at, 0)
	for i := range ratio {
		r := 1.04 + 0.03*math.Sin(float64(i))
		ratio[i] = plots.Measured{X: at[i].X, Y: r, Lo: r - 0.03, Hi: r + 0.03}
	}
	golden(t, "batch_ntk", mustSheet(t)(plots.BatchCurves(plots.BatchFigure{Caption: trainedCaption, Eta: 0.02,
		Curves: []plots.BatchCurve{{Measure: "lambda_b_max", Points: at}, {Measure: "ntk_max", Points: ntk}, {Measure: "fim_max", Points: fim}},
		Ratio: &plots.RatioPanel{Label: "λ^{b}_{max} / (2·NTK_{max})", Expected: plots.Range{From: 0.9, To: 1.1},
			Curves: []plots.BatchCurve{{Measure: "lambda_b_max", Label: "λ^{b}_{max} / (2·NTK_{max})", Points: ratio}}}})))
}

func sq(x float64) float64 { return x * x }

func scaled(points []plots.Measured, by float64) (all []plots.Measured) {
	for _, p := range points {
		all = append(all, plots.Measured{X: p.X, Y: by * p.Y, Lo: by * p.Lo, Hi: by * p.Hi})
	}
	return all
}

func law(slope, width, r2, from, to float64) plots.GapFit {
	at := math.Sqrt(from * to)
	return plots.GapFit{Log: true, Of: plots.B, Slope: slope, SlopeLo: slope - width, SlopeHi: slope + width, R2: r2,
		Intercept: math.Log(trained(at)) - slope*math.Log(at), Range: plots.Range{From: from, To: to}}
}

func TestStaticGapGolden(t *testing.T) { // Figures 8 and 10 to 12
	sizes := batchSizes[:len(batchSizes)-1]
	group := []plots.GapGroup{{Label: "mlp", Points: measured(6, 0.04, sizes, static)}}
	fit := plots.GapFit{Log: true, Of: plots.OverBLess(8192), Intercept: math.Log(900), Slope: 1.006, SlopeLo: 0.984, SlopeHi: 1.028, R2: 0.9985,
		Range: plots.Range{From: 2, To: 512}}
	line := plots.GapFit{Of: plots.OverB, Intercept: 0.8, Slope: 896, SlopeLo: 881, SlopeHi: 912, R2: 0.9991, Range: plots.Range{From: 2, To: 512}}
	golden(t, "gap_static", mustSheet(t)(plots.GapPlot(staticCaption,
		[]plots.GapPanel{{X: plots.B, Log: true, Groups: group, Fits: []plots.GapFit{fit}, References: []plots.Reference{{Exponent: -1}}}},
		[]plots.GapPanel{{X: plots.OverB, Groups: group, Fits: []plots.GapFit{line}}})))
	groups := append(group, plots.GapGroup{Label: "cnn", Points: measured(7, 0.05, sizes, func(b float64) float64 { return 0.4 * static(b) })},
		plots.GapGroup{Label: "resnet14", Points: measured(8, 0.05, sizes, func(b float64) float64 { return 0.15 * static(b) })})
	cnn := fit
	cnn.Group, cnn.Intercept = "cnn", math.Log(360)
	golden(t, "gap_models", mustSheet(t)(plots.GapPlot(staticCaption,
		[]plots.GapPanel{{X: plots.OverBLess(8192), Log: true, Groups: groups, Fits: []plots.GapFit{cnn}}})))
}

func TestTrainedGapGolden(t *testing.T) { // Figures 9 and 13 to 15
	var groups []plots.GapGroup
	for i, label := range []string{"seed 0", "seed 1", "seed 2"} {
		groups = append(groups, plots.GapGroup{Label: label, Points: measured(uint64(10+i), 0.08, batchSizes, trained)})
	}
	groups[1].Points[11].Y = -1
	pieces := []plots.GapFit{law(0, 0.08, 0.12, 2, 10), law(-0.7, 0.05, 0.98, 10, 100), law(-1, 0.07, 0.97, 100, 1000)}
	golden(t, "gap_trained", mustSheet(t)(plots.GapPlot(trainedCaption,
		[]plots.GapPanel{{X: plots.B, Log: true, Groups: groups, Fits: pieces, References: []plots.Reference{{-0.7, plots.Range{10, 100}}, {-1, plots.Range{100, 1000}}}}})))
	left := []plots.GapGroup{{Label: "mean of 3 seeds", Points: measured(20, 0.05, batchSizes[:10], func(b float64) float64 { return 90 / (1 + b/60) })}}
	golden(t, "gap_both", mustSheet(t)(plots.GapPlot(trainedCaption, []plots.GapPanel{
		{Y: "max over b of λ_{max}, less λ_{max}(b)", X: plots.B, Log: true, Groups: left},
		{X: plots.B, Log: true, Groups: groups[:1], Fits: pieces[1:2], References: []plots.Reference{{Exponent: -0.7}}}})))
	var middle []plots.GapGroup
	for _, g := range groups {
		middle = append(middle, plots.GapGroup{Label: g.Label, Points: g.Points[3:6]})
	}
	over := plots.Range{From: 10, To: 100}
	golden(t, "gap_root", mustSheet(t)(plots.GapPlot(trainedCaption, []plots.GapPanel{{X: plots.OverRootB, Groups: middle, Fits: []plots.GapFit{
		{Of: plots.OverRootB, Intercept: -26, Slope: 655, SlopeLo: 610, SlopeHi: 700, R2: 0.991, Range: over},
		{Of: plots.Variable{Power: -0.7}, Intercept: 0.5, Slope: 1000, SlopeLo: 960, SlopeHi: 1040, R2: 0.996, Range: over}}}})))
	for i := range middle {
		middle[i].Points = groups[i].Points[6:10]
	}
	golden(t, "gap_inverse", mustSheet(t)(plots.GapPlot(trainedCaption, []plots.GapPanel{{X: plots.OverB, Groups: middle, Fits: []plots.GapFit{
		{Of: plots.OverB, Intercept: 0.3, Slope: 3990, SlopeLo: 3700, SlopeHi: 4250, R2: 0.981, Range: plots.Range{From: 100, To: 1000}}}}})))
}

func TestCurvesGolden(t *testing.T) {
	line := func(at func(float64) float64, from, to float64) (points []plots.Measured) {
		for i := range 81 {
			x := from + (to-from)*float64(i)/80
			points = append(points, plots.Measured{X: x, Y: at(x)})
		}
		return points
	}
	eta := 1.0
	golden(t, "curves_region", mustSheet(t)(plots.Curves(plots.CurvesFigure{
		Caption: "αI ± M with η = 1: the spread γ at which coordinate 2 loses its stability, for a curvature α", XLabel: "α", YLabel: "γ", Square: true,
		X: plots.Range{From: 0, To: 2}, Y: plots.Range{From: 0, To: 2},
		Curves: []plots.Curve{
			{Label: "mean square", Points: line(func(a float64) float64 { return math.Sqrt(max(0, 1-sq(1-eta*a))) / eta }, 0, 2)},
			{Label: "almost sure", Points: line(func(a float64) float64 { return math.Sqrt(1+sq(1-eta*a)) / eta }, 0, 2)},
			{Label: "every step expands", Points: line(func(a float64) float64 { return max(a, 2/eta-a) }, 0, 2), Dashed: true},
		},
		Verticals: []plots.Marker{{At: 1, Label: "α = 1"}}, Levels: []plots.Marker{{At: 0.8, Label: "γ = 0.8"}}})))
	exact := line(func(x float64) float64 { return math.Exp(6 * (x - 1.22)) }, 1, 1.4)
	golden(t, "curves_threshold", mustSheet(t)(plots.Curves(plots.CurvesFigure{
		Caption: "αI ± M with α = 1, γ = 0.8: growth of the second moment a step, exact and simulated (10\u2009000 paths, seed 0)",
		XLabel:  "step size η", YLabel: "factor a step", YLog: true, Short: true,
		Curves: []plots.Curve{{Label: "exact", Points: exact},
			{Label: "simulated", Points: measured(30, 0.06, []float64{1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35}, func(x float64) float64 { return math.Exp(6 * (x - 1.22)) }), NoLine: true, Marks: true, Like: 1}},
		Levels:    []plots.Marker{{At: 1, Label: "stable below 1"}},
		Verticals: []plots.Marker{{At: 1.123, Label: "η_{4}"}, {At: 1.22, Label: "η_{ms}"}, {At: 1.308, Label: "η_{as}"}}})))
}
