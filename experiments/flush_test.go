//go:build unix

package experiments

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	"eoss/internal/record"
)

// TestRowsOfAGoingRun: what a run has measured can be read about a second later, long before its first checkpoint. (TestKilled has such
// rows in every run that it kills: its programs hand over each row at once.)
func TestRowsOfAGoingRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c, err := configured(t, keeping(dir, map[string]string{"EOSS_STEPS": "100000000", "EOSS_CHECKPOINT": "0", "EOSS_MEASURE": "step_sharpness@1000,param_distance@1000000"}))
	noError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error)
	go func() { ended <- trainAndConclude(ctx, c, io.Discard, io.Discard) }()
	seen := 0
	for deadline := time.Now().Add(20 * time.Second); seen < 2 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		rows, _, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
		if err == nil {
			seen = len(rows)
		}
	}
	cancel(ErrInterrupted)
	if err := <-ended; !errors.Is(err, ErrInterrupted) {
		t.Error(err)
	}
	if seen < 2 {
		t.Errorf("%d rows could be read", seen)
	}
}
