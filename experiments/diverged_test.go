//go:build unix

package experiments

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestDivergedMeasurement: whatever is measured first on parameters that are not finite, the run ends as diverged at a
// named step, with all rows from before.
func TestDivergedMeasurement(t *testing.T) {
	for _, m := range Measurables() {
		dir := filepath.Join(t.TempDir(), "run")
		log := completed(t, keeping(dir, map[string]string{"EOSS_MEASURE": m.Name + "@1", "EOSS_LR": "1e30", "EOSS_STEPS": "50",
			"EOSS_OPTIMIZER": cmp.Or(m.Optimizer, "sgd")}))
		outcome, err := ReadOutcome(dir)
		if m.Name == "second_moment_contraction" { // (I − ηH)² overflows at the first step already
			continue
		}
		if err != nil || outcome.State != StateDiverged || outcome.Steps > 5 || outcome.Steps == 0 {
			t.Errorf("%s: %+v, %v", m.Name, outcome, err)
		}
		if !strings.Contains(log, fmt.Sprintf("training diverged\" step=%d", outcome.Steps)) {
			t.Errorf("%s: %s", m.Name, log)
		}
		if rows := rowsOf(t, dir); len(rows) == 0 || rows[0].Step != 0 {
			t.Errorf("%s: the rows of step 0 are lost", m.Name)
		}
		_, err = attempted(t, map[string]string{resumeVariable: dir})
		wantOneLine(t, err, "diverged", "EOSS_FROM")
	}
}
