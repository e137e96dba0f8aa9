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
)

// Pool does the runs of a set.
type Pool struct {
	Results *Results
	User    Variables // what the user gives to all runs
	Workers int
	Log     io.Writer // progress
}

// Do finishes the runs and all they start from: those that are done are left alone, unfinished ones are resumed, and at most Workers
// processes work at a time, the longest chains of forks first. One that another process does is waited for. A run that fails doesn't stop those that do not
// start from it; the error joins what failed. When ctx is cancelled the running ones save their state and stop.
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

// jobs are the runs that are not done, in the order of their chains, the longest first; lost are those that are damaged, by ID, but for parents that nothing starts from
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
	chain := chains(jobs)
	slices.SortStableFunc(jobs, func(a, b *job) int { return cmp.Compare(chain[b.run.ID()], chain[a.run.ID()]) })
	return jobs, lost, nil
}

// chains are the seconds that each run and the longest chain of forks that waits for it are expected to take, by ID. Jobs have parents first.
func chains(jobs []*job) map[string]float64 {
	takes := map[string]float64{}
	for _, j := range slices.Backward(jobs) {
		id := j.run.ID()
		takes[id] += j.seconds
		if p := j.run.Parent; p != nil {
			takes[p.ID()] = max(takes[p.ID()], takes[id])
		}
	}
	return takes
}
