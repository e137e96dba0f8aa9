package scaling

import (
	"fmt"
	"math"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/internal/record"
	"eoss/plots"
)

// levels are where a run's quantities settled: the means over the last quarter of training.
type levels struct {
	run                                   study.Run
	b, n, seed                            int
	sharpness, meanRatio, lambdaB, lambda float64
	eta                                   float64
}

// settled reads a family's plateaus. Runs that diverged are left out and named.
func (f family) settled(r *study.Results) (list []levels, out []string, err error) {
	for k, seed := range f.seeds {
		for _, b := range f.batches {
			run := f.train(b, seed)
			l := levels{run: run, b: int(run.Variables.Number("EOSS_BATCH")), n: int(run.Variables.Number("EOSS_N")), seed: k, eta: run.Variables.Number("EOSS_LR")}
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

// ratios are the means of one quantity over those of another against b, over the moments at which both were measured.
func ratios(r *study.Results, list []levels, of, to string) (all []fit.Point, err error) {
	for _, l := range list {
		m, err := r.Together(l.run, of, to)
		if err != nil {
			return nil, err
		}
		all = append(all, fit.Point{X: float64(l.b), Y: m[0] / m[1], Seed: l.seed})
	}
	return all, nil
}

func (l *levels) read(r *study.Results, run study.Run) (diverged bool, err error) {
	if diverged, err = r.Diverged(run); err != nil || diverged {
		return diverged, err
	}
	for name, to := range map[string]*float64{
		"batch_sharpness": &l.sharpness, "batch_sharpness_mean_ratio": &l.meanRatio, "lambda_b_max": &l.lambdaB,
		"lambda_max": &l.lambda,
	} {
		p, err := r.Plateau(run, name)
		if err != nil {
			return false, err
		}
		*to = float64(p.Mean.Value)
	}
	return false, nil
}

// points are a value of each run against b.
func points(list []levels, value func(levels) float64) (all []fit.Point) {
	for _, l := range list {
		all = append(all, fit.Point{X: float64(l.b), Y: value(l), Seed: l.seed})
	}
	return all
}

// gaps are λᵇmax − λmax against b. At b = n there is none: the two are the same number.
func gaps(list []levels) (all []fit.Point) {
	for _, p := range points(list, func(l levels) float64 { return l.lambdaB - l.lambda }) {
		if p.X < float64(list[0].n) {
			all = append(all, p)
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

// bars are the means over seeds at every b, with their intervals over the seeds if there are several.
func bars(all []fit.Point) (list []plots.Measured, err error) {
	byB := map[float64][]float64{}
	var order []float64
	for _, p := range all {
		if math.IsNaN(p.Y) {
			continue
		}
		if byB[p.X] == nil {
			order = append(order, p.X)
		}
		byB[p.X] = append(byB[p.X], p.Y)
	}
	for _, b := range order {
		m := plots.Measured{X: b, Y: byB[b][0]}
		if len(byB[b]) > 1 {
			ci, err := fit.MeanCI(byB[b])
			if err != nil {
				return nil, err
			}
			m = plots.Measured{X: b, Y: ci.Value, Lo: ci.Lo, Hi: ci.Hi}
		}
		list = append(list, m)
	}
	return list, nil
}

// staticGap is the gap of one network against b, before its first step or after its last, with the standard errors of λᵇmax.
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
		measured = append(measured, plots.Measured{X: float64(b), Y: g, Lo: g - 1.96*row.StdErr, Hi: g + 1.96*row.StdErr})
	}
	return all, measured, nil
}
