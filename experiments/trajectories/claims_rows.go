package trajectories

import (
	"errors"
	"fmt"

	"eoss/experiments"
	"eoss/experiments/study"
)

// plateauRow judges the mean over runs that differ in their seeds of a plateau against a range. Of runs that have none it says why.
func plateauRow(r *study.Results, name, what string, expected study.Range, runs ...study.Run) (study.Row, error) {
	values, err := r.Ratios(name, runs...)
	if err != nil {
		return study.Absent(what, expected.Words, err)
	}
	note, err := r.Trend(name, runs...)
	if err != nil {
		return study.Row{}, err
	}
	return study.Row{Case: what, Measured: study.OverSeeds(values), Unit: "× 2/η", Note: note}.In(expected), nil
}

// measure are numbers of runs, one of each.
type measure func(runs []study.Run) ([]experiments.Interval, error)

// exceeds fills in a row on whether a number of some runs is above that of others of the same seeds.
func exceeds(row study.Row, of measure, more, less []study.Run) (study.Row, error) {
	a, err := of(more)
	if err != nil {
		return study.Absent(row.Case, positive.Words, err)
	}
	b, err := of(less)
	if err != nil {
		return study.Absent(row.Case, positive.Words, err)
	}
	row.Measured = study.OverSeeds(study.Difference(a, b))
	return row.In(positive), nil
}

var positive = study.Above(0)

// plateauRows are those of the middle η, of all b.
func plateauRows(s *study.Set, r *study.Results, name, what string, expected study.Range) (rows []study.Row, err error) {
	for _, b := range gridBatches {
		row, err := plateauRow(r, name, setting(s, "mlp", 0.01, b)+what, expected, seeds(s, "mlp", 0.01, b)...)
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// otherRows are those of the figures' other settings, of one seed, and of the sweep.
func otherRows(s *study.Set, r *study.Results, name, what string, expected study.Range) (rows []study.Row, err error) {
	for _, x := range otherSettings(s) {
		more, err := x.rows(s, r, name, what, expected)
		rows = append(rows, more...)
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// rows are those of one model and η; where none of its runs is done, one row stands for all.
func (x series) rows(s *study.Set, r *study.Results, name, what string, expected study.Range) (rows []study.Row, err error) {
	var undone []error
	for _, b := range x.batches {
		row, err := x.row(s, r, b, name, what, expected)
		if errors.As(err, new(*study.UndoneError)) {
			undone = append(undone, err)
			row, err = study.Absent(x.setting(s, b)+what, expected.Words, err)
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	if len(undone) == len(x.batches) {
		row, err := study.Absent(fmt.Sprintf("%s, η = %g", x.model, s.Eta(x.model, x.lr))+what, expected.Words, undone[0])
		return []study.Row{row}, err
	}
	return rows, nil
}

// row is that of b. It says how far training had come: the paper's plateaus are of networks that have not fitted their data yet.
func (x series) row(s *study.Set, r *study.Results, b int, name, what string, expected study.Range) (study.Row, error) {
	runs := x.runs(s, b)
	losses, err := lossAtEnd(r, runs)
	if err != nil {
		return study.Row{}, err
	}
	row, err := plateauRow(r, name, x.setting(s, b)+what, expected, runs...)
	if row.Outcome != study.NotMeasured {
		row.Note += "; loss at the end " + losses
	}
	return row, err
}

// lossAtEnd is where the training losses of the runs ended.
func lossAtEnd(r *study.Results, runs []study.Run) (string, error) {
	var last []float64
	for _, run := range runs {
		loss, err := r.Series(run, "loss")
		if err != nil {
			return "", err
		}
		last = append(last, loss.Values[len(loss.Values)-1])
	}
	return study.Span(last, study.TwoDigits), nil
}

// compared begins the row of a difference between two b.
func compared(what string, more, less int) study.Row {
	return study.Row{Case: fmt.Sprintf("%s at b = %d over that at b = %d", what, more, less), Unit: "× 2/η", Note: "difference of the same seeds"}
}
