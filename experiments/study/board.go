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

	screen sync.Mutex // keeps lines in order; taken before mu

	mu      sync.Mutex
	began   time.Time
	shown   time.Time
	running []*job
	runs    int
	ended   int
	total   float64 // expected seconds, on one core, of all runs, but for what was not done of those that failed
	done    float64 // of the ended ones
	before  float64 // of what runs that go on had done
}

const barUnits = 1000

func newBoard(out io.Writer, jobs []*job) *board {
	return newBoardOn(out, jobs, len(jobs) > 0 && experiments.ShowsBars(out))
}

func newBoardOn(out io.Writer, jobs []*job, terminal bool) *board {
	b := &board{out: out, runs: len(jobs), began: time.Now(), shown: time.Now()}
	for _, j := range jobs {
		b.total += j.seconds
	}
	if terminal {
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
	if j.state != Missing && j.done == 0 {
		b.before += share * j.seconds
	}
	j.done = share
	b.mu.Unlock()
	b.show("")
}

func (b *board) end(j *job, err error) {
	b.mu.Lock()
	b.running = slices.DeleteFunc(b.running, func(r *job) bool { return r == j })
	if !errors.Is(err, experiments.ErrInterrupted) {
		b.ended++
	}
	made := 1.0
	if err != nil { // the time went into its share that was done, and nothing will go into the rest
		made = j.done
	}
	b.done += made * j.seconds
	b.total -= (1 - made) * j.seconds
	b.mu.Unlock()
	b.show(ending(j, err))
}

// leave leaves a job to another process, and says so the first time.
func (b *board) leave(j *job, first bool) {
	b.mu.Lock()
	b.running = slices.DeleteFunc(b.running, func(r *job) bool { return r == j })
	b.mu.Unlock()
	if first {
		b.show(j.run.ID() + ": another process is doing it, which is waited for")
	}
}

// ending says how a job ended.
func ending(j *job, err error) string {
	switch {
	case err == nil:
		return "done " + j.run.ID()
	case errors.Is(err, errDoneElsewhere):
		return "done " + j.run.ID() + ", by another process"
	case errors.Is(err, experiments.ErrInterrupted):
		return "interrupted " + j.run.ID() + ", saved; the same command goes on"
	case errors.As(err, new(*unbegun)):
		return err.Error()
	}
	return "FAILED " + err.Error()
}

// show moves the bar and writes the line above it, or, without a bar, writes the line, if there is one or half a minute has passed, and how
// far the runs are. mpb is told it without b.mu, which the bar's goroutine takes for the status: until that returns, it hears nobody.
func (b *board) show(line string) {
	b.screen.Lock()
	defer b.screen.Unlock()
	b.mu.Lock()
	current, status := int64(barUnits*b.work()/max(b.total, 1e-9)), b.status()
	due := line != "" || time.Since(b.shown) > 30*time.Second
	if due {
		b.shown = time.Now()
	}
	b.mu.Unlock()
	switch {
	case b.bar != nil:
		b.bar.SetCurrent(current)
		if line != "" {
			b.above(line)
		}
	case line != "":
		fmt.Fprintln(b.out, line+"; "+status)
	case due:
		fmt.Fprintln(b.out, status)
	}
}

// above writes a line above the bar, or, when the bar could no longer be drawn, all the same.
func (b *board) above(line string) {
	if _, err := fmt.Fprintln(b.pool, line); errors.Is(err, mpb.ErrDone) {
		fmt.Fprintln(b.out, line)
	}
}

// work is the expected seconds of what is done.
func (b *board) work() float64 {
	done := b.done
	for _, j := range b.running {
		done += j.done * j.seconds
	}
	return done
}

// left is the time to go, at the pace of what was done since the beginning; 0 if that is too little to tell it: a run's first measurement
// takes as long as many of its steps.
func (b *board) left(elapsed time.Duration) time.Duration {
	work := b.work()
	if work-b.before < (b.total-b.before)/100 || work >= b.total {
		return 0
	}
	return time.Duration(float64(elapsed) * (b.total - work) / (work - b.before)).Round(time.Second)
}

func (b *board) status() string {
	var parts []string
	for _, j := range b.running {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", j.run.ID(), 100*j.done))
	}
	text := fmt.Sprintf("%d of %d runs", b.ended, b.runs)
	if left := b.left(time.Since(b.began)); left > 0 {
		text += fmt.Sprintf(", %v left", left)
	}
	if len(parts) > 0 {
		text += ", now " + strings.Join(parts, ", ")
	}
	return text
}
