//go:build unix

package experiments

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play a program that is interrupted.
func TestMain(m *testing.M) {
	switch os.Getenv("PLAY_INTERRUPTED") {
	case "":
		os.Exit(m.Run())
	case "study":
		playStudy()
	case "orderly":
		ctx, stop := WithInterrupt(context.Background())
		fmt.Println("ready")
		<-ctx.Done()
		stop()
		os.Exit(ExitStatus(context.Cause(ctx)))
	case "hung up":
		ctx, _ := WithInterrupt(context.Background())
		fmt.Println("ready")
		<-ctx.Done()
		again := make(chan os.Signal, 1)
		signal.Notify(again, syscall.SIGHUP)
		fmt.Println("cancelled")
		<-again
		time.Sleep(50 * time.Millisecond) // enough to be ended
		os.Exit(ExitStatus(nil))
	case "stubborn":
		ctx, _ := WithInterrupt(context.Background())
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println("cancelled")
		time.Sleep(time.Minute)
	}
}

func TestInterrupt(t *testing.T) {
	for _, test := range []struct {
		play    string
		signals []os.Signal
		want    int
	}{
		{"orderly", []os.Signal{os.Interrupt}, ExitInterrupted},
		{"orderly", []os.Signal{syscall.SIGTERM}, ExitInterrupted},
		{"orderly", []os.Signal{syscall.SIGHUP}, ExitInterrupted},
		{"stubborn", []os.Signal{os.Interrupt, os.Interrupt}, ExitInterrupted},
		{"hung up", []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, ExitOK},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // the stubborn one sleeps longer
		defer cancel()
		command := exec.CommandContext(ctx, os.Args[0])
		command.Env = append(os.Environ(), "PLAY_INTERRUPTED="+test.play)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for _, signal := range test.signals {
			lines.Scan() // "ready", "cancelled"
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
		err = command.Wait()
		if status := command.ProcessState.ExitCode(); status != test.want {
			t.Errorf("%s, %v: exit status %d (%v), not %d", test.play, test.signals, status, err, test.want)
		}
	}
}

// TestNohup: whoever has a hangup ignored goes on ignoring it.
func TestNohup(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	_, stop := WithInterrupt(context.Background())
	defer stop()
	if !signal.Ignored(syscall.SIGHUP) {
		t.Error("it is ignored no longer")
	}
}

// TestReaderGone: a run whose lines nobody reads any more comes to its end.
func TestReaderGone(t *testing.T) {
	read, write, err := os.Pipe()
	noError(t, err)
	noError(t, read.Close())
	dir := filepath.Join(t.TempDir(), "run")
	command := program(keeping(dir, map[string]string{"EOSS_STEPS": "5"}))
	command.Stdout, command.Stderr = write, write
	if err := command.Run(); err != nil {
		t.Error(err)
	}
	if o, err := ReadOutcome(dir); err != nil || o.State != stateFinished {
		t.Errorf("it ended as %q, %v", o.State, err)
	}
}

func TestStopGivesNoCause(t *testing.T) {
	ctx, stop := WithInterrupt(context.Background())
	stop()
	stop()
	if cause := context.Cause(ctx); errors.Is(cause, ErrInterrupted) {
		t.Error(cause)
	}
}

func TestExitStatus(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("disk full"), 1},
		{fmt.Errorf("eoss: %w", &ConfigError{"EOSS_N", "x", "no"}), 2},
		{&UsageError{"no"}, 2},
		{fmt.Errorf("step 3: %w", ErrInterrupted), 130},
		{fmt.Errorf("step 3: %w", context.Canceled), 130},
	} {
		if got := ExitStatus(test.err); got != test.want {
			t.Errorf("%v: %d, want %d", test.err, got, test.want)
		}
	}
}
