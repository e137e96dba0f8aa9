package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eoss/experiments"
	"eoss/internal/record"
)

// TestMain lets the tests' own program be the process of a run.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == TrainArgument {
		os.Exit(TrainOne(os.Stdout, os.Stderr))
	}
	if dir := os.Getenv(changesOf); dir != "" {
		os.Exit(changeSet(dir))
	}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "EOSS_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// tiny is a run of a moment.
func tiny(own Variables) Run {
	return Run{Variables: Variables{
		"EOSS_MODEL": "mlp", "EOSS_DATASET": "synthetic", "EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "4", "EOSS_BATCH": "8", "EOSS_LR": "0.01",
		"EOSS_STEPS": "60", "EOSS_SEED": "0", "EOSS_MEASURE": "loss@5,batch_sharpness@10", "EOSS_THREADS": "1",
	}.With(own)}
}

func rows(t *testing.T, r *Results, run Run) []record.Row {
	t.Helper()
	list, _, err := record.ReadRows(filepath.Join(r.Path(run), record.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].Seconds = 0
	}
	return list
}

func TestPoolRunsOnceAndForks(t *testing.T) {
	results := NewResults(t.TempDir())
	base := tiny(Variables{"EOSS_MEASURE": "loss@7,batch_sharpness@10"})
	fork := base.Fork(60, Variables{"EOSS_STEPS": "90", "EOSS_LR": "0.02"})
	other := tiny(Variables{"EOSS_SEED": "1", "EOSS_DATA_DIR": "/given/to/all/runs"}) // this one reads none
	var log bytes.Buffer
	pool := Pool{Results: results, Workers: 2, Log: &log}
	if err := pool.Do(context.Background(), []Run{fork, other}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []Run{base, fork, other} {
		if s, err := stateOf(results.Path(r)); err != nil || s != Finished {
			t.Errorf("%s is %v, %v", r.ID(), s, err)
		}
	}
	for _, r := range []Run{base, fork} { // what the plan counts is what is measured
		if n := record.SelectSeries(rows(t, results, r), "loss").Len(); float64(n) != r.measured(7) {
			t.Errorf("%s measured its loss %d times, not %g", r.ID(), n, r.measured(7))
		}
	}
	if first := rows(t, results, fork)[0].Step; first != 60 {
		t.Errorf("the fork's first row is of step %d", first)
	}
	times, err := ReadTimes(results.Dir)
	if err != nil || len(times) != 3 {
		t.Errorf("times %v, %v", times, err)
	}
	log.Reset()
	if err := pool.Do(context.Background(), []Run{fork, other}); err != nil || log.Len() > 0 {
		t.Errorf("finished runs were begun again: %v %s", err, log.String())
	}
}

// TestPoolResumes: a set that was interrupted goes on to the rows of one that was not.
func TestPoolResumes(t *testing.T) {
	run := tiny(Variables{"EOSS_STEPS": "40000", "EOSS_MEASURE": "loss@1000"})
	whole, cut := NewResults(t.TempDir()), NewResults(t.TempDir())
	if err := (&Pool{Results: whole, Workers: 1, Log: &bytes.Buffer{}}).Do(context.Background(), []Run{run}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		for { // until it has begun to measure
			if text, _ := os.ReadFile(filepath.Join(cut.Path(run), record.MetricsFile)); len(text) > 0 {
				cancel(experiments.ErrInterrupted)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	var log bytes.Buffer
	pool := Pool{Results: cut, Workers: 1, Log: &log}
	fork := run.Fork(40000, Variables{"EOSS_STEPS": "40010"})
	if err := pool.Do(ctx, []Run{run, fork}); !errors.Is(err, experiments.ErrInterrupted) {
		t.Fatalf("an interrupted set returned %v", err)
	}
	if text := log.String(); !strings.Contains(text, "interrupted "+run.ID()+", saved; the same command goes on; 0 of 2 runs") || strings.Contains(text, "FAILED") || strings.Contains(text, fork.ID()) {
		t.Errorf("it says %s", text)
	}
	if s, err := stateOf(cut.Path(run)); err != nil || s != Unfinished {
		t.Fatalf("the interrupted run is %v, %v", s, err)
	}
	if err := pool.Do(context.Background(), []Run{run}); err != nil {
		t.Fatal(err)
	}
	a, b := rows(t, whole, run), rows(t, cut, run)
	if len(a) != len(b) {
		t.Fatalf("%d rows and %d after resuming", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("row %d is %+v and %+v after resuming", i, a[i], b[i])
		}
	}
}

// TestPoolFailure: what starts from a run that failed is not begun, all else is done, and the error names both.
func TestPoolFailure(t *testing.T) {
	results := NewResults(t.TempDir())
	bad := tiny(Variables{"EOSS_MEMORY": "1B"})
	fork := bad.Fork(60, Variables{"EOSS_STEPS": "90"})
	good := tiny(Variables{"EOSS_SEED": "1"})
	err := (&Pool{Results: results, Workers: 2, Log: &bytes.Buffer{}}).Do(context.Background(), []Run{fork, good})
	if err == nil || !strings.Contains(err.Error(), "EOSS_MEMORY") || !strings.Contains(err.Error(), fork.ID()+" was not begun") {
		t.Errorf("the error is %v", err)
	}
	if s, err := stateOf(results.Path(good)); err != nil || s != Finished {
		t.Errorf("the good run is %v, %v", s, err)
	}
}

// TestPoolDivergedParent: that a fork's parent diverged is a result; neither the fork nor what starts from it is begun, and their readers
// and the plan say why.
func TestPoolDivergedParent(t *testing.T) {
	results := NewResults(t.TempDir())
	base := tiny(Variables{"EOSS_LR": "1000"})
	fork := base.Fork(60, Variables{"EOSS_STEPS": "90"})
	last := fork.Fork(90, Variables{"EOSS_STEPS": "120"})
	var log bytes.Buffer
	pool := Pool{Results: results, Workers: 2, Log: &log}
	for range 2 { // also when the parent was done before
		log.Reset()
		if err := pool.Do(context.Background(), []Run{last}); err != nil {
			t.Fatal(err)
		}
		for _, r := range []Run{fork, last} {
			if want := r.ID() + " was not begun: " + results.Path(base) + " diverged at step"; !strings.Contains(log.String(), want) || strings.Contains(log.String(), "FAILED") {
				t.Errorf("it says %s", log.String())
			}
			if _, err := results.Run(r); !errors.As(err, new(*DivergedError)) {
				t.Errorf("a reader of %s is told %v", r.ID(), err)
			}
		}
	}
	var plan bytes.Buffer
	if err := WritePlan(&plan, Settings{Workers: 2}, results, []Run{last}); err != nil || strings.Count(plan.String(), "parent diverged") != 2 || !strings.Contains(plan.String(), "the others take about 0s") {
		t.Errorf("the plan: %v\n%s", err, plan.String())
	}
}

// TestForkOfALateDivergence: what diverged after the fork's step, or has its checkpoint, is a start all the same.
func TestForkOfALateDivergence(t *testing.T) {
	base := tiny(nil)
	for _, c := range []struct {
		steps      int
		checkpoint bool
		want       bool
	}{{50, false, true}, {60, false, true}, {60, true, false}, {61, false, false}} {
		r := NewResults(t.TempDir())
		measured(t, r, base, c.steps-1, experiments.StateDiverged, c.steps)
		if c.checkpoint {
			folder(t, r.Path(base), "checkpoints/step-60/x")
		}
		if gone := r.unstartable(base.Fork(60, nil)); (gone != nil) != c.want {
			t.Errorf("diverged at step %d: %v", c.steps, gone)
		}
	}
}

// TestPoolDamagedParent: a damaged run stops the forks that are not done, and is nothing to those that are.
func TestPoolDamagedParent(t *testing.T) {
	r := NewResults(t.TempDir())
	base := tiny(Variables{"EOSS_STEPS": "60"})
	fork := base.Fork(60, Variables{"EOSS_STEPS": "90"})
	measured(t, r, base, 50, "finished", 60)
	pool := Pool{Results: r, Workers: 1, Log: &bytes.Buffer{}}
	err := pool.Do(context.Background(), []Run{fork})
	if err == nil || !strings.Contains(err.Error(), "metrics.jsonl is cut") || !strings.Contains(err.Error(), fork.ID()+" was not begun: "+base.ID()) {
		t.Errorf("before the fork is done: %v", err)
	}
	measured(t, r, fork, 90, "finished", 90)
	if err := pool.Do(context.Background(), []Run{fork}); err != nil {
		t.Errorf("once it is: %v", err)
	}
}

// TestLongestFirst: the longest run is begun first, or it would be waited for alone at the end.
func TestLongestFirst(t *testing.T) {
	var runs []Run
	for seed, steps := range []string{"100000", "300000", "200000"} {
		runs = append(runs, tiny(Variables{"EOSS_STEPS": steps, "EOSS_SEED": fmt.Sprint(seed)}))
	}
	jobs, _, err := (&Pool{Results: NewResults(t.TempDir())}).jobs(runs)
	if err != nil || len(jobs) != 3 || jobs[0].run.ID() != runs[1].ID() || jobs[1].run.ID() != runs[2].ID() {
		t.Errorf("%v, %v", jobs, err)
	}
}
