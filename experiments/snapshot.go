package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// SnapshotFile is the name of a [Snapshot] in its folder.
const SnapshotFile = "measure.json"

// Snapshot is every quantity of one network, measured where it stands.
type Snapshot struct {
	Config     record.Config `json:"config"`
	Quantities []record.Row  `json:"quantities"` // all at step 0
}

// Measure takes no training step: it measures the initial parameters of c, as the training loop would before its first
// step. If c.Out is not empty, it becomes a new folder with the result in [SnapshotFile]. What is being measured goes to
// log. An interrupted one returns what it has and the cause, and leaves no folder.
func Measure(ctx context.Context, c Config, log io.Writer) (Snapshot, error) {
	if err := c.setUpProducts(log); err != nil {
		return Snapshot{}, err
	}
	if c.Precision == "float64" {
		return measureOnce[float64](ctx, c, log)
	}
	return measureOnce[float32](ctx, c, log)
}

func measureOnce[T graph.Float](ctx context.Context, c Config, log io.Writer) (s Snapshot, err error) {
	p, err := NewProblem[T](c)
	if err != nil {
		return s, &UsageError{err.Error()}
	}
	plan, err := schedule(p)
	if err != nil {
		return s, err
	}
	dir := ""
	if c.Out != "" { // now, so that a folder that cannot be made is known before the work
		if dir, err = createDirectory(c); err != nil {
			return s, err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, os.RemoveAll(dir))
			}
		}()
	}
	p.say = func(line string) { fmt.Fprintln(log, line) }
	p.Dir, s.Config = dir, configRecord("measure", p)
	p.Objective.Interrupt = func() error { return context.Cause(ctx) }
	sampler := Sampler{N: p.Train.N, B: c.Batch, Seed: c.SeedOrder}
	m := &Moment[T]{Problem: p, Batch: p.Train.Gather(curvature.Data[T]{}, sampler.Batch(0))}
	for _, q := range plan {
		m.due = append(m.due, q.name)
	}
	for _, q := range plan {
		if ctx.Err() != nil {
			return s, context.Cause(ctx)
		}
		fmt.Fprintln(log, "measuring", q.name)
		rows, err := q.take(m)
		if err != nil {
			return s, err
		}
		s.Quantities = append(s.Quantities, rows...)
	}
	if dir == "" {
		return s, nil
	}
	return s, record.WriteJSON(filepath.Join(dir, SnapshotFile), s)
}

// snapshotMeasurables are the measurements that need no history: θ is where it began, and at rest.
func snapshotMeasurables() []Measurable {
	history := []string{"param_distance", "momentum_sharpness"}
	return slices.DeleteFunc(Measurables(), func(m Measurable) bool { return slices.Contains(history, m.Name) })
}
