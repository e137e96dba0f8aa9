package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"eoss/experiments"
)

// Pool does the runs of a set.
type Pool struct {
	Results *Results
	User    Variables // what the user gives to all runs
	Workers int
	Log     io.Writer // progress
}

// Do finishes the runs and all they start from: those that are done are left alone, unfinished ones are resumed, and at most Workers
// processes work at a time, the longest first. A run that fails doesn't stop those that do not start from it; the
// error joins what failed. When ctx is cancelled the running ones save their state and stop.
func (p *Pool) Do(ctx context.Context, runs []Run) error {
	if err := os.MkdirAll(p.Results.Dir, 0o777); err != nil {
		return err
	}
	jobs, lost, err := p.jobs(runs)
	if err != nil {
		return err
	}
	board := newBoard(p.Log, jobs)
	defer board.close()
	d := newDispatcher(p, jobs, lost, board)
	stop := context.AfterFunc(ctx, func() { d.mu.Lock(); d.changed.Broadcast(); d.mu.Unlock() })
	defer stop()
	var workers sync.WaitGroup
	for range p.Workers {
		workers.Go(func() {
			for j := d.next(ctx); j != nil; j = d.next(ctx) {
				d.finish(j, d.do(ctx, j))
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the runs so far are in %s, the same command goes on", context.Cause(ctx), p.Results.Dir)
	}
	return errors.Join(d.errs...)
}

// jobs are the runs that are not done, the longest first; lost are those that are damaged, by ID, but for parents that nothing starts from
// any more.
func (p *Pool) jobs(runs []Run) (jobs []*job, lost map[string]error, err error) {
	lost = map[string]error{}
	for _, r := range withParents(runs) {
		j := &job{run: r, dir: p.Results.Path(r), seconds: r.Cost().Seconds}
		j.state, err = stateOf(j.dir)
		switch {
		case j.state == Damaged:
			lost[r.ID()] = err
			continue
		case err != nil:
			return nil, nil, err
		case j.state == Finished:
			continue
		case j.state == Running:
			return nil, nil, &experiments.UsageError{Reason: j.dir + ": another process is writing it; wait for that to end, or stop it"}
		}
		jobs = append(jobs, j)
	}
	needed := map[string]bool{}
	for _, r := range runs {
		needed[r.ID()] = true
	}
	for _, j := range jobs {
		if p := j.run.Parent; p != nil {
			needed[p.ID()] = true
		}
	}
	maps.DeleteFunc(lost, func(id string, _ error) bool { return !needed[id] })
	slices.SortStableFunc(jobs, func(a, b *job) int { return cmp.Compare(b.seconds, a.seconds) })
	return jobs, lost, nil
}

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

// next waits for a job that can begin; nil: there will be none.
func (d *dispatcher) next(ctx context.Context) *job {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		d.bury()
		if ctx.Err() != nil || len(d.jobs) == 0 {
			return nil
		}
		for i, j := range d.jobs {
			if p := j.run.Parent; p == nil || !d.pending[p.ID()] {
				d.jobs = slices.Delete(d.jobs, i, i+1)
				return j
			}
		}
		d.changed.Wait()
	}
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
	d.end(j, err)
}

func (d *dispatcher) end(j *job, err error) {
	id := j.run.ID()
	delete(d.pending, id)
	switch {
	case errors.Is(err, experiments.ErrInterrupted):
	case errors.As(err, new(*DivergedError)): // a result
	case err != nil:
		d.lost[id] = err
		d.errs = append(d.errs, err)
	}
	d.board.end(j, err)
	d.changed.Broadcast()
}

func (d *dispatcher) do(ctx context.Context, j *job) error {
	d.board.begin(j)
	var forgotten error
	if j.state == Missing {
		if err := makeWay(j.dir); err != nil {
			return err
		}
		forgotten = forgetTime(d.Results.Dir, j.run.ID())
	}
	began := time.Now()
	err := j.process(ctx, j.environment(d.Pool), func(share float64) { d.board.update(j, share) })
	added := addTime(d.Results.Dir, j.run.ID(), time.Since(began).Seconds())
	if lost := cmp.Or(added, forgotten); lost != nil { // no failure of the run
		d.board.show(fmt.Sprintf("how long %s took is not kept: %v", j.run.ID(), lost))
	}
	return err
}
