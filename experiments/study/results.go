package study

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"sync"

	"eoss/experiments"
	"eoss/internal/record"
	"eoss/plots"
)

// Results are the finished runs of a set.
type Results struct {
	Dir     string // of the runs
	Partial bool   // figures leave out what is not done, instead of being refused

	mu   sync.Mutex
	open map[string]*plots.Run
}

// NewResults reads the runs in dir.
func NewResults(dir string) *Results { return &Results{Dir: dir, open: map[string]*plots.Run{}} }

// Path is the run's directory.
func (r *Results) Path(run Run) string { return filepath.Join(r.Dir, run.ID()) }

// UndoneError says that a run is not there, or not at its end: what needs it waits.
type UndoneError struct{ Run string }

func (e *UndoneError) Error() string { return e.Run + " is not done" }

// Run reads a finished run; another is an *UndoneError, or, when it cannot be made, a *DivergedError.
func (r *Results) Run(run Run) (*plots.Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := run.ID()
	if opened, ok := r.open[id]; ok {
		return opened, nil
	}
	switch _, ended, err := outcome(r.Path(run)); {
	case err != nil:
		return nil, err
	case !ended:
		if gone := r.unstartable(run); gone != nil {
			return nil, gone
		}
		return nil, &UndoneError{Run: r.Path(run)}
	}
	opened, err := plots.OpenRun(r.Path(run))
	if err == nil {
		r.open[id] = opened
	}
	return opened, err
}

// count is how many different runs are listed, and how many of them are not done.
func (r *Results) count(runs []Run) (all, undone int) {
	seen := map[string]bool{}
	for _, run := range runs {
		if seen[run.ID()] {
			continue
		}
		seen[run.ID()] = true
		if _, err := r.Run(run); errors.As(err, new(*UndoneError)) {
			undone++
		}
	}
	return len(seen), undone
}

// finished are those of the runs that a figure can read.
func (r *Results) finished(runs []Run) (list []Run) {
	for _, run := range runs {
		if _, err := r.Run(run); err == nil {
			list = append(list, run)
		}
	}
	return list
}

// Done are those of the runs that a figure is drawn from: all of them, or, in part, the finished ones, one at least.
func (r *Results) Done(runs ...Run) (done []*plots.Run, err error) {
	for _, run := range runs {
		opened, e := r.Run(run)
		switch {
		case e == nil:
			done = append(done, opened)
		case r.Partial && errors.As(e, new(*UndoneError)):
			err = e
		default:
			return nil, e
		}
	}
	if len(done) > 0 {
		err = nil
	}
	return done, err
}

// Runs reads several.
func (r *Results) Runs(runs ...Run) (list []*plots.Run, err error) {
	for _, run := range runs {
		opened, err := r.Run(run)
		if err != nil {
			return nil, err
		}
		list = append(list, opened)
	}
	return list, nil
}

// Series is what a run recorded of a quantity, a fork's history included.
func (r *Results) Series(run Run, name string) (experiments.Series, error) {
	return r.series(run, name, true)
}

// OwnSeries is the same without a fork's history.
func (r *Results) OwnSeries(run Run, name string) (experiments.Series, error) {
	return r.series(run, name, false)
}

func (r *Results) series(run Run, name string, history bool) (experiments.Series, error) {
	opened, err := r.Run(run)
	if err != nil {
		return experiments.Series{}, err
	}
	rows := opened.Rows
	if history {
		rows = append(opened.History[:len(opened.History):len(opened.History)], rows...)
	}
	s := record.SelectSeries(rows, name)
	if s.Len() == 0 {
		return experiments.Series{}, fmt.Errorf("%s has no %s", r.Path(run), name)
	}
	return experiments.Series{Steps: s.Steps, Values: s.Values, StdErr: s.StdErrs, First: opened.Config.FirstStep()}, nil
}

// Plateau is where a quantity stood in the last quarter of the run, of a fork's own steps at most, in units of 2/η.
func (r *Results) Plateau(run Run, name string) (experiments.Plateau, error) {
	s, err := r.Series(run, name)
	if err != nil {
		return experiments.Plateau{}, err
	}
	return r.plateau(run, s)
}

// Gap is where the difference of two quantities stood, taken at the steps of the first. Between its own steps the second is interpolated
// linearly: the means of each over steps of its own would differ by what both moved in between.
func (r *Results) Gap(run Run, of, less string) (experiments.Plateau, error) {
	s, err := r.Series(run, of)
	if err != nil {
		return experiments.Plateau{}, err
	}
	other, err := r.Series(run, less)
	if err != nil {
		return experiments.Plateau{}, err
	}
	d := experiments.Series{First: s.First}
	for i, step := range s.Steps {
		if v := other.At(step); !math.IsNaN(v) {
			d.Steps, d.Values, d.StdErr = append(d.Steps, step), append(d.Values, s.Values[i]-v), append(d.StdErr, s.StdErr[i])
		}
	}
	return r.plateau(run, d)
}

func (r *Results) plateau(run Run, s experiments.Series) (experiments.Plateau, error) {
	end, err := experiments.ReadOutcome(r.Path(run))
	if err != nil {
		return experiments.Plateau{}, err
	}
	if end.State == experiments.StateDiverged {
		return experiments.Plateau{}, &DivergedError{Run: r.Path(run), Step: end.Steps}
	}
	return experiments.NewPlateau(s, end.Steps, 2/run.Variables.Number("EOSS_LR")), nil
}
