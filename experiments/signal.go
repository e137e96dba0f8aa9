package experiments

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Exit statuses of every program here.
const (
	ExitOK          = 0
	ExitFailure     = 1   // the run failed
	ExitUsage       = 2   // refused before any work: variables or arguments
	ExitInterrupted = 130 // SIGINT or SIGTERM
)

// ErrInterrupted is the cause of a context that a signal cancelled.
var ErrInterrupted = errors.New("interrupted")

// WithInterrupt returns a context that the first SIGINT or SIGTERM cancels
// with [ErrInterrupted] as its cause, for the run to save its state. A second
// one ends the process at once with [ExitInterrupted]. stop gives the signals
// back and cancels the context.
func WithInterrupt(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(ErrInterrupted)
		case <-done:
			return
		}
		select {
		case <-signals:
			os.Exit(ExitInterrupted)
		case <-done:
		}
	}()
	return ctx, sync.OnceFunc(func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	})
}

// ExitStatus is the process's exit status for the error of a run. An
// interrupted run reports either the context's cause or its error.
func ExitStatus(err error) int {
	var config *ConfigError
	var usage *UsageError
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, ErrInterrupted), errors.Is(err, context.Canceled):
		return ExitInterrupted
	case errors.As(err, &config), errors.As(err, &usage):
		return ExitUsage
	}
	return ExitFailure
}
