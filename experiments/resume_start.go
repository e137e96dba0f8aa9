package experiments

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// newest is the newest sound checkpoint; nil: the run has none yet, and starts at step 0. Where checkpoints are lost or cannot be read the
// run is refused, for to start at step 0 takes all of its rows away.
func (o *origin) newest(then record.Config, log io.Writer) (*checkpoint.Checkpoint, error) {
	steps, err := checkpoint.Steps(o.dir)
	if err != nil {
		return nil, o.refuse("%v; make that readable", err)
	}
	var skipped []error
	for _, step := range slices.Backward(steps) {
		c, err := o.sound(step)
		switch {
		case err == nil:
			for i, err := range skipped {
				fmt.Fprintf(log, "%s: the checkpoint of step %d is skipped: %v\n", o.dir, steps[len(steps)-1-i], err)
			}
			return c, nil
		case !errors.Is(err, record.ErrDamaged):
			return nil, o.refuse("%v; make that readable", err)
		}
		skipped = append(skipped, err)
	}
	switch {
	case then.Parent != nil && len(skipped) > 0:
		return nil, o.refuse("it has no sound checkpoint (%v); start it again with EOSS_FROM=%s@%d", skipped[0], then.Parent.Run, then.Parent.Step)
	case then.Parent != nil:
		return nil, o.refuse("it has no sound checkpoint; start it again with EOSS_FROM=%s@%d", then.Parent.Run, then.Parent.Step)
	case len(skipped) > 0:
		return nil, o.refuse("it has no sound checkpoint (the newest: %v); put back what it held, or %s", skipped[0], o.startAgain())
	}
	return nil, o.checkYoung(then)
}

// sound is the checkpoint of a step, with all rows before it there.
func (o *origin) sound(step int) (*checkpoint.Checkpoint, error) {
	c, err := checkpoint.Read(o.dir, step)
	if err != nil {
		return nil, err
	}
	return c, c.Metrics.Check(o.metrics())
}

// checkYoung refuses a run without a checkpoint whose rows are from after its first one: that has been removed.
func (o *origin) checkYoung(then record.Config) error {
	rows, _, err := record.ReadRows(o.metrics())
	switch {
	case isMissing(err):
		return nil
	case err != nil:
		return o.refuse("%v", err)
	}
	every, _ := strconv.Atoi(then.Variables["EOSS_CHECKPOINT"])
	for _, r := range rows {
		if every > 0 && r.Step >= every {
			return o.refuse("its checkpoints are gone, and it has rows of step %d; put them back, or %s", rows[len(rows)-1].Step, o.startAgain())
		}
	}
	return nil
}

func (o *origin) startAgain() string {
	return fmt.Sprintf("move checkpoints and %s out of it to train it again from step 0", record.MetricsFile)
}

func (o *origin) metrics() string { return filepath.Join(o.dir, record.MetricsFile) }
