//go:build unix

package experiments

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestThreadsOfPureGo: EOSS_THREADS is what the log says and changes no bit, so that a run may go on with another number.
func TestThreadsOfPureGo(t *testing.T) {
	folder := t.TempDir()
	more := map[string]string{"EOSS_BLAS": "go", "EOSS_N": "128", "EOSS_BATCH": "64", "EOSS_WIDTHS": "64", "EOSS_STEPS": "6", "EOSS_CHECKPOINT": "6",
		"EOSS_MEASURE": "loss@6,step_sharpness@3,lambda_max@6"}
	told := func(values map[string]string, want string) {
		t.Helper()
		if out, err := program(values).CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v, want %q\n%s", err, want, out)
		}
	}
	one, all := filepath.Join(folder, "one"), filepath.Join(folder, "all")
	more["EOSS_THREADS"] = "1"
	told(keeping(one, more), "pure Go (gonum), 1 thread")
	more["EOSS_THREADS"] = fmt.Sprint(runtime.NumCPU())
	told(keeping(all, more), fmt.Sprintf("pure Go (gonum), %d thread", runtime.NumCPU()))
	wantSame(t, all, one)
	told(map[string]string{resumeVariable: one, "EOSS_STEPS": "9", "EOSS_THREADS": fmt.Sprint(runtime.NumCPU())}, "goes on at step 6")
	told(map[string]string{resumeVariable: all, "EOSS_STEPS": "9", "EOSS_THREADS": fmt.Sprint(runtime.NumCPU() + 1)},
		fmt.Sprintf("EOSS_THREADS=%d: pure Go uses the %d that this machine runs at once", runtime.NumCPU()+1, runtime.NumCPU()))
	wantSame(t, all, one)
}
