package study

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
)

// TestVariablesOfAProcess: what the user gives to all runs reaches a new run, a fork and one that goes on, as far as it may differ there.
func TestVariablesOfAProcess(t *testing.T) {
	user := Variables{"EOSS_THREADS": "3", "EOSS_MEMORY": "1GiB", "EOSS_CHECKPOINT": "50", "EOSS_KEEP": "2", "EOSS_DATA_DIR": "d", "EOSS_BLAS": "go", "EOSS_ACTIVATION": "tanh"}
	base := Run{Variables: Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_KEEP": "1"}.With(user)}
	fork := base.Fork(60, Variables{"EOSS_LR": "0.02"})
	places := user.With(nil)
	delete(places, "EOSS_ACTIVATION")
	with := &Pool{Results: NewResults("runs"), User: user, Workers: 2}
	without := &Pool{Results: NewResults("runs"), Workers: 1 << 20}
	for name, c := range map[string]struct {
		pool *Pool
		job  job
		want Variables
	}{
		"new":     {with, job{run: base, dir: "a"}, base.Variables.With(Variables{"EOSS_OUT": "a"})},
		"fork":    {with, job{run: fork, dir: "b"}, places.With(Variables{"EOSS_OUT": "b", "EOSS_LR": "0.02", "EOSS_FROM": "runs/" + base.ID() + "@60"})},
		"resumed": {with, job{run: base, dir: "a", state: Unfinished}, places.With(Variables{"EOSS_RESUME": "a"})},
		"plain, resumed": {without, job{run: Run{Variables: Variables{"EOSS_LR": "0.01", "EOSS_KEEP": "1"}}, dir: "a", state: Unfinished},
			Variables{"EOSS_RESUME": "a", "EOSS_MEMORY": "1MiB"}},
		"plain, new": {without, job{run: Run{Variables: Variables{"EOSS_LR": "0.01"}}, dir: "a"},
			Variables{"EOSS_OUT": "a", "EOSS_LR": "0.01", "EOSS_THREADS": "1", "EOSS_MEMORY": "1MiB"}},
	} {
		if got := c.job.variables(c.pool); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

// TestShares: a fork has done nothing at its first step, and half in the middle of its own steps.
func TestShares(t *testing.T) {
	base := Run{Variables: Variables{"EOSS_STEPS": "200"}}
	for _, c := range []struct {
		run  Run
		step int
		want float64
	}{{base, 100, 0.5}, {base.Fork(100, nil), 100, 0}, {base.Fork(100, nil), 150, 0.5}, {base.Fork(100, nil), 200, 1}} {
		j, done := &job{run: c.run}, math.NaN()
		said := fmt.Sprintf("msg=training step=%d of=200 steps/s=10", c.step)
		last := j.follow(strings.NewReader("starts\n"+said+"\n"), func(share float64) { done = share })
		if done != c.want || last != said {
			t.Errorf("a run from step %d has done %g of it at step %d, not %g: %q", c.run.Step, done, c.step, c.want, last)
		}
	}
}
