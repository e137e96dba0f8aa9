//go:build unix

package experiments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// playStudy is a study's program in a process of its own. Its rows are in the file at once, so that one that is killed leaves some from after
// its last checkpoint.
func playStudy() {
	flushEvery = 0
	os.Exit(Main("eoss", nil, os.Stdout, os.Stderr, trainAndConclude))
}

func trainAndConclude(ctx context.Context, c Config, stdout, stderr io.Writer) error {
	r, err := Train(ctx, "eoss", c, stderr)
	interrupted := errors.Is(err, ErrInterrupted)
	if err != nil && !interrupted {
		return err
	}
	text, failure := Conclude(r, c, r.End.State(interrupted))
	fmt.Fprintln(stdout, text)
	return errors.Join(err, failure)
}

// program prepares such a process with the given variables alone.
func program(values map[string]string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "EOSS_") {
			command.Env = append(command.Env, entry)
		}
	}
	command.Env = append(command.Env, "PLAY_INTERRUPTED=study")
	for name, value := range values {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

// keeping are the variables of a short run whose measurements keep something from moment to moment.
func keeping(dir string, more map[string]string) map[string]string {
	values := map[string]string{
		"EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "4", "EOSS_STEPS": "600", "EOSS_BATCH": "8", "EOSS_LR": "0.01",
		"EOSS_MEASURE": "loss@20,step_sharpness@3,lambda_max@7,param_distance@10,gradient_projection@50", "EOSS_OUT": dir, "EOSS_CHECKPOINT": "30",
		"EOSS_THREADS": "1",
	}
	for name, value := range more {
		values[name] = value
	}
	return values
}

// configured is the run that the variables describe, as a program would read them.
func configured(t *testing.T, values map[string]string) (Config, error) {
	t.Helper()
	return readEnvironment(t, values, Measurables())
}

// completed runs to the end in this process, and returns what it logged.
func completed(t *testing.T, values map[string]string) string {
	t.Helper()
	log, err := attempted(t, values)
	if err != nil {
		t.Fatalf("%v: %v\n%s", values, err, log)
	}
	return log
}

func attempted(t *testing.T, values map[string]string) (string, error) {
	t.Helper()
	c, err := configured(t, values)
	if err != nil {
		return "", err
	}
	var log bytes.Buffer
	err = trainAndConclude(t.Context(), c, io.Discard, &log)
	return log.String(), err
}

// interruptedAt runs in this process until about the given step and stops there as Ctrl-C would.
func interruptedAt(t *testing.T, values map[string]string, step int) {
	t.Helper()
	c, err := configured(t, values)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for newestStep(values["EOSS_OUT"]) < step {
			time.Sleep(time.Millisecond)
		}
		cancel(ErrInterrupted)
	}()
	if err := trainAndConclude(ctx, c, io.Discard, io.Discard); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("interrupted: %v", err)
	}
}

func newestStep(dir string) int {
	steps, _ := checkpoint.Steps(dir)
	if len(steps) == 0 {
		return -1
	}
	return steps[len(steps)-1]
}

// wantSame compares a run with one that was never stopped: its rows but for their timings, its last parameters and state,
// and its verdict, bit for bit.
func wantSame(t *testing.T, got, want string) {
	t.Helper()
	a, b := rowsOf(t, got), rowsOf(t, want)
	if !slices.EqualFunc(a, b, func(x, y record.Row) bool { return reflect.DeepEqual(x, y) }) {
		t.Errorf("%s: the rows differ from those of an uninterrupted run (%d and %d)", got, len(a), len(b))
	}
	step := newestStep(want)
	ca, err := checkpoint.Read(got, step)
	if err != nil {
		t.Fatal(err)
	}
	cb, err := checkpoint.Read(want, step)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ca.Parameters, cb.Parameters) || !reflect.DeepEqual(ca.State, cb.State) {
		t.Errorf("%s: the last checkpoint differs from that of an uninterrupted run", got)
	}
	va, errA := os.ReadFile(filepath.Join(got, verdictFile))
	vb, errB := os.ReadFile(filepath.Join(want, verdictFile))
	if errA != nil || errB != nil || !bytes.Equal(va, vb) {
		t.Errorf("%s: the verdict is %s (%v), want %s (%v)", got, va, errA, vb, errB)
	}
}

func wantOneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, part := range append(parts, "") {
		if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %q, want one line with %q", err, part)
		}
	}
}
