package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"

	"eoss/graph"
	"eoss/graph/blas"
)

// Result is a finished, or interrupted, run.
type Result struct {
	Dir    string // the run directory
	Params int    // P
	End    End
}

// Train runs SGD as c describes, with its measurements, into a new run directory of the given study, or goes on in that of
// a resumed run. What the run is made on goes to log, and so does its progress. An interrupted run returns both its
// result and an error that is ErrInterrupted.
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
	defer func() { err = errors.Join(err, d.close()) }()
	p.parent = d.parent
	fmt.Fprintf(log, "%s: %s, %d parameters, %d images of %s; 2/η = %g\n", d.path, c.Model, p.Model.Size(), p.Train.N, c.Dataset, 2/c.LR)
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
	return Result{Dir: d.path, Params: p.Model.Size(), End: end}, err
}
