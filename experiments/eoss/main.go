// Command eoss trains a network with SGD and follows its sharpness: Batch Sharpness rises to 2/η and hovers
// there, while λmax stays below (Figures 1 to 4 and 17 to 26).
//
//	go run ./experiments/eoss        the built-in data set, nothing to download
//	go run ./experiments/eoss -h     every EOSS_ variable
//
// It writes a run directory (config.json, metrics.jsonl, verdict.json, figures/) and prints the verdict.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"eoss/experiments"
	"eoss/plots"
)

func main() {
	os.Exit(experiments.Main("eoss", os.Args[1:], os.Stdout, os.Stderr, study))
}

// study trains, then judges and draws what was measured, also when it was interrupted.
func study(ctx context.Context, c experiments.Config, stdout, stderr io.Writer) error {
	r, err := experiments.Train(ctx, "eoss", c, stderr)
	interrupted := errors.Is(err, experiments.ErrInterrupted)
	if err != nil && !interrupted {
		return err
	}
	verdict, failure := experiments.Conclude(r, c, r.End.State(interrupted))
	if failure != nil {
		return failure
	}
	_, unsaid := fmt.Fprintln(stdout, verdict)
	if len(c.Measure) > 0 {
		failure = plots.Draw(r.Dir, stdout)
	}
	switch {
	case errors.Is(failure, plots.ErrNoRows): // it was interrupted, or diverged, before the first
		failure = nil
	case errors.Is(failure, plots.ErrNothing): // the rows are there, and what was asked for
		fmt.Fprintln(stderr, "no figure:", failure)
		failure = nil
	}
	return errors.Join(err, cmp.Or(failure, unsaid)) // what can't be said is the same for both
}
