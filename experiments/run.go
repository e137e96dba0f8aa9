package experiments

import (
	"context"
	"fmt"
	"io"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/internal/record"
)

// Result is a finished, or interrupted, run.
type Result struct {
	Dir    string // the run directory
	Params int    // P
	End    End

	lock *record.Lock // of the run directory, until the run is concluded
}

// Train runs SGD as c describes, with its measurements, into a new run directory of the given study, or goes on in that of
// a resumed run. What the run is made on goes to log, and so does its progress. An interrupted run returns both its
// result and an error that is ErrInterrupted; any other error, that its state is not on disk. No other process can write the run directory
// until [Conclude] has.
func Train(ctx context.Context, study string, c Config, log io.Writer) (Result, error) {
	if err := c.setUpProducts(log); err != nil {
		return Result{}, err
	}
	if c.Precision == "float64" {
		return train[float64](ctx, study, c, log)
	}
	return train[float32](ctx, study, c, log)
}

func train[T graph.Float](ctx context.Context, study string, c Config, log io.Writer) (_ Result, err error) {
	p, err := NewProblem[T](c)
	if err != nil {
		return Result{}, &UsageError{err.Error()}
	}
	d, err := openDirectory(study, p, log)
	if err != nil {
		return Result{}, err
	}
	defer func() {
		if err = unwritten(also(err, d.closeRows()), d.path); err != nil && !isInterruption(err) {
			err = also(err, d.release())
		}
	}()
	p.parent = d.parent
	fmt.Fprintf(log, "%s: %s (outputs: %d), %d parameters, %d samples of %s; 2/η = %g\n", d.path, c.Model, p.Model.Outputs, p.Model.Size(), p.Train.N, c.Dataset, 2/c.LR)
	if text := c.noiseText(); text != "" {
		fmt.Fprintf(log, "%s: %s\n", d.path, text)
	}
	fmt.Fprintln(log, blas.Describe())
	progress := NewProgress(log, d.step(), c.Steps)
	defer progress.Close()
	p.say = func(line string) { progress.Log.Info(line) }
	t, err := newTrainer(p, d.out, progress)
	if err != nil {
		return Result{}, err
	}
	if err := t.begin(d, log); err != nil {
		return Result{}, err
	}
	end, err := t.train(ctx)
	return Result{Dir: d.path, Params: p.Model.Size(), End: end, lock: d.lock}, err
}
