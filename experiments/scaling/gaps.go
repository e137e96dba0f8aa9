package scaling

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/internal/record"
	"eoss/plots"
)

// levels are where a run's quantities settled: the means over the last quarter of training, with the plateau's intervals.
type levels struct {
	run                                        study.Run
	b, n, seed                                 int
	sharpness, meanRatio, lambdaB, lambda, gap experiments.Plateau // gap: λᵇmax − λmax at the same steps
	steps                                      int
	loss                                       float64 // the last
}

// settled reads a family's plateaus. Runs that diverged are left out and named.
func (f family) settled(r *study.Results) (list []levels, out []string, err error) {
	for k, seed := range f.seeds {
		for _, b := range f.batches {
			run := f.train(b, seed)
			l := levels{run: run, b: int(run.Variables.Number("EOSS_BATCH")), n: int(run.Variables.Number("EOSS_N")), seed: k}
			diverged, err := l.read(r, run)
			if err != nil {
				return nil, nil, err
			}
			if diverged {
				out = append(out, fmt.Sprintf("b = %d of seed %d diverged", l.b, seed.seed))
				continue
			}
			list = append(list, l)
		}
	}
	return list, out, nil
}

func (l *levels) read(r *study.Results, run study.Run) (diverged bool, err error) {
	if diverged, err = r.Diverged(run); err != nil || diverged {
		return diverged, err
	}
	for name, to := range map[string]*experiments.Plateau{
		"batch_sharpness": &l.sharpness, "batch_sharpness_mean_ratio": &l.meanRatio, "lambda_b_max": &l.lambdaB, "lambda_max": &l.lambda,
	} {
		if *to, err = r.Plateau(run, name); err != nil {
			return false, err
		}
	}
	if l.b >= l.n { // λᵇmax is λmax, which is measured more often
		l.lambdaB = l.lambda
	}
	if l.gap, err = r.Gap(run, "lambda_b_max", "lambda_max"); err != nil {
		return false, err
	}
	loss, err := r.Series(run, "loss")
	if err != nil {
		return false, err
	}
	l.steps, l.loss = l.lambda.LastStep, loss.Values[len(loss.Values)-1]
	return false, nil
}

// level is one number of a run, with its interval or NaNs.
type level struct {
	b, seed int
	experiments.Interval
}

// each is a number of each run.
func each(list []levels, value func(levels) experiments.Interval) (all []level) {
	for _, l := range list {
		all = append(all, level{l.b, l.seed, value(l)})
	}
	return all
}

// points are what is fitted.
func points(list []level) (all []fit.Point) {
	for _, l := range list {
		all = append(all, fit.Point{X: float64(l.b), Y: float64(l.Value), Seed: l.seed})
	}
	return all
}

func lambdas(list []levels) []fit.Point {
	return points(each(list, func(l levels) experiments.Interval { return l.lambda.Mean }))
}

// gaps are λᵇmax − λmax. At b = n there is none: the two are the same number.
func gaps(list []levels) (all []level) {
	for _, l := range list {
		if l.b < l.n {
			all = append(all, level{l.b, l.seed, l.gap.Mean})
		}
	}
	return all
}

// between keeps the points with b in a range.
func between(all []fit.Point, lo, hi float64) (kept []fit.Point) {
	for _, p := range all {
		if p.X >= lo && p.X <= hi {
			kept = append(kept, p)
		}
	}
	return kept
}

// bars are the means over seeds at every b, in its order, with their intervals over the seeds; one seed keeps its own.
func bars(all []level) (list []plots.Measured) {
	byB := map[int][]experiments.Interval{}
	for _, l := range all {
		if !math.IsNaN(float64(l.Value)) {
			byB[l.b] = append(byB[l.b], l.Interval)
		}
	}
	for _, b := range slices.Sorted(maps.Keys(byB)) {
		list = append(list, level{b: b, Interval: study.OverSeeds(byB[b])}.measured())
	}
	return list
}

func (l level) measured() plots.Measured {
	return plots.Measured{X: float64(l.b), Y: float64(l.Value), Lo: float64(l.Lo), Hi: float64(l.Hi)}
}

// independent numbers the network of run k among those whose gaps have errors of their own. Before the first step those of one seed are one
// network on several subsets, and count as one; if there are no others, what they differ in is all that is known of the error.
func independent(runs []study.Run, k int, atEnd bool) int {
	seed := func(r study.Run) int { return int(r.Variables.Number("EOSS_SEED")) }
	several := slices.ContainsFunc(runs, func(r study.Run) bool { return seed(r) != seed(runs[0]) })
	if several && !atEnd {
		return seed(runs[k])
	}
	return k
}

// staticGap is the gap of one network against b, before its first step or after its last, with the standard errors of λᵇmax. seed numbers the
// networks that are independent.
func staticGap(r *study.Results, run study.Run, seed int, atEnd bool) (all []fit.Point, measured []plots.Measured, err error) {
	opened, err := r.Run(run)
	if err != nil {
		return nil, nil, err
	}
	step := 0
	if atEnd {
		end, err := experiments.ReadOutcome(r.Path(run))
		if err != nil {
			return nil, nil, err
		}
		if end.State == experiments.StateDiverged {
			return nil, nil, &study.DivergedError{Run: r.Path(run), Step: end.Steps}
		}
		step = end.Steps
	}
	at := func(name string) (record.Row, bool) {
		for _, row := range opened.Rows {
			if row.Step == step && row.Name == name {
				return row, true
			}
		}
		return record.Row{}, false
	}
	full, ok := at("lambda_max")
	if !ok {
		return nil, nil, fmt.Errorf("%s has no lambda_max at step %d", r.Path(run), step)
	}
	for b := 2; b < int(run.Variables.Number("EOSS_N")); b *= 2 {
		row, ok := at(experiments.LambdaBAt(b))
		if !ok {
			return nil, nil, fmt.Errorf("%s has no λᵇmax of b = %d at step %d", r.Path(run), b, step)
		}
		g := row.Value - full.Value
		all = append(all, fit.Point{X: float64(b), Y: g, Seed: seed})
		half := 0.0
		if row.StdErr > 0 {
			half = fit.Student(float64(row.N-1)) * row.StdErr
		}
		measured = append(measured, plots.Measured{X: float64(b), Y: g, Lo: g - half, Hi: g + half})
	}
	return all, measured, nil
}
