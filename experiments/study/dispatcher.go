package study

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"eoss/experiments"
)

// dispatcher hands jobs to workers. A fork waits for its parent.
type dispatcher struct {
	*Pool
	board *board

	mu      sync.Mutex
	changed *sync.Cond
	jobs    []*job           // not begun
	pending map[string]bool  // not begun, or not ended
	lost    map[string]error // why a run is not there
	errs    []error
}

func newDispatcher(p *Pool, jobs []*job, lost map[string]error, b *board) *dispatcher {
	d := &dispatcher{Pool: p, board: b, jobs: jobs, pending: map[string]bool{}, lost: lost}
	d.changed = sync.NewCond(&d.mu)
	for _, j := range jobs {
		d.pending[j.run.ID()] = true
	}
	for _, id := range slices.Sorted(maps.Keys(lost)) {
		d.errs = append(d.errs, lost[id])
	}
	return d
}

// next waits for a job that can begin, or be looked at again; nil: there will be none.
func (d *dispatcher) next(ctx context.Context) *job {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		d.bury()
		if ctx.Err() != nil || len(d.jobs) == 0 {
			return nil
		}
		j, wait := d.ready()
		if j != nil {
			return j
		}
		if wait > 0 {
			time.AfterFunc(wait, d.wake)
		}
		d.changed.Wait()
	}
}

// ready takes out a job whose parent is done; without one, wait is when to look again at those that another process does, 0 if there are none.
func (d *dispatcher) ready() (ready *job, wait time.Duration) {
	for i, j := range d.jobs {
		if p := j.run.Parent; p != nil && d.pending[p.ID()] {
			continue
		}
		left := time.Until(j.again)
		if left <= 0 {
			d.jobs = slices.Delete(d.jobs, i, i+1)
			return j, 0
		}
		if wait == 0 || left < wait {
			wait = left
		}
	}
	return nil, wait
}

func (d *dispatcher) wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed.Broadcast()
}

// bury takes out the jobs whose parent is not there.
func (d *dispatcher) bury() {
	for i := 0; i < len(d.jobs); {
		j := d.jobs[i]
		why := d.lack(j.run)
		if why == nil {
			i++
			continue
		}
		d.jobs = slices.Delete(d.jobs, i, i+1)
		d.end(j, &unbegun{j.run.ID(), why})
		i = 0 // its own forks go with it
	}
}

// lack says why a run has nothing to start from; nil if it has, or may yet.
func (d *dispatcher) lack(r Run) error {
	if r.Parent == nil || d.pending[r.Parent.ID()] {
		return nil
	}
	if gone := d.Results.unstartable(r); gone != nil {
		return gone
	}
	if d.lost[r.Parent.ID()] != nil {
		return errors.New(r.Parent.ID() + ", which it starts from, failed")
	}
	return nil
}

// unbegun says that a run was not begun, for want of what it starts from.
type unbegun struct {
	run string
	why error
}

func (e *unbegun) Error() string { return e.run + " was not begun: " + e.why.Error() }
func (e *unbegun) Unwrap() error { return e.why }

// finish notes how a job ended.
func (d *dispatcher) finish(j *job, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if errors.Is(err, errRunsElsewhere) {
		d.postpone(j)
		return
	}
	d.end(j, err)
}

func (d *dispatcher) end(j *job, err error) {
	id := j.run.ID()
	delete(d.pending, id)
	switch {
	case errors.Is(err, experiments.ErrInterrupted):
	case errors.Is(err, errDoneElsewhere), errors.As(err, new(*DivergedError)): // a result
	case err != nil:
		d.lost[id] = err
		d.errs = append(d.errs, err)
	}
	d.board.end(j, err)
	d.changed.Broadcast()
}
