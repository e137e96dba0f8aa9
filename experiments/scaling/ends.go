package scaling

import (
	"fmt"

	"eoss/experiments/study"
	"eoss/plots"
)

// ends are where the trainings of several runs ended.
type ends struct{ steps, losses []float64 }

func (e *ends) add(steps int, loss float64) {
	e.steps, e.losses = append(e.steps, float64(steps)), append(e.losses, loss)
}

// endsOf reads them.
func endsOf(r *study.Results, runs []study.Run) (e ends, err error) {
	for _, run := range runs {
		loss, err := r.Series(run, "loss")
		if err != nil {
			return e, err
		}
		last := loss.Steps[len(loss.Steps)-1]
		e.add(last, loss.At(last))
	}
	return e, nil
}

// endsOfLevels are those of the runs of a sweep.
func endsOfLevels(list []levels) (e ends) {
	for _, l := range list {
		e.add(l.steps, l.loss)
	}
	return e
}

// converged says whether all came to the end that training has without a profile's own.
func (e ends) converged() bool {
	for i, loss := range e.losses {
		if !converged(loss, int(e.steps[i])) {
			return false
		}
	}
	return true
}

func (e ends) loss() string { return "loss at the end " + study.Span(e.losses, study.TwoDigits) }

func (e ends) String() string {
	return fmt.Sprintf("%s steps, %s", study.Span(e.steps, plots.PlainNumber), e.loss())
}
