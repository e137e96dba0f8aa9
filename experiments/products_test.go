package experiments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"eoss/graph/blas"
)

// TestThreads: more than OpenBLAS takes is refused before any work, more than the machine runs at once is noted.
func TestThreads(t *testing.T) {
	if info, err := blas.Setup(blas.Options{}); err != nil || info.Backend != "openblas" {
		t.Skip("there is no OpenBLAS", err)
	}
	t.Cleanup(func() { blas.SetThreads(0) })
	c := small(t, map[string]string{"EOSS_THREADS": "100000"})
	_, err := Train(context.Background(), "eoss", c, io.Discard)
	var refusal *ConfigError
	if !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), "EOSS_THREADS=100000: OpenBLAS takes ") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(c.Out); err == nil {
		t.Error("a run directory was made")
	}
	more := runtime.NumCPU() + 1
	var log bytes.Buffer
	c = small(t, map[string]string{"EOSS_THREADS": fmt.Sprint(more), "EOSS_STEPS": "1", "EOSS_MEASURE": "none"})
	want := fmt.Sprintf("EOSS_THREADS=%d: this machine runs %d at once, the others wait\n", more, runtime.NumCPU())
	if _, err := Train(context.Background(), "eoss", c, &log); errors.As(err, &refusal) {
		t.Skip("this machine has as many processors as OpenBLAS takes")
	} else if err != nil || !strings.HasPrefix(log.String(), want) {
		t.Errorf("%v, log %q, want %q", err, log.String(), want)
	}
}
