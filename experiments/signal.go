package experiments

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"eoss/internal/record"
)

// Exit statuses of every program here.
const (
	ExitOK          = 0
	ExitFailure     = 1   // the run failed
	ExitUsage       = 2   // refused before any work: variables or arguments
	ExitLocked      = 3   // refused before any work: another process writes the run
	ExitInterrupted = 130 // SIGINT, SIGTERM or SIGHUP
)

// ErrInterrupted is the cause of a context that a signal cancelled.
var ErrInterrupted = errors.New("interrupted")

// WithInterrupt returns a context that the first SIGINT, SIGTERM or SIGHUP
// cancels with [ErrInterrupted] as its cause, for the run to save its state. A
// second SIGINT or SIGTERM ends the process at once with [ExitInterrupted]; a
// terminal that closes may well send two SIGHUP. Meanwhile a line for a reader
// that has gone is an error (EPIPE) and no SIGPIPE. stop gives the signals back
// and cancels the context.
func WithInterrupt(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals, hangups, unread := make(chan os.Signal, 2), make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	signal.Notify(unread, syscall.SIGPIPE)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(hangups, syscall.SIGHUP)
	}
	done := make(chan struct{})
	go func() {
		for received := 0; received < 2; {
			select {
			case <-signals:
				received++
			case <-hangups:
			case <-done:
				return
			}
			cancel(ErrInterrupted)
		}
		os.Exit(ExitInterrupted)
	}()
	return ctx, sync.OnceFunc(func() {
		for _, c := range []chan os.Signal{signals, hangups, unread} {
			signal.Stop(c)
		}
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
	case errors.Is(err, record.ErrLocked):
		return ExitLocked
	case errors.As(err, &config), errors.As(err, &usage):
		return ExitUsage
	}
	return ExitFailure
}
