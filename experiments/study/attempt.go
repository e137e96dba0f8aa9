package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"eoss/experiments"
	"eoss/internal/record"
)

// Why a run is not done here though nothing failed. Several processes may work on one set: all they know of each other is in its folder.
var (
	errRunsElsewhere = errors.New("another process is doing it")
	errDoneElsewhere = errors.New("another process has done it")
)

// lookAgain is how long a run that another process does is left alone.
const lookAgain = time.Second

// do makes a run, or goes on with it, as it stands now.
func (d *dispatcher) do(ctx context.Context, j *job) error {
	release, err := hold(d.Results.Dir, j.run.ID())
	switch {
	case errors.Is(err, record.ErrLocked):
		return errRunsElsewhere
	case err != nil:
		return err
	}
	defer release()
	state, err := stateOf(j.dir)
	switch {
	case err != nil:
		return err
	case state == Running:
		return errRunsElsewhere
	case state == Finished:
		return errDoneElsewhere
	}
	j.state = state
	d.board.begin(j)
	var forgotten error
	if state == Missing {
		forgotten = forgetTime(d.Results.Dir, j.run.ID())
	}
	began := time.Now()
	err = d.attempt(ctx, j)
	if other := elsewhere(j, err); other != nil {
		return other
	}
	added := addTime(d.Results.Dir, j.run.ID(), time.Since(began).Seconds())
	if lost := cmp.Or(added, forgotten); lost != nil { // no failure of the run
		d.board.show(fmt.Sprintf("how long %s took is not kept: %v", j.run.ID(), lost))
	}
	return err
}

// elsewhere says whether what failed was refused for another process that came first, such as one that outlives the set's process that began
// it; nil: it was not.
func elsewhere(j *job, err error) error {
	if err == nil || errors.Is(err, experiments.ErrInterrupted) {
		return nil
	}
	status := experiments.ExitStatus(err)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	}
	switch state, _ := stateOf(j.dir); { // what was begun here has ended
	case state == Running, errors.As(err, new(*begunElsewhere)), status == experiments.ExitLocked:
		return errRunsElsewhere
	case state == Finished:
		return errDoneElsewhere
	}
	if j.state == Missing && status == experiments.ExitUsage {
		if _, err := os.Stat(j.dir); err == nil { // a run that is refused makes no folder
			return errRunsElsewhere
		}
	}
	return nil
}

// attempt does the work of do.
func (d *dispatcher) attempt(ctx context.Context, j *job) error {
	if j.state == Missing {
		if err := makeWay(j.dir); err != nil {
			return err
		}
	}
	return j.process(ctx, j.environment(d.Pool), func(share float64) { d.board.update(j, share) })
}

// postpone puts a job that another process does behind the others, to be looked at again.
func (d *dispatcher) postpone(j *job) {
	first := j.again.IsZero()
	j.again = time.Now().Add(lookAgain)
	d.jobs = append(d.jobs, j)
	d.board.leave(j, first)
	d.changed.Broadcast()
}
