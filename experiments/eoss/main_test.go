package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/internal/record"
)

func run(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	for _, entry := range os.Environ() { // what the tests' own caller has set, such as EOSS_DATA_DIR
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "EOSS_") && name != "EOSS_OUT" {
			t.Setenv(name, value) // so that it is restored afterwards
			os.Unsetenv(name)
		}
	}
	for k, v := range env {
		t.Setenv(k, v)
	}
	var out, log bytes.Buffer
	status = experiments.Main("eoss", args, &out, &log, study)
	return status, out.String(), log.String()
}

// TestRun: a short run writes a complete run directory and prints its verdict.
func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	status, out, log := run(t, map[string]string{
		"EOSS_N": "128", "EOSS_N_TEST": "32", "EOSS_WIDTHS": "16", "EOSS_STEPS": "40", "EOSS_MEASURE": "loss@20,batch_sharpness@10,lambda_max@20",
		"EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "8", "EOSS_OUT": dir,
	})
	if status != 0 || !strings.HasPrefix(out, "Training finished after 40 steps. Batch Sharpness") {
		t.Fatalf("status %d\n%s\n%s", status, out, log)
	}
	for _, name := range []string{"config.json", "metrics.jsonl", "verdict.json", "figures/trajectory.png", "figures/trajectory.svg", "figures/trajectory.pdf"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "verdict.json"))
	if err != nil {
		t.Fatal(err)
	}
	var verdict struct {
		State      string
		Quantities []struct{ Name string }
	}
	if err := json.Unmarshal(text, &verdict); err != nil || verdict.State != "finished" || len(verdict.Quantities) != 3 {
		t.Errorf("verdict.json is %s (%v)", text, err)
	}
}

// TestNoFigure: a run whose measurements are on no figure, or only on the second one, ends well; a note says that there is none.
func TestNoFigure(t *testing.T) {
	for _, test := range []struct{ measure, drawn string }{
		{"param_distance@1,hessian_trace@2", ""},
		{"step_lambda_b_max@1", "trajectory-lambda-b"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		status, out, log := run(t, map[string]string{"EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "8", "EOSS_STEPS": "2",
			"EOSS_MEASURE": test.measure, "EOSS_OUT": dir})
		if status != 0 || strings.Contains(log, "no figure: ") != (test.drawn == "") || strings.Count(out, "/"+test.drawn+".") != 3*min(1, len(test.drawn)) {
			t.Errorf("%s: status %d\n%s\n%s", test.measure, status, out, log)
		}
		if _, err := os.Stat(filepath.Join(dir, "figures", test.drawn+".png")); (err == nil) != (test.drawn != "") {
			t.Errorf("%s: %v", test.measure, err)
		}
	}
}

// TestInterruptedAtOnce: a run that ends before its first row has a verdict and no figures, and nothing to say about them.
func TestInterruptedAtOnce(t *testing.T) {
	for name, value := range map[string]string{"EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "8", "EOSS_OUT": filepath.Join(t.TempDir(), "run")} {
		t.Setenv(name, value)
	}
	c, err := experiments.FromEnvironment(experiments.Measurables())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(experiments.ErrInterrupted)
	var out, log bytes.Buffer
	err = study(ctx, c, &out, &log)
	if err == nil || err.Error() != "interrupted" || !strings.Contains(out.String(), "interrupted after 0 steps") || strings.Contains(log.String(), "figure") {
		t.Errorf("%v\n%s\n%s", err, &out, &log)
	}
}

// TestUnsaid: where the verdict can't be printed, that is the error, once; it is written all the same, and the figures are.
func TestUnsaid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	for name, value := range map[string]string{"EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "8", "EOSS_STEPS": "2", "EOSS_OUT": dir} {
		t.Setenv(name, value)
	}
	read, out := io.Pipe()
	unread := errors.New("unread")
	read.CloseWithError(unread)
	for _, c := range []struct{ measure, file string }{{"loss@1,step_sharpness@1", "figures/trajectory.png"}, {"param_distance@1", "verdict.json"}, {"none", "verdict.json"}} {
		os.RemoveAll(dir)
		t.Setenv("EOSS_MEASURE", c.measure)
		config, err := experiments.FromEnvironment(experiments.Measurables())
		if err != nil {
			t.Fatal(err)
		}
		if err := study(t.Context(), config, out, io.Discard); !errors.Is(err, unread) || err.Error() != "unread" {
			t.Errorf("%s: %v", c.measure, err)
		}
		if _, err := os.Stat(filepath.Join(dir, c.file)); err != nil {
			t.Error(err)
		}
	}
}

// TestVariablesOfSets: what belongs to sets of runs, or to other data, may be exported; that this run does not read it is said, in a line each.
func TestVariablesOfSets(t *testing.T) {
	status, out, log := run(t, map[string]string{"EOSS_SEEDS": "3", "EOSS_PROFILE": "paper", "EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "8",
		"EOSS_DATA_DIR": "/data", "EOSS_STEPS": "1", "EOSS_MEASURE": "none", "EOSS_OUT": filepath.Join(t.TempDir(), "run")})
	for _, want := range []string{"EOSS_SEEDS=3: is read by just figures and the like, not by eoss; a run's seed is EOSS_SEED\n",
		"EOSS_PROFILE=paper: is read by just figures and the like, not by eoss\n",
		"EOSS_DATA_DIR=/data: is read with EOSS_DATASET=cifar10, and this run is on synthetic\n"} {
		if status != 0 || !strings.Contains(log, want) {
			t.Errorf("status %d\n%s\n%s", status, out, log)
		}
	}
}

// TestOptimizers: a short run with each optimizer, through its variables; the verdict says what it is held against.
func TestOptimizers(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"sgd", map[string]string{"EOSS_LR": "0.001"}, "× 2/η"},
		{"momentum", map[string]string{"EOSS_MOMENTUM": "0.8", "EOSS_MEASURE": "loss@20,momentum_sharpness@2,lambda_max@2"}, "λmax at "},
		{"adam", map[string]string{"EOSS_BETA1": "0.8", "EOSS_BETA2": "0.99", "EOSS_EPSILON": "1e-6"}, "no threshold is claimed for Adam"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		env := map[string]string{"EOSS_OPTIMIZER": test.name, "EOSS_N": "128", "EOSS_N_TEST": "32", "EOSS_WIDTHS": "16", "EOSS_STEPS": "40",
			"EOSS_MEASURE": "loss@20,batch_sharpness@2", "EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "8", "EOSS_OUT": dir}
		maps.Copy(env, test.env)
		status, out, log := run(t, env)
		if status != 0 || !strings.HasPrefix(out, "Training finished after 40 steps.") || !strings.Contains(out, test.want) {
			t.Errorf("%s: status %d\n%s\n%s", test.name, status, out, log)
		}
		rows, _, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
		loss := record.SelectSeries(rows, "loss").Values
		if err != nil || len(loss) != 3 || !(loss[2] < loss[0]) {
			t.Errorf("%s: the losses are %v (%v)", test.name, loss, err)
		}
	}
}

// TestMistakes: each gives one line that names the variable, and status 2, before any work.
func TestMistakes(t *testing.T) {
	for _, env := range []map[string]string{
		{"EOSS_BACH": "16"}, {"EOSS_LR": "-1"}, {"EOSS_DATASET": "cifar10"}, {"EOSS_BATCH": "4096"}, {"EOSS_MODEL": "transformer"},
		{"EOSS_DATASET": "cifar10", "EOSS_DATA_DIR": "/no/such/folder"}, {"EOSS_BLAS": "mkl"},
		{"EOSS_OPTIMIZER": "adam", "EOSS_MOMENTUM": "0.9"}, {"EOSS_MEASURE": "momentum_sharpness"},
	} {
		t.Run("", func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			t.Setenv("EOSS_OUT", dir)
			status, out, log := run(t, env)
			if status != 2 || out != "" || strings.Count(log, "\n") != 1 || !strings.Contains(log, "EOSS_") {
				t.Errorf("%v: status %d, stdout %q, stderr %q", env, status, out, log)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("a run directory was made")
			}
		})
	}
	if status, out, _ := run(t, nil, "-h"); status != 0 || !strings.Contains(out, "EOSS_MEASURE") {
		t.Errorf("-h: status %d, %q", status, out)
	}
}
