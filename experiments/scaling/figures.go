package scaling

import (
	"fmt"
	"slices"
	"strings"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

func figures(s *study.Set) []study.Figure {
	sweep := families(s)[0].runs(s)
	mlp := statics(s, "mlp")
	figure := func(name, title string, runs []study.Run, draw func(*study.Set, *study.Results) (*plots.Sheet, error)) study.Figure {
		return study.Figure{Name: name, Title: title, Runs: runs, SGD: name == "fig6", Draw: func(r *study.Results) (map[string]study.Drawing, error) {
			sheet, err := draw(s, r)
			return map[string]study.Drawing{"": sheet}, err
		}}
	}
	return []study.Figure{
		figure("fig6", "the three sharpnesses at the edge against the batch size", sweep, fig6),
		figure("fig8", "static gap of a trained mlp, log-log and against 1/b", mlp, fig8),
		figure("fig9", "gaps of trained networks: of λmax to its largest, of λᵇmax to λmax", sweep, fig9),
		figure("fig10", "static gap of an mlp at convergence", mlp, staticFigure("mlp", true)),
		figure("fig11", "static gap of an mlp at initialisation", mlp, staticFigure("mlp", false)),
		figure("fig12", "static gap of a cnn at convergence", statics(s, "cnn"), staticFigure("cnn", true)),
		figure("fig13", "gap of trained networks against b", sweep, fig13),
		figure("fig14", "gap of trained networks against 1/√b, b from 10 to 100", sweep, fig14),
		figure("fig15", "gap of trained networks against 1/b, b from 100 to 1000", sweep, fig15),
	}
}

// caption says what a sweep trained.
func caption(title string, runs []study.Run) string {
	v := runs[0].Variables
	return fmt.Sprintf("%s: %s, η = %s, n = %s, %s steps, %s", title, plots.Subject(v), v["EOSS_LR"], v["EOSS_N"], study.StepsOf(runs), seeds(runs))
}

// initialCaption says whose gap before the first step it is.
func initialCaption(runs []study.Run) string {
	v := runs[0].Variables
	return fmt.Sprintf("Static gap at initialisation: %s, n = %s, %s", plots.Subject(v), v["EOSS_N"], seeds(runs))
}

// trainedCaption says whose gap after training it is, and how far that came.
func trainedCaption(runs []study.Run, e ends) string {
	v := runs[0].Variables
	return fmt.Sprintf("Static gap at convergence: %s, n = %s, trained at b = %s, η = %s, %s, %s", plots.Subject(v), v["EOSS_N"], v["EOSS_BATCH"], v["EOSS_LR"], e, seeds(runs))
}

// staticCaption reads what it says of the training.
func staticCaption(r *study.Results, runs []study.Run, atEnd bool) (string, error) {
	if !atEnd {
		return initialCaption(runs), nil
	}
	e, err := endsOf(r, runs)
	if err != nil {
		return "", err
	}
	return trainedCaption(runs, e), nil
}

// seeds names the seeds of runs, those of the first subset first.
func seeds(runs []study.Run) string {
	var subsets []string
	list := map[string][]string{}
	for _, r := range runs {
		subset, seed := r.Variables["EOSS_SEED_DATA"], r.Variables["EOSS_SEED"]
		if list[subset] == nil {
			subsets = append(subsets, subset)
		}
		if !slices.Contains(list[subset], seed) {
			list[subset] = append(list[subset], seed)
		}
	}
	var parts []string
	for _, subset := range subsets {
		text := "seed "
		if len(list[subset]) > 1 {
			text = "seeds "
		}
		text += strings.Join(list[subset], ", ")
		if subset != "" {
			text += " on subset " + subset
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " and ")
}

func fig6(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	w, err := sweepOf(s, r)
	if err != nil {
		return nil, err
	}
	return plots.BatchCurves(w.plateaus())
}

// plateaus are the sharpnesses in units of 2/η, with the bend of λmax where there is one.
func (w swept) plateaus() plots.BatchFigure {
	all, figure := w.list, plots.BatchFigure{Caption: w.caption("Plateaus against b"), Missing: w.missing()}
	for _, m := range []struct {
		name  string
		value func(levels) experiments.Interval
	}{
		{"batch_sharpness_mean_ratio", func(l levels) experiments.Interval { return l.meanRatio.Ratio }},
		{"batch_sharpness", func(l levels) experiments.Interval { return l.sharpness.Ratio }},
		{"lambda_b_max", func(l levels) experiments.Interval { return l.lambdaB.Ratio }},
		{"lambda_max", func(l levels) experiments.Interval { return l.lambda.Ratio }},
	} {
		figure.Curves = append(figure.Curves, plots.BatchCurve{Measure: m.name, Points: bars(each(all, m.value))})
	}
	if bend, err := critical(lambdas(all)); err == nil {
		figure.Critical = &plots.Critical{B: bend.At.Value, Lo: bend.At.Lo, Hi: bend.At.Hi}
		figure.Bend = bentLaw(bend, 2/all[0].run.Variables.Number("EOSS_LR"))
		figure.Caption += open(bend)
	}
	return figure
}

// staticGaps are the gaps of several networks, a group each.
func staticGaps(r *study.Results, runs []study.Run, atEnd bool) (all []fit.Point, groups []plots.GapGroup, err error) {
	for k, run := range runs {
		p, m, err := staticGap(r, run, independent(runs, k, atEnd), atEnd)
		if err != nil {
			return nil, nil, err
		}
		label := "seed " + run.Variables["EOSS_SEED"]
		if subset := run.Variables["EOSS_SEED_DATA"]; subset != "" {
			label += ", subset " + subset
		}
		all, groups = append(all, p...), append(groups, plots.GapGroup{Label: label, Points: m})
	}
	return all, groups, nil
}

// fig8 is Figure 10's points on both axes of the paper, each with a fit in 1/b − 1/n: that of claim 11, and a straight line.
func fig8(s *study.Set, r *study.Results) (*plots.Sheet, error) {
	runs := statics(s, "mlp")
	all, groups, err := staticGaps(r, runs, true)
	if err != nil {
		return nil, err
	}
	n := float64(s.Size("mlp"))
	loglog, err := staticPanel(all, groups, n)
	if err != nil {
		return nil, err
	}
	linear, err := line(all, plots.OverBLess(n), 2, n/16)
	if err != nil {
		return nil, err
	}
	text, err := staticCaption(r, runs, true)
	if err != nil {
		return nil, err
	}
	return plots.GapPlot(text, []plots.GapPanel{loglog}, []plots.GapPanel{{X: plots.OverB, Groups: groups, Fits: []plots.GapFit{linear}}})
}

// staticFigure is a single log-log panel, with the fit against 1/b − 1/n that claim 11 is judged by.
func staticFigure(model string, atEnd bool) func(*study.Set, *study.Results) (*plots.Sheet, error) {
	return func(s *study.Set, r *study.Results) (*plots.Sheet, error) {
		runs := statics(s, model)
		all, groups, err := staticGaps(r, runs, atEnd)
		if err != nil {
			return nil, err
		}
		panel, err := staticPanel(all, groups, float64(s.Size(model)))
		if err != nil {
			return nil, err
		}
		text, err := staticCaption(r, runs, atEnd)
		if err != nil {
			return nil, err
		}
		return plots.GapPlot(text, []plots.GapPanel{panel})
	}
}

// staticPanel shows gaps of n images against b, and fits them against 1/b − 1/n.
func staticPanel(all []fit.Point, groups []plots.GapGroup, n float64) (plots.GapPanel, error) {
	_, f, err := power(all, plots.OverBLess(n), 2, n/16)
	return plots.GapPanel{X: plots.B, Log: true, Groups: groups, Fits: []plots.GapFit{f}, References: []plots.Reference{{Exponent: -1}}}, err
}
