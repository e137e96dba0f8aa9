package shifts

import (
	"fmt"
	"math"
	"slices"

	"eoss/experiments"
	"eoss/experiments/study"
)

func claims(s *study.Set) (list []study.Claim) {
	stated := []string{
		"η up: a catapult, then Batch Sharpness at the new 2/η, λmax lower",
		"η down: Batch Sharpness first falls, then sharpens to the new 2/η; λmax higher, but below the level of a run from scratch",
		"b up: Batch Sharpness dips and returns to 2/η; λmax higher, but below the level of a run from scratch",
		"b down: a catapult, Batch Sharpness back at 2/η, λmax lower",
	}
	for i, c := range changes {
		cases := seeds(s, c)
		var all []study.Run
		for _, x := range cases {
			all = append(all, x.judged()...)
		}
		list = append(list, study.Claim{Number: 6 + i, Stated: stated[i], Runs: all,
			Judge: func(r *study.Results) ([]study.Row, error) { return judge(r, c, cases) }})
	}
	return list
}

// survivors are the cases none of whose judged runs diverged, and a note on how many there are and which are left out.
func survivors(r *study.Results, cases []shift) (kept []shift, note string, err error) {
	out := ""
	for _, x := range cases {
		gone, err := firstDiverged(r, x.judged())
		if err != nil {
			return nil, "", err
		}
		if gone == "" {
			kept = append(kept, x)
		} else {
			out += "; " + gone + " diverged"
		}
	}
	return kept, study.CountSeeds(len(kept)) + out, nil
}

// firstDiverged names the first of the runs that diverged; "" if none did.
func firstDiverged(r *study.Results, list []study.Run) (string, error) {
	for _, run := range list {
		if diverged, err := r.Diverged(run); diverged || err != nil {
			return run.ID(), err
		}
	}
	return "", nil
}

// judge measures what the change did at once, and where it led.
func judge(r *study.Results, c change, all []shift) (rows []study.Row, err error) {
	cases, note, err := survivors(r, all)
	if err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return []study.Row{{Case: "the runs", Expected: "a plateau", Measured: study.Unknown, Outcome: study.NotMeasured, Note: note}}, nil
	}
	var changed, control, fresh []study.Run
	for _, x := range cases {
		changed, control, fresh = append(changed, x.changed), append(control, x.control), append(fresh, x.fresh)
	}
	first, err := atOnce(r, c, cases, note)
	if err != nil {
		return nil, err
	}
	after, err := returned(r, changed, note)
	if err != nil {
		return nil, err
	}
	rows = append(rows, first, after)
	moved, err := difference(r, changed, control)
	if err != nil {
		return rows, err
	}
	moving, err := r.Moving("lambda_max", changed...)
	if err != nil {
		return rows, err
	}
	note += moving
	moves := study.Below(0)
	if c.calms() {
		moves = study.Above(0)
	}
	rows = append(rows, study.Row{Case: "λmax after it, less that without it", Measured: moved, Note: note}.In(moves))
	if c.calms() {
		short, err := difference(r, changed, fresh)
		if err != nil {
			return rows, err
		}
		rows = append(rows, study.Row{Case: "λmax after it, less that of a run from scratch", Measured: short, Note: note}.In(study.Below(0)))
	}
	return rows, nil
}

// returned judges whether Batch Sharpness is at the new 2/η in the end.
func returned(r *study.Results, changed []study.Run, note string) (study.Row, error) {
	values, err := r.Ratios("batch_sharpness_mean_ratio", changed...)
	if err != nil {
		return study.Row{}, err
	}
	moving, err := r.Moving("batch_sharpness_mean_ratio", changed...)
	return study.Row{Case: "Batch Sharpness (mean of ratios) after it", Measured: study.OverSeeds(values), Unit: "× the new 2/η",
		Note: note + moving}.In(study.Between(0.9, 1.15)), err
}

// difference of the plateaus of λmax, seed by seed and absolute: the runs' units 2/η differ.
func difference(r *study.Results, a, b []study.Run) (experiments.Interval, error) {
	var values [2][]experiments.Interval
	for i, list := range [][]study.Run{a, b} {
		for _, run := range list {
			p, err := r.Plateau(run, "lambda_max")
			if err != nil {
				return experiments.Interval{}, err
			}
			values[i] = append(values[i], p.Mean)
		}
	}
	return study.OverSeeds(study.Difference(values[0], values[1])), nil
}

// atOnce is what follows the change: the bump of the loss where the step grows less stable, the fall of Batch Sharpness where it grows more
// stable. Both are extremes of few noisy values, so they are held against the same extreme without the change.
func atOnce(r *study.Results, c change, cases []shift, note string) (study.Row, error) {
	what, name, extreme, expected := "highest loss", "loss", slices.Max[[]float64], study.Above(1)
	if c.calms() {
		what, name, extreme, expected = "lowest Batch Sharpness", "batch_sharpness_mean_ratio", slices.Min[[]float64], study.Below(1)
	}
	var values []experiments.Interval
	for _, x := range cases {
		with, err := soonAfter(r, x.at, name, x.changed, x.first)
		if err != nil {
			return study.Row{}, err
		}
		without, err := soonAfter(r, x.at, name, x.control, x.firstControl)
		if err != nil {
			return study.Row{}, err
		}
		v := experiments.Real(math.Log(extreme(with) / extreme(without))) // ratios of all sizes: their logarithms have a mean that means something
		values = append(values, experiments.Interval{Value: v, Lo: v, Hi: v})
	}
	if len(cases) > 1 {
		note += ", geometric mean"
	} else {
		note += ", no interval"
	}
	return study.Row{Case: what + " soon after it, over that without it", Measured: exp(study.OverSeeds(values)), Note: note}.In(expected), nil
}

func exp(i experiments.Interval) experiments.Interval {
	of := func(x experiments.Real) experiments.Real { return experiments.Real(math.Exp(float64(x))) }
	return experiments.Interval{Value: of(i.Value), Lo: of(i.Lo), Hi: of(i.Hi)}
}

// soonAfter are the values of a quantity, in all of the runs, in a tenth as many steps after the change as there were before it.
func soonAfter(r *study.Results, at int, name string, runs ...study.Run) (after []float64, err error) {
	for _, run := range runs {
		s, err := r.OwnSeries(run, name)
		if err != nil {
			return nil, err
		}
		found := len(after)
		for i, step := range s.Steps {
			if step > at && step <= at+at/10 {
				after = append(after, s.Values[i])
			}
		}
		if len(after) == found {
			return nil, fmt.Errorf("%s has no %s soon after step %d", r.Path(run), name, at)
		}
	}
	return after, nil
}
