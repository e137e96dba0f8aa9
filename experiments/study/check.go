package study

import (
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"eoss/experiments"
)

// check refuses, before any work, what the runs would refuse one by one: variables that a study varies itself, and, if runs are to start,
// variables and files with which they could not begin, as far as that is seen at a glance.
func (m Maker) check(results *Results, runs []Run) error {
	if err := m.checkOut(len(runs) > 0); err != nil {
		return err
	}
	runs = withParents(runs)
	for _, r := range runs {
		if err := m.checkUser(r); err != nil {
			return err
		}
	}
	if err := checkWidths(runs); err != nil {
		return err
	}
	if err := m.checkSize(runs); err != nil || m.Workers == 0 {
		return err
	}
	if err := m.checkStop(results, runs); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range runs {
		c, err := r.config()
		if err != nil {
			return m.unlessSet(err)
		}
		files := fmt.Sprint(c.Init, c.Dataset, c.DataDir, c.N, c.NTest)
		if seen[files] || !results.wanting(r) {
			continue
		}
		seen[files] = true
		if err := c.CheckFiles(); err != nil {
			return m.unlessSet(err)
		}
	}
	return nil
}

// unlessSet adds to the refusal of a variable that the user has not given who has.
func (s *Set) unlessSet(err error) error {
	var refused *experiments.ConfigError
	if !errors.As(err, &refused) || s.User[refused.Variable] != "" {
		return err
	}
	return &experiments.ConfigError{Variable: refused.Variable, Value: refused.Value, Reason: refused.Reason + "; EOSS_PROFILE=" + s.Profile.Name +
		" gives it where you don't"}
}

// checkUser refuses a variable that the user gives to a run that has another value from its study.
func (s *Set) checkUser(r Run) error {
	for _, name := range slices.Sorted(maps.Keys(s.User)) {
		if r.Variables[name] != s.User[name] || name == "EOSS_MEASURE" { // the figures draw what the set measures
			return &experiments.ConfigError{Variable: name, Value: s.User[name],
				Reason: "is what these figures and claims vary or fix themselves, as for the run " + r.ID() + ": unset it (just eoss takes it for one run)"}
		}
	}
	return nil
}

// checkOptimizer refuses another optimizer than SGD for what is measured in units of SGD's 2/η.
func (s *Set) checkOptimizer(chosen Selection) error {
	optimizer := s.User["EOSS_OPTIMIZER"]
	if optimizer == "" || optimizer == "sgd" {
		return nil
	}
	refused := "the claims"
	if len(chosen.Claims) == 0 {
		i := slices.IndexFunc(chosen.Figures, func(f Figure) bool { return f.SGD })
		if i < 0 {
			return nil
		}
		refused = chosen.Figures[i].Name
	}
	return &experiments.ConfigError{Variable: "EOSS_OPTIMIZER", Value: optimizer,
		Reason: refused + " would be held against 2/η, the threshold of plain SGD: unset it, or name figures along single runs, such as fig2"}
}

// checkSize refuses a number of images that the user gives and that is less than the batch size of a run.
func (s *Set) checkSize(runs []Run) error {
	n, b := int(s.User.Number("EOSS_N")), 0
	for _, r := range runs {
		b = max(b, int(r.Variables.Number("EOSS_BATCH")))
	}
	if n < 1 || b <= n {
		return nil
	}
	return &experiments.ConfigError{Variable: "EOSS_N", Value: s.User["EOSS_N"],
		Reason: fmt.Sprintf("is less than b = %d of these figures and claims: set it to %[1]d at least, or name others", b)}
}

// config is the run's configuration. Its refusal names the run when the others may differ in what is refused.
func (r Run) config() (experiments.Config, error) {
	given := r.Variables
	if r.Parent != nil {
		given = given.changed(r.Parent.Variables)
	}
	c, err := experiments.CheckRun(r.Variables, given)
	var refused *experiments.ConfigError
	if errors.As(err, &refused) {
		err = &experiments.ConfigError{Variable: refused.Variable, Value: refused.Value, Reason: refused.Reason + " (the run " + r.ID() + ")"}
	}
	return c, err
}

// wanting says whether the run is still to be made, or to go on.
func (r *Results) wanting(run Run) bool {
	state, _ := stateOf(r.Path(run))
	return state == Missing || state == Unfinished
}

// rehearse builds each kind of network that is to be trained once, with its data and within the memory that its runs will have: what is
// refused here is refused before the first of them begins.
func (m Maker) rehearse(results *Results, runs []Run) error {
	defer debug.FreeOSMemory() // the runs need it
	seen := map[string]bool{}
	for _, r := range withParents(runs) {
		if !results.wanting(r) {
			continue
		}
		r.Variables = Variables{"EOSS_MEMORY": memoryShare(m.Workers).String()}.With(r.Variables)
		c, err := r.config()
		if err != nil {
			return err
		}
		kind := fmt.Sprint(c.Model, c.Widths, c.Dataset, c.N, c.NTest, c.Loss, c.Optimizer, c.Precision, c.Chunk)
		if seen[kind] {
			continue
		}
		seen[kind] = true
		if err := c.CheckProblem(); err != nil {
			return err
		}
	}
	return nil
}
