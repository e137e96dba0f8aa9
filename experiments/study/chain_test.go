package study

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestChains: a fork waits for its parent: a short run that a long one starts from begins before one of middle length, and the plan's
// time is that of the longest chain of what is not done.
func TestChains(t *testing.T) {
	r := NewResults(t.TempDir())
	parent := tiny(nil)
	fork := parent.Fork(60, Variables{"EOSS_STEPS": "90", "EOSS_N": "2000000000"})
	middle := tiny(Variables{"EOSS_SEED": "1", "EOSS_N": "1000000000"})
	jobs, _, err := (&Pool{Results: r, Workers: 2, Log: io.Discard}).jobs([]Run{middle, fork})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Run{parent, fork, middle} {
		if got := jobs[i].run.ID(); got != want.ID() {
			t.Errorf("job %d is %s, not %s", i, got, want.ID())
		}
	}
	second := fork.Fork(90, Variables{"EOSS_STEPS": "120"})
	planned := func(want float64) {
		t.Helper()
		var plan bytes.Buffer
		if err := WritePlan(&plan, Settings{Workers: 8}, r, []Run{middle, second}); err != nil || !strings.Contains(plan.String(), "the others take about "+duration(want)+" on 8") {
			t.Errorf("%v, not %s:\n%s", err, duration(want), plan.String())
		}
	}
	planned(parent.Cost().Seconds + fork.Cost().Seconds + second.Cost().Seconds)
	measured(t, r, parent, 60, "finished", 60)
	measured(t, r, fork, 90, "finished", 90)
	planned(second.Cost().Seconds)
}

// TestEndless: steps beyond all times have the longest time that can be said.
func TestEndless(t *testing.T) {
	if got := duration(tiny(Variables{"EOSS_STEPS": "10000000000000000"}).Cost().Seconds); got != "2386092h57m" {
		t.Errorf("it says %s", got)
	}
}
