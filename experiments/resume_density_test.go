//go:build unix

package experiments

import (
	"os"
	"path/filepath"
	"testing"

	"eoss/internal/record"
)

// TestCurvesResume: curves from after the checkpoint where a run goes on go, as its rows do, and a run made longer has those of one that
// was that long from the start.
func TestCurvesResume(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	more := map[string]string{"EOSS_STEPS": "50", "EOSS_MEASURE": "spectral_density@20", "EOSS_CHECKPOINT": "20"}
	completed(t, keeping(whole, more))
	more["EOSS_STEPS"] = "30"
	completed(t, keeping(dir, more)) // with a curve at its last step, which is none of the longer run's
	noError(t, record.WriteDensity(dir, record.Density{Step: 40, Grid: []float64{0, 1}, Density: []float64{7, 7}, StdErr: []float64{0, 0}}))
	own := filepath.Join(dir, record.DensityDir, "note.txt")
	noError(t, os.WriteFile(own, nil, 0o666))
	completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "50"})
	wantSame(t, dir, whole)
	a, errA := os.ReadDir(filepath.Join(dir, record.DensityDir))
	b, errB := os.ReadDir(filepath.Join(whole, record.DensityDir))
	noError(t, errA)
	noError(t, errB)
	if len(a) != len(b)+1 {
		t.Errorf("the files are %v, want %v and the note", a, b)
	}
	if _, err := os.Stat(own); err != nil {
		t.Error(err)
	}
}
