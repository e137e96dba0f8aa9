package experiments

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// End says how a training run ended.
type End struct {
	Steps    int     // steps taken
	Diverged bool    // a loss or parameter was not finite, or a step's loss too large
	Stopped  bool    // the full training loss fell below EOSS_STOP_LOSS
	Loss     float64 // of the last step, before it: of its batch, or of all samples if noise is injected
}

// trainer is a run of training with its measurements.
type trainer[T graph.Float] struct {
	*Problem[T]
	sampler    Sampler
	plan       []scheduled[T]
	batch      curvature.Data[T]
	out        *record.Writer
	progress   *Progress
	yardsticks []yardstick
	end        End
	first      float64   // loss of the first step, 0 before it
	untrained  float64   // loss of a network whose outputs are all 0
	shown      time.Time // when rows were last handed to their readers

	checkpoints *checkpoints           // nil: none are written
	unmeasured  *checkpoint.Checkpoint // before measurements that may stop the run, or be interrupted
}

func newTrainer[T graph.Float](p *Problem[T], out *record.Writer, progress *Progress) (*trainer[T], error) {
	p.Dir = out.Dir()
	plan, err := schedule(p)
	if err != nil {
		return nil, err
	}
	c := p.Config
	yardsticks, _ := c.yardsticks()
	return &trainer[T]{Problem: p, untrained: p.untrainedLoss(), yardsticks: yardsticks, plan: plan, out: out, progress: progress, shown: time.Now(),
		sampler: Sampler{N: p.Train.N, B: c.Batch, Seed: c.SeedOrder, Replacement: c.Noise == "replacement"}}, nil
}

// train takes the configured steps, measuring before a step whose number a cadence divides, and
// everything at the end. It stops early when ctx is cancelled, with its state and all that was measured on disk; a measurement that takes
// long is given up then, and taken again when the run is resumed.
func (t *trainer[T]) train(ctx context.Context) (End, error) {
	t.Objective.Interrupt = func() error { return context.Cause(ctx) }
	for t.end.Steps < t.Config.Steps && !t.end.Diverged && !t.end.Stopped {
		if ctx.Err() != nil {
			return t.end, also(context.Cause(ctx), also(t.save(true), t.out.Sync()))
		}
		if t.checkpoints.due(t.end.Steps) {
			if err := t.save(false); err != nil {
				return t.end, also(err, t.out.Sync())
			}
		}
		if err := t.step(); err != nil {
			return t.end, t.cutShort(ctx, err)
		}
	}
	if !t.end.Diverged {
		if err := t.finish(); err != nil {
			return t.end, t.cutShort(ctx, err)
		}
	}
	return t.end, t.out.Sync()
}

// cutShort ends a run that an error stopped. In a measurement that was interrupted, that leaves the run as it was before.
func (t *trainer[T]) cutShort(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if cause == nil || !errors.Is(err, cause) {
		return also(err, t.out.Sync())
	}
	if t.unmeasured != nil {
		t.unmeasured.Interim = true
		return also(cause, t.write(*t.unmeasured))
	}
	return also(cause, t.out.Sync())
}

// finish saves the run and measures what has not been measured at the last step. The checkpoint is of the run before any
// measurement of that step, so that a longer run can go on from it as if it had never stopped.
func (t *trainer[T]) finish() error {
	if t.end.Stopped {
		if t.unmeasured != nil {
			if err := t.write(*t.unmeasured); err != nil {
				return err
			}
			t.unmeasured = nil
		}
		return t.measure(func(s scheduled[T]) bool { return t.end.Steps%s.every != 0 })
	}
	t.unmeasured = nil
	if err := t.save(false); err != nil {
		return err
	}
	t.batch = t.Train.Gather(t.batch, t.sampler.Batch(t.end.Steps))
	err := t.measure(func(scheduled[T]) bool { return true })
	t.end.Stopped = false // all steps are taken, and a longer run may not measure the loss here
	return err
}

func (t *trainer[T]) step() error {
	t.batch = t.Train.Gather(t.batch, t.sampler.Batch(t.end.Steps))
	if err := t.beforeMeasuring(); err != nil {
		return err
	}
	if err := t.measure(func(s scheduled[T]) bool { return t.end.Steps%s.every == 0 }); err != nil || t.end.Stopped || t.end.Diverged {
		return err
	}
	samples := t.batch
	if t.Config.injectsNoise() {
		samples = t.Train
	}
	loss, err := t.Optimizer.Step(t.Theta, samples)
	if err != nil {
		return err
	}
	if t.first == 0 {
		t.first = loss
	}
	t.end.Loss = loss
	t.end.Steps++
	if !isFinite(loss) || loss > t.limit() {
		t.diverge("loss", fmt.Sprint(loss))
	}
	t.progress.Step(t.end.Steps)
	return nil
}

// brief are the measurements that an interrupt waits for.
var brief = []string{"loss", "step_sharpness", "param_distance"}

// beforeMeasuring remembers the run before measurements that may stop it or take long.
func (t *trainer[T]) beforeMeasuring() error {
	t.unmeasured = nil
	if t.checkpoints == nil || t.end.Steps == 0 || t.checkpoints.last == t.end.Steps {
		return nil
	}
	for _, s := range t.plan {
		stops := s.name == "loss" && t.Config.StopLoss > 0
		if t.end.Steps%s.every == 0 && (stops || !slices.Contains(brief, s.name)) {
			c, err := t.saved()
			t.unmeasured = &c
			return err
		}
	}
	return nil
}

// measure takes the measurements that are due and writes their rows. Numbers beyond all bounds are a result, not a
// failure: the run has diverged.
func (t *trainer[T]) measure(due func(scheduled[T]) bool) error {
	m := &Moment[T]{Problem: t.Problem, Step: t.end.Steps, Batch: t.batch}
	for _, s := range t.plan {
		if due(s) {
			m.due = append(m.due, s.name)
			m.needsHessian = m.needsHessian || slices.Contains(onHessian, s.name)
		}
	}
	for _, s := range t.plan {
		if !due(s) {
			continue
		}
		rows, err := s.take(m)
		if errors.Is(err, curvature.ErrNotFinite) {
			t.diverge(s.name, "not finite")
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.out.Write(rows...); err != nil {
			return err
		}
		t.notice(rows)
		if t.hasDiverged(rows); t.end.Diverged {
			return nil
		}
		if err := t.show(); err != nil {
			return err
		}
	}
	return t.show()
}

// flushEvery is how old rows may become before others can read them. Whoever reads them while the run goes on need not wait for a checkpoint.
var flushEvery = time.Second

// show hands the rows to their readers now and then; to have them safe on disk waits for a checkpoint.
func (t *trainer[T]) show() error {
	if time.Since(t.shown) < flushEvery {
		return nil
	}
	t.shown = time.Now()
	return t.out.Flush()
}

// notice shows the newest values and applies the stop loss.
func (t *trainer[T]) notice(rows []record.Row) {
	for _, r := range rows {
		if r.Name == "loss" {
			t.progress.Set("loss", r.Value)
			t.end.Stopped = r.Value < t.Config.StopLoss
		}
		for _, y := range t.yardsticks {
			if y.quantity == r.Name && y.symbol() != "" {
				t.progress.Set(y.symbol(), y.of(r.Value))
			}
		}
	}
}
