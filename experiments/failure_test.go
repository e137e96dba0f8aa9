//go:build unix

package experiments

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
)

// hook is a log that does something once, at its first line: by then the run directory is there.
type hook struct {
	bytes.Buffer
	do func()
}

func (h *hook) Write(text []byte) (int, error) {
	if h.do != nil {
		h.do()
		h.do = nil
	}
	return h.Buffer.Write(text)
}

// TestInterruptedUnsaved: an interrupted run whose state cannot be saved has failed. It must not have the status of one that can go on.
func TestInterruptedUnsaved(t *testing.T) {
	for name, more := range map[string]map[string]string{
		"between steps":    {"EOSS_MEASURE": "step_sharpness@1"},
		"in a measurement": {"EOSS_MEASURE": "lambda_max@7"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		more["EOSS_CHECKPOINT"] = "0"
		c, err := configured(t, keeping(dir, more))
		noError(t, err)
		inTheWay := filepath.Join(dir, "checkpoints")
		log := &hook{do: func() { noError(t, os.WriteFile(inTheWay, nil, 0o666)) }}
		_, err = Train(&countdown{context.Background(), 40, 0}, "eoss", c, log)
		if errors.Is(err, ErrInterrupted) || ExitStatus(err) != ExitFailure {
			t.Errorf("%s: status %d, %v", name, ExitStatus(err), err)
		}
		wantOneLine(t, err, inTheWay, "EOSS_RESUME="+dir)
	}
}

// TestFailureAfterwards: what was said is not said again, and an interruption with a failure is a failure.
func TestFailureAfterwards(t *testing.T) {
	full, other := errors.New("full"), errors.New("other")
	for _, test := range []struct {
		err, failure error
		want         string
	}{
		{nil, nil, ""}, {nil, full, "full"}, {full, nil, "full"}, {full, full, "full"}, {errors.Join(full), full, "full"}, {full, other, "full\nother"},
		{ErrInterrupted, nil, "interrupted"}, {ErrInterrupted, full, "full"}, {context.Canceled, full, "full"},
	} {
		if got := also(test.err, test.failure); got == nil && test.want != "" || got != nil && got.Error() != test.want {
			t.Errorf("%v, then %v: %v", test.err, test.failure, got)
		}
	}
}

// TestLockedUntilConcluded: nobody takes the run between its last step and its verdict.
func TestLockedUntilConcluded(t *testing.T) {
	c := small(t, nil)
	r, _ := trained(t, c)
	if _, err := record.LockDir(r.Dir); !errors.Is(err, record.ErrLocked) {
		t.Errorf("a lock before the verdict: %v", err)
	}
	if _, err := Conclude(r, c, r.End.State(false)); err != nil {
		t.Fatal(err)
	}
	lock, err := record.LockDir(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	lock.Release()
}

// TestFinishedMeanwhile: a run that another process has ended, or gone on with, between the reading of its config.json and the lock
// is refused.
func TestFinishedMeanwhile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	interruptedAt(t, keeping(dir, map[string]string{"EOSS_STEPS": "90"}), 30)
	late, err := configured(t, map[string]string{resumeVariable: dir})
	noError(t, err)
	longer, err := configured(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "120"})
	noError(t, err)
	completed(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, trainAndConclude(t.Context(), late, io.Discard, io.Discard), "EOSS_RESUME="+dir, "the run is finished", "90")
	if o, err := ReadOutcome(dir); err != nil || o.Steps != 90 {
		t.Errorf("the outcome is %+v, %v", o, err)
	}
	noError(t, trainAndConclude(t.Context(), longer, io.Discard, io.Discard))
	wantOneLine(t, trainAndConclude(t.Context(), longer, io.Discard, io.Discard), "EOSS_RESUME="+dir, "the run is finished", "120")
	late.Steps = 130
	wantOneLine(t, trainAndConclude(t.Context(), late, io.Discard, io.Discard), "EOSS_RESUME="+dir, "another process", "again")
	if !strings.Contains(completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "140"}), "goes on at step 120") {
		t.Error("the refused run was hurt")
	}
}
