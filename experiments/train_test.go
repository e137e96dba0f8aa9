package experiments

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/internal/record"
)

// small is a run of a second on the built-in data.
func small(t *testing.T, more map[string]string) Config {
	t.Helper()
	values := map[string]string{
		"EOSS_N": "128", "EOSS_N_TEST": "32", "EOSS_WIDTHS": "16", "EOSS_STEPS": "40", "EOSS_BATCH": "8", "EOSS_LR": "0.01",
		"EOSS_MEASURE": "loss@20,step_sharpness@5,batch_sharpness@10,lambda_max@20", "EOSS_BS_MIN_BATCHES": "4",
		"EOSS_BS_MAX_BATCHES": "8", "EOSS_OUT": filepath.Join(t.TempDir(), "run"),
	}
	for k, v := range more {
		values[k] = v
	}
	c, err := FromValues(values, Measurables())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func trained(t *testing.T, c Config) (Result, []record.Row) {
	t.Helper()
	r, err := Train(context.Background(), "eoss", c, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return r, rowsOf(t, r.Dir)
}

// rowsOf reads a run's rows without their timings.
func rowsOf(t *testing.T, dir string) []record.Row {
	t.Helper()
	rows, _, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].Seconds = 0
	}
	return rows
}

func values(rows []record.Row, name string) []float64 { return record.SelectSeries(rows, name).Values }

// TestSameConfigurationSameBits: a run is a function of its configuration, in both precisions.
func TestSameConfigurationSameBits(t *testing.T) {
	for _, precision := range []string{"float32", "float64"} {
		more := map[string]string{"EOSS_PRECISION": precision}
		_, a := trained(t, small(t, more))
		_, b := trained(t, small(t, more))
		if !slices.Equal(a, b) {
			t.Errorf("%s: two runs of one configuration differ", precision)
		}
		if n := len(values(a, "step_sharpness")); n != 9 {
			t.Errorf("%s: step_sharpness@5 over 40 steps has %d values, want 9", precision, n)
		}
	}
}

// TestMeasuringChangesNothing: the trajectory is that of a run that measures only the loss.
func TestMeasuringChangesNothing(t *testing.T) {
	_, a := trained(t, small(t, nil))
	_, b := trained(t, small(t, map[string]string{"EOSS_MEASURE": "loss@20"}))
	if la, lb := values(a, "loss"), values(b, "loss"); !slices.Equal(la, lb) {
		t.Errorf("losses %v with all measurements, %v without", la, lb)
	}
}

// TestPrecisionsAgree: float32 and float64 follow one trajectory for as long as rounding stays small (a few
// steps at an η far below the edge).
func TestPrecisionsAgree(t *testing.T) {
	more := map[string]string{"EOSS_LR": "0.001", "EOSS_PRECISION": "float64"}
	_, a := trained(t, small(t, more))
	more["EOSS_PRECISION"] = "float32"
	_, b := trained(t, small(t, more))
	for _, name := range []string{"loss", "lambda_max", "batch_sharpness", "step_sharpness"} {
		va, vb := values(a, name), values(b, name)
		for i := range va {
			// λmax is converged to 1e-3 by either run.
			if tol := map[bool]float64{true: 2e-3, false: 1e-4}[name == "lambda_max"]; math.Abs(va[i]-vb[i]) > tol*math.Abs(va[i]) {
				t.Errorf("%s[%d]: %v in float64, %v in float32", name, i, va[i], vb[i])
			}
		}
	}
}

// TestInterrupted: a cancelled run keeps all that was measured and says so.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(ErrInterrupted)
	c := small(t, nil)
	r, err := Train(ctx, "eoss", c, io.Discard)
	if !errors.Is(err, ErrInterrupted) {
		t.Fatalf("the error is %v", err)
	}
	text, err := Conclude(r, c, r.End.State(true))
	if err != nil || !strings.Contains(text, "interrupted after 0 steps") {
		t.Errorf("the verdict is %q, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "verdict.json")); err != nil {
		t.Error(err)
	}
}

// TestDiverged: a step size far too large ends the run as a result, not as a failure.
func TestDiverged(t *testing.T) {
	c := small(t, map[string]string{"EOSS_LR": "1000"})
	r, rows := trained(t, c)
	if !r.End.Diverged || r.End.Steps >= 40 || len(rows) == 0 {
		t.Errorf("the run ended as %+v with %d rows", r.End, len(rows))
	}
	if text, err := Conclude(r, c, r.End.State(false)); err != nil || !strings.Contains(text, "diverged") {
		t.Errorf("the verdict is %q, %v", text, err)
	}
}

// TestDirectoryIsNeverOverwritten: a folder the user named must be new.
func TestDirectoryIsNeverOverwritten(t *testing.T) {
	c := small(t, nil)
	trained(t, c)
	_, err := Train(context.Background(), "eoss", c, io.Discard)
	var refusal *ConfigError
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "EOSS_OUT") {
		t.Errorf("the second run into one folder gives %v", err)
	}
}

// TestDirectoryEndingInASlash: a shell's completion of a new name ends so.
func TestDirectoryEndingInASlash(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new")
	r, _ := trained(t, small(t, map[string]string{"EOSS_OUT": out + "/", "EOSS_STEPS": "1", "EOSS_MEASURE": "none"}))
	if r.Dir != out {
		t.Errorf("the run is in %s", r.Dir)
	}
}

// TestDirectoryThatCannotBeMade: the line says what to do.
func TestDirectoryThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{filepath.Join(file, "run"), filepath.Join(file, "a", "run")} {
		_, err := Train(context.Background(), "eoss", small(t, map[string]string{"EOSS_OUT": out}), io.Discard)
		var refusal *ConfigError
		if !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), "EOSS_OUT="+out+": ") || !strings.HasSuffix(err.Error(), "; name another folder") {
			t.Errorf("%s: %v", out, err)
		}
	}
}

// TestStepsByHand: the trainer's θ after a few steps is that of θ ← θ − η∇L_B(θ) over the sampler's batches.
func TestStepsByHand(t *testing.T) {
	c := small(t, map[string]string{"EOSS_PRECISION": "float64", "EOSS_MEASURE": "none", "EOSS_STEPS": "20"})
	p, err := NewProblem[float64](c)
	if err != nil {
		t.Fatal(err)
	}
	want, g := slices.Clone(p.Theta), make([]float64, len(p.Theta))
	s := Sampler{N: c.N, B: c.Batch, Seed: c.SeedOrder}
	for step := range c.Steps {
		d := p.Train.Gather(curvature.Data[float64]{}, s.Batch(step))
		if _, err := p.Objective.Gradient(g, want, d); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			want[i] -= c.LR * g[i]
		}
	}
	out, err := record.OpenWriter(filepath.Join(t.TempDir(), "rows"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	progress := NewProgress(io.Discard, 0, c.Steps)
	defer progress.Close()
	tr, err := newTrainer(p, out, progress)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.train(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(p.Theta[i]-want[i]) > 1e-12 { // the rounding of 20 steps
			t.Fatalf("θ[%d] is %v, want %v", i, p.Theta[i], want[i])
		}
	}
}

// TestSampler: every epoch visits every sample once but for the dropped rest, in a new order, and a step's
// batch does not depend on the steps asked for before.
func TestSampler(t *testing.T) {
	s := Sampler{N: 50, B: 8, Seed: 3}
	var epochs [2][]int
	for step := range 2 * s.PerEpoch() {
		epochs[step/s.PerEpoch()] = append(epochs[step/s.PerEpoch()], s.Batch(step)...)
	}
	for _, e := range epochs {
		sorted := slices.Clone(e)
		slices.Sort(sorted)
		if len(e) != 48 || len(slices.Compact(sorted)) != 48 {
			t.Errorf("an epoch of 6 batches of 8 is %v", e)
		}
	}
	if slices.Equal(epochs[0], epochs[1]) {
		t.Error("two epochs have one order")
	}
	fresh := Sampler{N: 50, B: 8, Seed: 3}
	if !slices.Equal(fresh.Batch(9), epochs[1][24:32]) {
		t.Error("batch 9 depends on the batches before")
	}
}
