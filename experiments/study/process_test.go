package study

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
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

// TestContainer: workers and threads are as many as the process may use at once, which a container's share of the machine bounds.
func TestContainer(t *testing.T) {
	before := runtime.GOMAXPROCS(6 * runtime.NumCPU())
	defer runtime.GOMAXPROCS(before)
	s, _, err := FromEnvironment()
	if err != nil || s.Workers != 6*runtime.NumCPU() {
		t.Errorf("%d workers, %v", s.Workers, err)
	}
	j := &job{run: tiny(nil), dir: "a"}
	delete(j.run.Variables, "EOSS_THREADS")
	if got := j.variables(&Pool{Results: NewResults("runs"), Workers: 3})["EOSS_THREADS"]; got != strconv.Itoa(2*runtime.NumCPU()) {
		t.Errorf("%s threads of a third", got)
	}
}

// TestKilled: whoever's run is killed, most often for memory, is told what to do about it; of a process that never began there is nothing to say.
func TestKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals there")
	}
	for script, want := range map[string]string{"kill -9 $$": "lower EOSS_WORKERS or EOSS_MEMORY, the same command goes on", "kill -15 $$": "", "exit 3": ""} {
		command := exec.Command("sh", "-c", script)
		command.Run()
		if got := remedy(command.ProcessState); !strings.HasSuffix(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: %q, not %q", script, got, want)
		}
	}
	if got := remedy(nil); got != "" {
		t.Errorf("none began: %q", got)
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

// TestFullLog: a run whose log can't be written ends as it would, and its failure says so.
func TestFullLog(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	for _, c := range []struct {
		run  Run
		want string
	}{{tiny(nil), ""}, {tiny(Variables{"EOSS_MEMORY": "1B"}), "not all it said could be kept: write "}} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		j, p := &job{run: c.run, dir: filepath.Join(t.TempDir(), "run")}, &Pool{Workers: 1}
		if err := os.Symlink("/dev/full", j.dir+".log"); err != nil {
			t.Fatal(err)
		}
		err := j.process(ctx, j.environment(p), func(float64) {})
		if ctx.Err() != nil || (err != nil) != (c.want != "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "EOSS_MEMORY")) {
			t.Errorf("%v, not %s", err, c.want)
		}
	}
}
