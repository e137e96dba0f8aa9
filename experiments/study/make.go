package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"eoss/experiments"
)

// Maker makes the figures and the table of claims of a set in its folder: runs/, figures/, claims.json, claims.txt.
type Maker struct {
	*Set
	Settings
	Log io.Writer // progress
}

func (m Maker) results() *Results {
	r := NewResults(filepath.Join(m.Out, "runs"))
	r.Partial = m.Workers == 0
	return r
}

// Plan prints the runs of a selection and starts nothing.
func (m Maker) Plan(w io.Writer, s Selection) error {
	runs, results := s.runs(), m.results()
	if err := cmp.Or(m.check(results, runs), m.checkOptimizer(s)); err != nil {
		return err
	}
	return WritePlan(w, m.Settings, results, runs)
}

// Make does the runs that are missing, unless there are no workers, draws the figures and judges the claims. What fails is left out, said, and makes the
// whole fail at the end; so does a selection of which the finished runs allow nothing.
func (m Maker) Make(ctx context.Context, stdout io.Writer, s Selection) error {
	runs, results := s.runs(), m.results()
	if err := m.prepare(results, s); err != nil {
		return err
	}
	var errs []error
	said := &tolerant{w: stdout} // what nobody can be told is made all the same
	if m.Workers > 0 {
		pool := Pool{Results: results, User: m.User, Workers: m.Workers, Log: m.Log}
		failure := pool.Do(ctx, runs)
		if errors.Is(failure, experiments.ErrInterrupted) {
			return failure
		}
		errs = append(errs, failure)
	}
	made, err := m.single(said, results, s.Single)
	errs = append(errs, err)
	drawn, err := m.drawAll(ctx, said, results, s.Figures)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	made, errs = made || drawn, append(errs, err)
	if len(s.Claims) > 0 {
		judged, err := m.judge(said, results, s.Claims)
		made, errs = made || judged, append(errs, err)
	}
	if err := once(append(errs, said.err)...); err != nil || made || m.Workers > 0 {
		return err
	}
	return fmt.Errorf("nothing of it can be made: the runs that it needs are not done in %s", results.Dir)
}

// prepare refuses, before any work, what would be refused in the midst of it, and makes the set's folder, or clears it up.
func (m Maker) prepare(results *Results, s Selection) error {
	runs := s.runs()
	if err := cmp.Or(m.check(results, runs), m.checkOptimizer(s)); err != nil {
		return err
	}
	if m.Workers > 0 {
		if _, err := ReadTimes(results.Dir); err != nil {
			return err
		}
		if err := m.rehearse(results, runs); err != nil {
			return err
		}
	}
	if len(s.Claims) > 0 {
		if _, err := ReadClaims(m.Out); err != nil {
			return err
		}
	}
	if err := m.makeOut(); err != nil {
		return err
	}
	m.sweep()
	return nil
}

// single prints the folders of single runs, and says which are not done.
func (m Maker) single(stdout io.Writer, results *Results, runs []Run) (made bool, err error) {
	var errs []error
	for _, r := range runs {
		state, err := stateOf(results.Path(r))
		switch {
		case err != nil:
			errs = append(errs, err)
		case state != Finished:
			fmt.Fprintf(m.Log, "%s is not done\n", r.ID())
		default:
			made = true
			fmt.Fprintln(stdout, results.Path(r))
		}
	}
	return made, errors.Join(errs...)
}
