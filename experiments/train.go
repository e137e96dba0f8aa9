package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// End says how a training run ended.
type End struct {
	Steps    int     // steps taken
	Diverged bool    // the loss of a batch was not finite, or beyond divergedAt times the first
	Stopped  bool    // the full training loss fell below EOSS_STOP_LOSS
	Loss     float64 // of the last batch
}

// divergedAt is the loss, in units of the first batch's, from which a run counts as diverged: a
// catapult at the edge of stability raises the loss by a few times, never a million.
const divergedAt = 1e6

// trainer is a run of training with its measurements.
type trainer[T graph.Float] struct {
	*Problem[T]
	sampler  Sampler
	plan     []scheduled[T]
	batch    curvature.Data[T]
	out      *record.Writer
	progress *Progress
	end      End
	first    float64
}

func newTrainer[T graph.Float](p *Problem[T], out *record.Writer, progress *Progress) (*trainer[T], error) {
	p.Dir = out.Dir()
	plan, err := schedule(p)
	if err != nil {
		return nil, err
	}
	c := p.Config
	return &trainer[T]{Problem: p, plan: plan, out: out, progress: progress,
		sampler: Sampler{N: p.Train.N, B: c.Batch, Seed: c.SeedOrder}}, nil
}

// train takes the configured steps, measuring before a step whose number a cadence divides, and
// everything at the end. It stops early when ctx is cancelled, with all that was measured on disk.
func (t *trainer[T]) train(ctx context.Context) (End, error) {
	for t.end.Steps < t.Config.Steps && !t.end.Diverged && !t.end.Stopped {
		if ctx.Err() != nil {
			return t.end, errors.Join(t.out.Sync(), context.Cause(ctx))
		}
		if err := t.step(); err != nil {
			return t.end, errors.Join(err, t.out.Sync())
		}
	}
	if !t.end.Diverged {
		t.batch = t.Train.Gather(t.batch, t.sampler.Batch(t.end.Steps))
		if err := t.measure(func(scheduled[T]) bool { return true }); err != nil {
			return t.end, errors.Join(err, t.out.Sync())
		}
	}
	return t.end, t.out.Sync()
}

func (t *trainer[T]) step() error {
	t.batch = t.Train.Gather(t.batch, t.sampler.Batch(t.end.Steps))
	if err := t.measure(func(s scheduled[T]) bool { return t.end.Steps%s.every == 0 }); err != nil || t.end.Stopped {
		return err
	}
	loss, err := t.Optimizer.Step(t.Theta, t.batch)
	if err != nil {
		return err
	}
	if t.end.Steps == 0 {
		t.first = loss
	}
	t.end.Loss = loss
	t.end.Steps++
	if t.end.Diverged = math.IsNaN(loss) || loss > divergedAt*t.first; t.end.Diverged {
		t.progress.Log.Warn("training diverged", "step", t.end.Steps, "loss", fmt.Sprint(loss))
	}
	t.progress.Step(t.end.Steps)
	return nil
}

// measure takes the measurements that are due and writes their rows.
func (t *trainer[T]) measure(due func(scheduled[T]) bool) error {
	m := &Moment[T]{Problem: t.Problem, Step: t.end.Steps, Batch: t.batch}
	for _, s := range t.plan {
		if !due(s) {
			continue
		}
		rows, err := s.take(m)
		if err != nil {
			return err
		}
		if err := t.out.Write(rows...); err != nil {
			return err
		}
		t.notice(rows)
	}
	return nil
}

// notice shows the newest values and applies the stop loss.
func (t *trainer[T]) notice(rows []record.Row) {
	for _, r := range rows {
		switch r.Name {
		case "loss":
			t.progress.Set("loss", r.Value)
			t.end.Stopped = r.Value < t.Config.StopLoss
		case "batch_sharpness_mean_ratio":
			t.progress.Set("BS·η/2", r.Value*t.Config.LR/2)
		case "lambda_max":
			t.progress.Set("λmax·η/2", r.Value*t.Config.LR/2)
		}
	}
}
