package experiments

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows how far a run is, its speed, the time left and the newest
// values: as a bar on a terminal, elsewhere as a log line at every 5 % and
// every 10 s (never two within a second).
//
// It is also an io.Writer that keeps other lines clear of the bar: log through
// [Progress.Log] while it is open.
type Progress struct {
	Log *slog.Logger

	out  io.Writer
	now  func() time.Time
	pool *mpb.Progress // nil when out is no terminal
	bar  *mpb.Bar

	mu           sync.Mutex
	start, total int
	first        int // the first step done, at began: the measurements before it are no training
	began        time.Time
	step         int
	values       []progressValue
	shown        time.Time // last refresh or log line
	shownStep    int
}

type progressValue struct {
	name  string
	value float64
}

// NewProgress starts the display on out (usually os.Stderr) for the steps from
// start (0, or where a resumed run goes on) to total. Close it in any case.
func NewProgress(out io.Writer, start, total int) *Progress {
	return newProgress(out, start, total, ShowsBars(out), time.Now)
}

// ShowsBars asks for a size too: terminals without one (some containers') would
// show nothing.
func ShowsBars(out io.Writer) bool {
	w := cupwriter.New(out, false)
	if !w.IsTerminal() {
		return false
	}
	width, height, err := w.GetTermSize()
	return err == nil && width > 0 && height > 0
}

func newProgress(out io.Writer, start, total int, terminal bool, now func() time.Time) *Progress {
	t := now()
	p := &Progress{out: out, now: now, start: start, total: total, step: start, first: start, began: t, shown: t, shownStep: start}
	p.Log = slog.New(slog.NewTextHandler(p, nil))
	if terminal {
		p.pool = mpb.New(mpb.WithOutput(out), mpb.ForceTTY(), mpb.WithAutoRefresh())
		p.bar = p.pool.New(int64(total), mpb.BarStyle(),
			mpb.PrependDecorators(decor.Any(func(s decor.Statistics) string {
				return fmt.Sprintf("step %d/%d ", s.Current, s.Total)
			})),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.status() })))
		p.bar.SetCurrent(int64(start))
	}
	return p
}

// Step reports that step steps of the run are done. It costs well under a
// microsecond: call it after every step.
func (p *Progress) Step(step int) {
	p.mu.Lock()
	if p.step == p.start {
		p.first, p.began = step, p.now()
	}
	p.step = step
	since, advanced := p.now().Sub(p.shown), step-p.shownStep
	due := since >= 10*time.Second || (since >= time.Second && 20*advanced >= p.total)
	if p.bar != nil {
		due = since >= 100*time.Millisecond
	}
	p.mu.Unlock()
	if due {
		p.show()
	}
}

// Set notes the newest value of a quantity, shown from the next refresh on in
// the order of first appearance.
func (p *Progress) Set(name string, value float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.values {
		if p.values[i].name == name {
			p.values[i].value = value
			return
		}
	}
	p.values = append(p.values, progressValue{name, value})
}

// Close shows the last state and leaves the bar on the screen. Further log
// lines go straight to the output.
func (p *Progress) Close() {
	if p.bar == nil {
		if p.step != p.shownStep {
			p.show()
		}
		return
	}
	p.show()
	p.bar.Abort(false) // does nothing to a bar that is complete
	p.pool.Wait()
}

// Write prints lines above the bar.
func (p *Progress) Write(lines []byte) (int, error) {
	if p.pool != nil {
		if n, err := p.pool.Write(lines); err != mpb.ErrDone {
			return n, err
		}
	}
	return p.out.Write(lines)
}

// show refreshes the bar, or writes a log line.
func (p *Progress) show() {
	p.mu.Lock()
	p.shown, p.shownStep = p.now(), p.step
	step := p.step
	rate, left := p.pace()
	attributes := []any{"step", step, "of", p.total, "steps/s", rate, "left", left}
	for _, v := range p.values {
		attributes = append(attributes, v.name, fmt.Sprintf("%.4g", v.value))
	}
	p.mu.Unlock()
	if p.bar != nil {
		p.bar.SetCurrent(int64(step))
		return
	}
	p.Log.Info("training", attributes...)
}

// status is the text to the right of the bar.
func (p *Progress) status() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	rate, left := p.pace()
	var b strings.Builder
	fmt.Fprintf(&b, " %s/s, %s left", rate, left)
	for _, v := range p.values {
		fmt.Fprintf(&b, ", %s %.4g", v.name, v.value)
	}
	return b.String()
}

// pace is the mean speed of this process since its first step, measurements
// included, and the time left at that speed.
func (p *Progress) pace() (rate, left string) {
	elapsed := p.now().Sub(p.began).Seconds()
	done := float64(p.step - p.first)
	if done <= 0 || elapsed <= 0 {
		return "-", "-"
	}
	format := "%.2g"
	if done/elapsed >= 10 {
		format = "%.0f"
	}
	seconds := float64(p.total-p.step) * elapsed / done
	return fmt.Sprintf(format, done/elapsed), Seconds(seconds).Round(time.Second).String()
}

// Seconds is a time, at most 2³³ s or 272 years: a [time.Duration] holds little more.
func Seconds(s float64) time.Duration { return time.Duration(min(s, 1<<33) * float64(time.Second)) }
