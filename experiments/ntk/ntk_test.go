package ntk

import (
	"math"
	"strings"
	"testing"

	"eoss/experiments/study"
)

// TestRow: the ratio is judged near the fit, and only reported where a seed is far from it.
func TestRow(t *testing.T) {
	near := measured{lambdaB: 206, ntk: 100, start: 1, loss: 0.1}
	far := measured{lambdaB: 206, ntk: 100, start: 1, loss: 0.6}
	off := measured{lambdaB: 300, ntk: 100, start: 1, loss: 0.1}
	for _, c := range []struct {
		seeds []measured
		want  study.Outcome
		note  string
	}{
		{[]measured{near}, study.Holds, "1 seed; loss at the end 0.1"},
		{[]measured{off}, study.Fails, "1 seed; loss at the end 0.1"},
		{[]measured{near, far}, study.Reported, "2 seeds; loss at the end 0.6, far from the fit"},
	} {
		x := row(8, c.seeds, "")
		if x.Outcome != c.want || x.Note != c.note {
			t.Errorf("%s, %s; not %s, %s", x.Outcome, x.Note, c.want, c.note)
		}
	}
	if x := row(8, []measured{near}, "; seed 1 diverged"); math.Abs(float64(x.Measured.Value)-1.03) > 1e-12 || x.Note != "1 seed; seed 1 diverged; loss at the end 0.1" {
		t.Errorf("the ratio is %v", x.Measured)
	}
	if text := level([]measured{near, far}); !strings.Contains(text, "0.1 to 0.6") || !strings.HasPrefix(text, "Batch Sharpness (mean of ratios) ") {
		t.Error(text)
	}
}
