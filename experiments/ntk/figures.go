package ntk

import (
	"fmt"
	"slices"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/plots"
)

// level says where the runs are in the quarter that the figure is of.
func level(list []measured) string {
	if len(list) == 0 {
		return "all runs diverged"
	}
	var sharpnesses, losses []float64
	for _, m := range list {
		sharpnesses, losses = append(sharpnesses, m.sharpness), append(losses, m.loss)
	}
	return fmt.Sprintf("Batch Sharpness (mean of ratios) there %s × 2/η, loss at the end %s", study.Span(sharpnesses, study.TwoDigits), study.Span(losses, study.TwoDigits))
}

// counted says of how many measurements the means are, and what their bars are.
func counted(list []measured) string {
	if len(list) == 0 {
		return ""
	}
	n := counts(list)
	bars := "their span"
	if slices.Min(n) > 2 {
		bars = "95 % intervals, of ratios the span"
	}
	return fmt.Sprintf(", means of %s (bars: %s)", study.CountMeasurements(n...), bars)
}

func counts(list []measured) (n []int) {
	for _, m := range list {
		n = append(n, m.moments)
	}
	return n
}

func curve(list []measured, y func(measured) float64) []plots.Measured {
	return barred(list, func(m measured) experiments.Interval { return experiments.Interval{Value: experiments.Real(y(m))} })
}

// barred is a curve with the intervals of its points.
func barred(list []measured, y func(measured) experiments.Interval) (points []plots.Measured) {
	for _, m := range list {
		i := y(m)
		points = append(points, plots.Measured{X: m.b, Y: float64(i.Value), Lo: float64(i.Lo), Hi: float64(i.Hi)})
	}
	return points
}

func lambdaB(m measured) experiments.Interval { return m.lambdaB }
func ratio(m measured) experiments.Interval   { return m.ratio }

func figures(s *study.Set) []study.Figure {
	mse, ce := squares(s, 0), entropies(s)
	return []study.Figure{{
		Name: "fig16", Title: "λᵇmax against the mini-batch NTK and Fisher matrix (mse), and Gauss–Newton matrix (ce)",
		SGD:  true,
		Runs: append(append([]study.Run{}, mse...), ce...),
		Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			left, err := figure(r, mse, ofSquares)
			if err != nil {
				return nil, err
			}
			right, err := figure(r, ce, ofEntropies)
			return map[string]study.Drawing{"": left, "-ce": right}, err
		},
	}}
}

var claimed = plots.Range{From: 0.9, To: 1.1}

// figure is a panel of runs.
func figure(r *study.Results, runs []study.Run, panel func([]measured) plots.BatchFigure) (*plots.Sheet, error) {
	list, gone, err := readAll(r, runs)
	if err != nil {
		return nil, err
	}
	f := panel(list)
	f.Caption, f.Eta, f.Log, f.Missing = caption(runs, list, gone), runs[0].Variables.Number("EOSS_LR"), true, gone
	return plots.BatchCurves(f)
}

// ofSquares are λᵇmax, 2·NTK and 2·FIM, and the first over the second. They are of the same batches: the bars of λᵇmax would hide those of the others.
func ofSquares(list []measured) plots.BatchFigure {
	return plots.BatchFigure{
		Curves: []plots.BatchCurve{
			{Measure: "lambda_b_max", Points: barred(list, lambdaB)},
			{Measure: "ntk_max", Points: curve(list, func(m measured) float64 { return 2 * m.ntk })},
			{Measure: "fim_max", Points: curve(list, func(m measured) float64 { return 2 * m.fim })},
		},
		Ratio: &plots.RatioPanel{Label: "λ^{b}_{max} / (2·NTK_{max})", Expected: claimed,
			Curves: []plots.BatchCurve{{Measure: "ntk_max", Label: "λ^{b}_{max} / (2·NTK_{max})", Points: barred(list, ratio)}}},
	}
}

// ofEntropies are λᵇmax and the Gauss–Newton matrix's, and the first over the second.
func ofEntropies(list []measured) plots.BatchFigure {
	return plots.BatchFigure{
		Curves: []plots.BatchCurve{
			{Measure: "lambda_b_max", Points: barred(list, lambdaB)},
			{Measure: "lambda_max_gn", Label: "mean λ_{max} of the batches’ Gauss–Newton matrices", Points: curve(list, func(m measured) float64 { return m.gaussNewton })},
		},
		Ratio: &plots.RatioPanel{Label: "ratio",
			Curves: []plots.BatchCurve{{Measure: "lambda_max_gn", Label: "λ^{b}_{max} / mean λ_{max} of the batches’ Gauss–Newton matrices", Points: barred(list, ratio)}}},
	}
}

func caption(runs []study.Run, list []measured, gone []float64) string {
	v := runs[0].Variables
	text := plots.Subject(v)
	if v["EOSS_LOSS"] != "ce" {
		text += ", loss mse"
	}
	text += fmt.Sprintf(": η = %s, n = %s, seed %s, last quarter of %s steps%s; %s", v["EOSS_LR"], v["EOSS_N"], v["EOSS_SEED"], study.StepsOf(runs), counted(list), level(list))
	for _, b := range gone {
		text += fmt.Sprintf("; b = %g diverged", b)
	}
	return text
}
