package shifts

import (
	"fmt"
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
		list = append(list, study.Claim{Number: 6 + i, Stated: stated[i], Runs: runs(cases...),
			Judge: func(r *study.Results) ([]study.Row, error) { return judge(r, c, cases) }})
	}
	return list
}

// survivors are the cases none of whose runs diverged, and a note on how many there are and which are left out.
func survivors(r *study.Results, cases []shift) (kept []shift, note string, err error) {
	out := ""
	for _, x := range cases {
		gone, err := firstDiverged(r, runs(x))
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
	sharpness, err := r.Ratios("batch_sharpness_mean_ratio", changed...)
	if err != nil {
		return rows, err
	}
	m := study.OverSeeds(sharpness)
	rows = append(rows, first, study.Row{Case: "Batch Sharpness after it", Expected: "0.9 to 1.15", Measured: m, Unit: "× the new 2/η",
		Outcome: study.Within(m, 0.9, 1.15), Note: note})
	moved, err := difference(r, changed, control)
	if err != nil {
		return rows, err
	}
	raised := c.suffix == "b" || c.suffix == "c"
	rows = append(rows, signed("λmax after it, less that without it", moved, raised, note))
	if raised {
		short, err := difference(r, changed, fresh)
		if err != nil {
			return rows, err
		}
		rows = append(rows, signed("λmax after it, less that of a run from scratch", short, false, note))
	}
	return rows, nil
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

// signed judges a difference that should have a sign.
func signed(what string, d experiments.Interval, positive bool, note string) study.Row {
	row := study.Row{Case: what, Expected: "above 0", Measured: d, Outcome: study.Positive(d), Note: note}
	if !positive {
		row.Expected = "below 0"
		row.Outcome = study.Positive(experiments.Interval{Value: -d.Value, Lo: -d.Hi, Hi: -d.Lo})
	}
	return row
}

// atOnce is what follows the change: the bump of the loss where the step grows less stable, the fall of Batch Sharpness
// where it grows more stable.
func atOnce(r *study.Results, c change, cases []shift, note string) (study.Row, error) {
	var values []experiments.Interval
	for _, x := range cases {
		measure := bump
		if c.suffix == "b" || c.suffix == "c" {
			measure = dip
		}
		v, err := measure(r, x)
		if err != nil {
			return study.Row{}, err
		}
		values = append(values, experiments.Interval{Value: experiments.Real(v), Lo: experiments.Real(v), Hi: experiments.Real(v)})
	}
	m := study.OverSeeds(values)
	if c.suffix == "b" || c.suffix == "c" {
		return study.Row{Case: "lowest Batch Sharpness soon after it, over its median before", Expected: "below 1", Measured: m,
			Outcome: study.Positive(experiments.Interval{Value: 1 - m.Value, Lo: 1 - m.Hi, Hi: 1 - m.Lo}), Note: note}, nil
	}
	return study.Row{Case: "highest loss soon after it, over its median before", Expected: "above 1", Measured: m,
		Outcome: study.Positive(experiments.Interval{Value: m.Value - 1, Lo: m.Lo - 1, Hi: m.Hi - 1}), Note: note}, nil
}

// bump is the highest training loss in the tenth of the run after the change, over the median in as long before.
func bump(r *study.Results, x shift) (float64, error) {
	before, after, err := around(r, x, "loss")
	if err != nil {
		return 0, err
	}
	return slices.Max(after) / median(before), nil
}

// dip is the lowest Batch Sharpness there over its median before, both absolute.
func dip(r *study.Results, x shift) (float64, error) {
	before, after, err := around(r, x, "batch_sharpness_mean_ratio")
	if err != nil {
		return 0, err
	}
	return slices.Min(after) / median(before), nil
}

func around(r *study.Results, x shift, name string) (before, after []float64, err error) {
	s, err := r.Series(x.changed, name)
	if err != nil {
		return nil, nil, err
	}
	width := x.at / 10
	for i, step := range s.Steps {
		switch {
		case step >= x.at-width && step < x.at:
			before = append(before, s.Values[i])
		case step > x.at && step <= x.at+width:
			after = append(after, s.Values[i])
		}
	}
	if len(before) == 0 || len(after) == 0 {
		return nil, nil, fmt.Errorf("%s has no %s around step %d", r.Path(x.changed), name, x.at)
	}
	return before, after, nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
