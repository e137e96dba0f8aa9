//go:build unix

package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"eoss/internal/record"
)

// TestStopLoss: training stops at the first measured loss below EOSS_STOP_LOSS.
func TestStopLoss(t *testing.T) {
	r, rows := trained(t, small(t, map[string]string{"EOSS_STOP_LOSS": "100"}))
	if !r.End.Stopped || r.End.Steps != 0 || len(values(rows, "loss")) == 0 {
		t.Errorf("the run ended as %+v", r.End)
	}
}

// TestStopLossAtTheEnd: a run that took all its steps has not stopped, whatever its last loss, and goes on to the numbers of a longer one.
func TestStopLossAtTheEnd(t *testing.T) {
	folder := t.TempDir()
	first, dir, whole := filepath.Join(folder, "first"), filepath.Join(folder, "run"), filepath.Join(folder, "whole")
	more := map[string]string{"EOSS_MEASURE": "loss@100", "EOSS_STEPS": "110", "EOSS_CHECKPOINT": "0"}
	completed(t, keeping(first, more))
	loss := values(rowsOf(t, first), "loss") // of the steps 0, 100 and 110
	more["EOSS_STOP_LOSS"] = fmt.Sprint((loss[1] + loss[2]) / 2)
	completed(t, keeping(dir, more))
	if o, err := ReadOutcome(dir); err != nil || loss[2] >= loss[1] || o.State != stateFinished {
		t.Fatalf("with the losses %v the run ended as %q, %v", loss, o.State, err)
	}
	completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "120"})
	more["EOSS_STEPS"] = "120"
	completed(t, keeping(whole, more))
	wantSame(t, dir, whole)
}

// TestStopLossResumes: a run killed between its last checkpoint and its end stops at the same step again.
func TestStopLossResumes(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	completed(t, keeping(whole, nil))
	losses := record.SelectSeries(rowsOf(t, whole), "loss")
	more := map[string]string{"EOSS_STOP_LOSS": fmt.Sprint(losses.Values[12] * 1.0001)}
	completed(t, keeping(dir, more))
	rows := rowsOf(t, dir)
	if last := rows[len(rows)-1].Step; last >= 600 || newestStep(dir) != last {
		t.Fatalf("the run stopped at %d, its newest checkpoint is %d", last, newestStep(dir))
	}
	seen := map[string]bool{}
	for _, r := range rows {
		key := fmt.Sprint(r.Step, r.Name)
		if seen[key] {
			t.Errorf("%s of step %d was measured twice", r.Name, r.Step)
		}
		seen[key] = true
	}
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, "EOSS_RESUME="+dir, "finished", "EOSS_STOP_LOSS", "EOSS_FROM")
	os.Remove(filepath.Join(dir, verdictFile))
	completed(t, map[string]string{resumeVariable: dir})
	if again := rowsOf(t, dir); !reflect.DeepEqual(rows, again) {
		t.Error("measured again, the rows differ")
	}
}
