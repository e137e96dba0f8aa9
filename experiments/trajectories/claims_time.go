package trajectories

import (
	"errors"
	"fmt"
	"math"

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
		Number: 17, Stated: "catapults: a spike of the sharpness, a bump of the loss, a fall, renewed sharpening", Expected: catapulting.Words,
		Runs: runs,
		Judge: func(r *study.Results) ([]study.Row, error) {
			var t tally
			for _, run := range runs {
				if err := t.add(r, run); err != nil {
					return nil, err
				}
			}
			return []study.Row{t.row(setting(s, "mlp", 0.02, 16))}, nil
		},
	}
}

// catapulting is where the number of bumps is expected; row judges it by its chance.
var catapulting = study.Range{Lo: 1, Hi: math.Inf(1), Words: "at least 1, and more than by chance"}

// tally are the cycles of several runs.
type tally struct {
	seeds, steps int
	cycles       []Catapult
	chances      []float64 // of each to have a bump that means nothing
	gone         string    // which runs diverged and are left out
}

func (t *tally) add(r *study.Results, run study.Run) error {
	switch diverged, err := r.Diverged(run); {
	case err != nil:
		return err
	case diverged:
		t.gone += "; " + run.ID() + " diverged"
		return nil
	}
	found, chances, err := catapultsOf(r, run)
	if err != nil {
		return err
	}
	end, err := experiments.ReadOutcome(r.Path(run))
	t.seeds, t.steps = t.seeds+1, t.steps+end.Steps-run.Step
	t.cycles, t.chances = append(t.cycles, found...), append(t.chances, chances...)
	return err
}

// row judges whether more of the cycles have a bump than would by chance.
func (t *tally) row(what string) study.Row {
	row := study.Row{Case: what, Measured: study.Unknown, Note: study.CountSeeds(t.seeds) + t.gone}.In(catapulting)
	if t.seeds == 0 {
		return row
	}
	n := bumps(t.cycles)
	p := atLeast(n, t.chances)
	switch {
	case n == 0:
		row.Outcome = study.Fails
	case p < 0.05:
		row.Outcome = study.Holds
	default:
		row.Outcome = study.Undecided
	}
	count := experiments.Real(n)
	row.Measured, row.Unit = experiments.Interval{Value: count, Lo: count, Hi: count}, fmt.Sprintf("in %d steps", t.steps)
	row.Note += fmt.Sprintf("; %d cycles through 2/η, %d of them with a loss at least %g times that before; as many windows as long, placed anywhere, would have %.1f, and %d or more with probability %.2g",
		len(t.cycles), n, bumpHeight, floats.Sum(t.chances), n, p)
	return row
}

// catapultsOf finds the cycles of a run, and their chances of a bump that means nothing.
func catapultsOf(r *study.Results, run study.Run) (found []Catapult, chances []float64, err error) {
	sharpness, err := r.OwnSeries(run, "batch_sharpness_mean_ratio")
	if err != nil {
		return nil, nil, err
	}
	loss, err := r.OwnSeries(run, "loss")
	if err != nil {
		return nil, nil, err
	}
	found = Catapults(sharpness, loss, 2/run.Variables.Number("EOSS_LR"))
	return found, byChance(found, sharpness.Steps, loss), nil
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
		Number: 18, Stated: "2/η is reached earlier for larger η and for smaller b (in epochs)", Expected: positive.Words,
		Runs: runs,
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			for _, p := range arrivalPairs(s) {
				row := study.Row{Case: p.what, Unit: "epochs",
					Note: study.CountSeeds(len(p.late)) + "; first measurement of Batch Sharpness (mean of ratios) at or above 2/η"}
				row, err := exceeds(row, func(runs []study.Run) ([]experiments.Interval, error) { return arrivals(r, runs) }, p.late, p.early)
				switch {
				case errors.Is(err, errNotReached):
					row = study.Row{Case: p.what, Measured: study.Unknown, Unit: "epochs", Outcome: study.NotMeasured, Note: err.Error()}
				case err != nil:
					return rows, err
				}
				rows = append(rows, row)
			}
			return rows, nil
		},
	}
}

// pair are runs that reach 2/η late and early, if the claim is right.
type pair struct {
	late, early []study.Run
	what        string
}

// arrivalPairs are neighbours in η and in b.
func arrivalPairs(s *study.Set) (pairs []pair) {
	for i := range len(gridRates) - 1 {
		pairs = append(pairs, pair{seeds(s, "mlp", gridRates[i], 16), seeds(s, "mlp", gridRates[i+1], 16),
			fmt.Sprintf("b = 16: η = %g after η = %g", s.Eta("mlp", gridRates[i]), s.Eta("mlp", gridRates[i+1]))})
	}
	for i := range len(gridBatches) - 1 {
		pairs = append(pairs, pair{seeds(s, "mlp", 0.01, gridBatches[i+1]), seeds(s, "mlp", 0.01, gridBatches[i]),
			fmt.Sprintf("η = %g: b = %d after b = %d", s.Eta("mlp", 0.01), gridBatches[i+1], gridBatches[i])})
	}
	return pairs
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
