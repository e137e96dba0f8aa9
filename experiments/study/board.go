package study

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"eoss/experiments"
)

// board is the one display of all runs that are being done: a bar on a terminal, elsewhere a line when a run ends and
// every half minute.
type board struct {
	out  io.Writer
	pool *mpb.Progress // nil: no terminal
	bar  *mpb.Bar

	mu      sync.Mutex
	began   time.Time
	shown   time.Time
	running []*job
	runs    int
	ended   int
	total   float64 // expected seconds of all runs on one core
	done    float64 // of the ended ones
}

const barUnits = 1000

func newBoard(out io.Writer, jobs []*job) *board {
	b := &board{out: out, runs: len(jobs), began: time.Now(), shown: time.Now()}
	for _, j := range jobs {
		b.total += j.seconds
	}
	if len(jobs) > 0 && experiments.ShowsBars(out) {
		b.pool = mpb.New(mpb.WithOutput(out), mpb.ForceTTY(), mpb.WithAutoRefresh())
		b.bar = b.pool.New(barUnits, mpb.BarStyle(), mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return " " + b.status()
		})))
	}
	return b
}

func (b *board) close() {
	if b.pool != nil {
		b.bar.Abort(false)
		b.pool.Wait()
	}
}

func (b *board) begin(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = append(b.running, j)
}

func (b *board) update(j *job, share float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	j.done = share
	b.show(time.Since(b.shown) > 30*time.Second, "")
}

func (b *board) end(j *job, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = slices.DeleteFunc(b.running, func(r *job) bool { return r == j })
	if !errors.Is(err, experiments.ErrInterrupted) {
		b.ended++
		b.done += j.seconds
	}
	b.show(true, ending(j, err))
}

// ending says how a job ended.
func ending(j *job, err error) string {
	switch {
	case err == nil:
		return "done " + j.run.ID()
	case errors.Is(err, experiments.ErrInterrupted):
		return "interrupted " + j.run.ID() + ", saved; the same command goes on"
	case errors.As(err, new(*unbegun)):
		return err.Error()
	}
	return "FAILED " + err.Error()
}

// show moves the bar, or writes a line.
func (b *board) show(due bool, line string) {
	switch {
	case b.bar != nil:
		b.bar.SetCurrent(int64(barUnits * b.share()))
		if line != "" {
			fmt.Fprintln(b.pool, line)
		}
	case due:
		b.shown = time.Now()
		if line != "" {
			line += "; "
		}
		fmt.Fprintln(b.out, line+b.status())
	}
}

// share is the part of the expected work that is done.
func (b *board) share() float64 {
	done := b.done
	for _, j := range b.running {
		done += j.done * j.seconds
	}
	return done / max(b.total, 1e-9)
}

func (b *board) status() string {
	var parts []string
	for _, j := range b.running {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", j.run.ID(), 100*j.done))
	}
	text := fmt.Sprintf("%d of %d runs", b.ended, b.runs)
	if share := b.share(); share > 0 && share < 1 {
		elapsed := time.Since(b.began)
		text += fmt.Sprintf(", %v left", time.Duration(float64(elapsed)*(1-share)/share).Round(time.Second))
	}
	if len(parts) > 0 {
		text += ", now " + strings.Join(parts, ", ")
	}
	return text
}
