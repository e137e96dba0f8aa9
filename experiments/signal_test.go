//go:build unix

package experiments

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
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
	}{
		{"orderly", []os.Signal{os.Interrupt}},
		{"orderly", []os.Signal{syscall.SIGTERM}},
		{"stubborn", []os.Signal{os.Interrupt, os.Interrupt}},
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
		if status := command.ProcessState.ExitCode(); status != ExitInterrupted {
			t.Errorf("%s: exit status %d (%v)", test.play, status, err)
		}
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
