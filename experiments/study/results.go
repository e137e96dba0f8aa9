package study

import (
	"fmt"
	"path/filepath"
	"sync"

	"eoss/experiments"
	"eoss/internal/record"
	"eoss/plots"
)

// Results are the finished runs of a set.
type Results struct {
	Dir string // of the runs

	mu   sync.Mutex
	open map[string]*plots.Run
}

// NewResults reads the runs in dir.
func NewResults(dir string) *Results { return &Results{Dir: dir, open: map[string]*plots.Run{}} }

// Path is the run's directory.
func (r *Results) Path(run Run) string { return filepath.Join(r.Dir, run.ID()) }

// Run reads a run.
func (r *Results) Run(run Run) (*plots.Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := run.ID()
	if opened, ok := r.open[id]; ok {
		return opened, nil
	}
	opened, err := plots.OpenRun(r.Path(run))
	if err == nil {
		r.open[id] = opened
	}
	return opened, err
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
	return experiments.Series{Steps: s.Steps, Values: s.Values, StdErr: s.StdErrs}, nil
}

// Diverged says whether the run did.
func (r *Results) Diverged(run Run) (bool, error) {
	end, err := experiments.ReadOutcome(r.Path(run))
	return end.State == experiments.StateDiverged, err
}

// DivergedError says that a run has no plateau because it diverged: a result, which leaves a claim not measured.
type DivergedError struct {
	Run  string
	Step int
}

func (e *DivergedError) Error() string { return fmt.Sprintf("%s diverged at step %d", e.Run, e.Step) }

// Plateau is where a quantity stood in the last quarter of the run, in units of 2/η.
func (r *Results) Plateau(run Run, name string) (experiments.Plateau, error) {
	s, err := r.Series(run, name)
	if err != nil {
		return experiments.Plateau{}, err
	}
	end, err := experiments.ReadOutcome(r.Path(run))
	if err != nil {
		return experiments.Plateau{}, err
	}
	if end.State == experiments.StateDiverged {
		return experiments.Plateau{}, &DivergedError{Run: r.Path(run), Step: end.Steps}
	}
	return experiments.NewPlateau(s, end.Steps, 2/run.Variables.Number("EOSS_LR")), nil
}
