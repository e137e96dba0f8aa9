package trajectories

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/floats"

	"eoss/experiments"
	"eoss/experiments/study"
)

// cycles counts the catapults of Figure 4, all seeds together.
func cycles(s *study.Set) study.Claim {
	var runs []study.Run
	for seed := range s.Seeds {
		runs = append(runs, catapults(s, seed))
	}
	return study.Claim{
		Number: 17, Stated: "catapults: a spike of the sharpness, a bump of the loss, a fall, renewed sharpening", Expected: "at least 1, and more than by chance",
		Runs: runs,
		Judge: func(r *study.Results) ([]study.Row, error) {
			var all []Catapult
			var chances []float64
			for _, run := range runs {
				found, loss, err := catapultsOf(r, run)
				if err != nil {
					return nil, err
				}
				all, chances = append(all, found...), append(chances, byChance(found, loss)...)
			}
			n := bumps(all)
			p := atLeast(n, chances)
			outcome := study.Fails
			switch {
			case n > 0 && p < 0.05:
				outcome = study.Holds
			case n > 0:
				outcome = study.Undecided
			}
			count := experiments.Real(n)
			return []study.Row{{Case: setting(s, "mlp", 0.02, 16), Measured: experiments.Interval{Value: count, Lo: count, Hi: count},
				Unit: fmt.Sprintf("in %d steps", len(runs)*catapultSteps), Outcome: outcome,
				Note: fmt.Sprintf("%s; %d cycles through 2/η, %d of them with a loss at least %g times that before; as many windows as long, placed anywhere, would have %.1f, and %d or more with probability %.2g",
					study.CountSeeds(len(runs)), len(all), n, bumpHeight, floats.Sum(chances), n, p)}}, nil
		},
	}
}

// catapultsOf finds the cycles of a run, and gives its loss.
func catapultsOf(r *study.Results, run study.Run) (found []Catapult, loss experiments.Series, err error) {
	sharpness, err := r.OwnSeries(run, "batch_sharpness_mean_ratio")
	if err != nil {
		return nil, loss, err
	}
	loss, err = r.OwnSeries(run, "loss")
	if err != nil {
		return nil, loss, err
	}
	return Catapults(sharpness, loss, 2/run.Variables.Number("EOSS_LR")), loss, nil
}

// arrival compares when 2/η is first reached.
func arrival(s *study.Set) study.Claim {
	var runs []study.Run
	for _, lr := range gridRates {
		runs = append(runs, seeds(s, "mlp", lr, 16)...)
	}
	for _, b := range gridBatches {
		runs = append(runs, seeds(s, "mlp", 0.01, b)...)
	}
	return study.Claim{
		Number: 18, Stated: "2/η is reached earlier for larger η and for smaller b (in epochs)", Expected: "above 0",
		Runs: runs,
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			type pair struct {
				late, early []study.Run
				what        string
			}
			var pairs []pair
			for i := range len(gridRates) - 1 {
				pairs = append(pairs, pair{seeds(s, "mlp", gridRates[i], 16), seeds(s, "mlp", gridRates[i+1], 16),
					fmt.Sprintf("b = 16: η = %g after η = %g", s.Eta("mlp", gridRates[i]), s.Eta("mlp", gridRates[i+1]))})
			}
			for i := range len(gridBatches) - 1 {
				pairs = append(pairs, pair{seeds(s, "mlp", 0.01, gridBatches[i+1]), seeds(s, "mlp", 0.01, gridBatches[i]),
					fmt.Sprintf("η = %g: b = %d after b = %d", s.Eta("mlp", 0.01), gridBatches[i+1], gridBatches[i])})
			}
			for _, p := range pairs {
				var early []experiments.Interval
				late, err := arrivals(r, p.late)
				if err == nil {
					early, err = arrivals(r, p.early)
				}
				if errors.Is(err, errNotReached) {
					rows = append(rows, study.Row{Case: p.what, Measured: study.Unknown, Unit: "epochs", Outcome: study.NotMeasured, Note: err.Error()})
					continue
				}
				if err != nil {
					return rows, err
				}
				row := rises("", 0, 0, study.OverSeeds(study.Difference(late, early)))
				row.Case, row.Unit, row.Note = p.what, "epochs", study.CountSeeds(len(late))+"; first measurement of Batch Sharpness (mean of ratios) at or above 2/η"
				rows = append(rows, row)
			}
			return rows, nil
		},
	}
}

var errNotReached = errors.New("2/η was not reached")

// arrivals are the epochs at which the runs reached 2/η.
func arrivals(r *study.Results, runs []study.Run) (list []experiments.Interval, err error) {
	for _, run := range runs {
		p, err := r.Plateau(run, "batch_sharpness_mean_ratio")
		if err != nil {
			return nil, err
		}
		if p.FirstReached == nil {
			return nil, fmt.Errorf("%w: %s", errNotReached, run.ID())
		}
		epochs := experiments.Real(float64(*p.FirstReached) * run.Variables.Number("EOSS_BATCH") / run.Variables.Number("EOSS_N"))
		list = append(list, experiments.Interval{Value: epochs, Lo: epochs, Hi: epochs})
	}
	return list, nil
}
