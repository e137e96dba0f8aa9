//go:build unix

package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

// countdown is a context that is interrupted when it has been asked a number of times.
type countdown struct {
	context.Context
	left, asked int
}

func (c *countdown) Err() error {
	if c.asked++; c.asked > c.left {
		return ErrInterrupted
	}
	return nil
}

// interruptedAsked runs until it has asked so often whether it is interrupted: once a step where no measurement asks.
func interruptedAsked(t *testing.T, values map[string]string, asked int) {
	t.Helper()
	c, err := configured(t, values)
	noError(t, err)
	if err := trainAndConclude(&countdown{t.Context(), asked, 0}, c, io.Discard, io.Discard); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("interrupted: %v", err)
	}
}

// TestInterruptedMeasurement: a run is interrupted in the middle of its measurements, at the first step, at a checkpoint, between two
// and at the last one, and goes on to the numbers of one that was not.
func TestInterruptedMeasurement(t *testing.T) {
	folder := t.TempDir()
	more := map[string]string{"EOSS_STEPS": "9", "EOSS_CHECKPOINT": "6", "EOSS_MEASURE": everyMeasurement("3"), "EOSS_OPTIMIZER": "momentum", "EOSS_LR": "0.001",
		"EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "8", "EOSS_KEEP": "1"}
	whole := filepath.Join(folder, "whole")
	run := func(dir string, ctx context.Context) error {
		c, err := configured(t, keeping(dir, more))
		if err != nil {
			t.Fatal(err)
		}
		return trainAndConclude(ctx, c, io.Discard, io.Discard)
	}
	all := &countdown{context.Background(), 1 << 30, 0}
	if err := run(whole, all); err != nil {
		t.Fatal(err)
	}
	if all.asked < 200 {
		t.Fatalf("measurements asked %d times whether they are interrupted", all.asked)
	}
	const stops = 10
	for k := range stops {
		dir := filepath.Join(folder, fmt.Sprint(k))
		if err := run(dir, &countdown{context.Background(), (2*k + 1) * all.asked / (2 * stops), 0}); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("interrupted: %v", err)
		}
		rows := rowsOf(t, dir)
		if last := rows[len(rows)-1].Step; last > 0 && newestStep(dir) < last {
			t.Errorf("interrupted at step %d, saved at %d", last, newestStep(dir))
		}
		completed(t, map[string]string{resumeVariable: dir})
		wantSame(t, dir, whole)
	}
}
