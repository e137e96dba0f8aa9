package study

import (
	"errors"
	"fmt"
	"slices"

	"eoss/experiments"
	"eoss/internal/checkpoint"
)

// Diverged says whether the run did, or what it starts from.
func (r *Results) Diverged(run Run) (bool, error) {
	switch _, err := r.Run(run); {
	case errors.As(err, new(*DivergedError)):
		return true, nil
	case err != nil:
		return false, err
	}
	end, err := experiments.ReadOutcome(r.Path(run))
	return end.State == experiments.StateDiverged, err
}

// DivergedError says that a run has no plateau, or is no start of another, because it diverged: a result, which leaves a claim not measured.
type DivergedError struct {
	Run  string
	Step int
}

func (e *DivergedError) Error() string { return fmt.Sprintf("%s diverged at step %d", e.Run, e.Step) }

// unstartable says which run that a fork starts from, itself or through others, diverged before that; nil if none did.
func (r *Results) unstartable(fork Run) *DivergedError {
	p := fork.Parent
	if p == nil {
		return nil
	}
	dir := r.Path(*p)
	end, ended, err := outcome(dir)
	switch {
	case err != nil:
		return nil
	case !ended:
		return r.unstartable(*p)
	case end.State != experiments.StateDiverged || end.Steps > fork.Step:
		return nil
	}
	if steps, err := checkpoint.Steps(dir); err != nil || slices.Contains(steps, fork.Step) {
		return nil // at the last step it is saved before it is measured
	}
	return &DivergedError{Run: dir, Step: end.Steps}
}

// checkStop refuses a user's stop loss for a run that others start from: it may end before the step where they do.
func (s *Set) checkStop(results *Results, runs []Run) error {
	if s.User.Number("EOSS_STOP_LOSS") <= 0 {
		return nil
	}
	for _, r := range runs {
		if r.Parent != nil && results.wanting(r) {
			return &experiments.ConfigError{Variable: "EOSS_STOP_LOSS", Value: s.User["EOSS_STOP_LOSS"],
				Reason: fmt.Sprintf("may stop %s before step %d, where others start from it: unset it, or name figures and claims without such runs", r.Parent.ID(), r.Step)}
		}
	}
	return nil
}
