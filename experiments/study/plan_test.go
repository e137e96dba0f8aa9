package study

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"eoss/experiments"
)

// TestMeasured: the cost counts what a run measures: where the cadence divides the step, from the run's first on, and all at the end.
func TestMeasured(t *testing.T) {
	for _, c := range []struct{ first, steps, every, want int }{
		{0, 60, 20, 4}, {0, 60, 25, 4}, {0, 60, 60, 2}, {0, 60, 1000, 2}, // 0, 20, 40, 60; 0, 25, 50, 60; 0, 60; 0, 60
		{60, 90, 10, 4}, {60, 90, 25, 2}, {50, 90, 25, 3}, {60, 90, 200, 1}, // 60, 70, 80, 90; 75, 90; 50, 75, 90; 90
	} {
		r := Run{Variables: Variables{"EOSS_STEPS": fmt.Sprint(c.steps)}, Step: c.first}
		if got := r.measured(float64(c.every)); got != float64(c.want) {
			t.Errorf("from step %d to %d every %d: %g times, not %d", c.first, c.steps, c.every, got, c.want)
		}
	}
}

// TestCostOfMeasurements: a measurement costs as often as it is taken.
func TestCostOfMeasurements(t *testing.T) {
	none := tiny(Variables{"EOSS_MEASURE": "none"})
	loss := tiny(Variables{"EOSS_MEASURE": "loss@40"}) // of steps 0, 40 and 60
	one := loss.Variables.work().measurement("loss", loss.Variables)
	if got := loss.Cost().Seconds - none.Cost().Seconds; math.Abs(got/one-3) > 1e-6 {
		t.Errorf("the loss costs %g of one, not 3", got/one)
	}
}

// TestEveryQuantityCosts: none of those whose cost grows with the data is counted as free.
func TestEveryQuantityCosts(t *testing.T) {
	for _, name := range []string{"batch_sharpness", "batch_sharpness_gn", "ias", "lambda_max", "lambda_max_gn", "lambda_b_max", "lambda_b_max_gn", "ntk_max", "fim_max",
		"loss", "step_sharpness", "step_lambda_b_max", "lambda_b_max_by_size", "gradient_projection"} {
		if v := tiny(nil).Variables; v.work().measurement(name, v) <= 0 {
			t.Errorf("%s costs nothing", name)
		}
	}
}

// TestCostOfSteps: a fork costs its own steps, and a step of the SDE as many gradients over all images as substeps.
func TestCostOfSteps(t *testing.T) {
	seconds := func(run Run) float64 { return run.Cost().Seconds - 0.5 }
	of := func(steps string, own Variables) Run {
		return tiny(Variables{"EOSS_MEASURE": "none", "EOSS_STEPS": steps}.With(own))
	}
	sde := Variables{"EOSS_NOISE": "sde"}
	for name, c := range map[string]struct{ got, want float64 }{
		"fork":            {seconds(of("1000", nil).Fork(1000, Variables{"EOSS_STEPS": "4000"})), 3 * seconds(of("1000", nil))},
		"SDE":             {seconds(of("100", sde)), 100 * 20 * tiny(nil).Variables.work().all()},
		"SDE with a step": {seconds(of("100", sde.With(Variables{"EOSS_SDE_STEP": "0.002"}))), 100 * 5 * tiny(nil).Variables.work().all()},
	} {
		if math.Abs(c.got-c.want) > 1e-6*c.want {
			t.Errorf("%s: %g s, not %g", name, c.got, c.want)
		}
	}
}

// TestWritePlan: what is left takes as long as its longest run, or as all on the workers, their memory at once, and all disk.
func TestWritePlan(t *testing.T) {
	large := Variables{"EOSS_MEASURE": "none", "EOSS_WIDTHS": "512", "EOSS_MEMORY": "64MiB", "EOSS_STEPS": "10000000"}
	long := tiny(large)
	short := tiny(large.With(Variables{"EOSS_STEPS": "5000000", "EOSS_SEED": "1"}))
	for workers, seconds := range map[int]float64{1: long.Cost().Seconds + short.Cost().Seconds, 2: long.Cost().Seconds} {
		var plan strings.Builder
		if err := WritePlan(&plan, Settings{Workers: workers, Out: "there"}, NewResults(t.TempDir()), []Run{long, short}); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("2 runs, 0 of them done in 0s of one core; the others take about %s on %d workers, %s of memory and %s on disk in there\n", duration(seconds), workers,
			size(float64(workers)*long.Memory(workers)), size(long.Cost().Disk+short.Cost().Disk))
		if !strings.HasSuffix(plan.String(), want) {
			t.Errorf("%s, not %s", plan.String(), want)
		}
	}
}

// TestMemory: a run's memory is that of its data, its vectors and the part of its linearisation that its worker may keep.
func TestMemory(t *testing.T) {
	of := func(workers int, own Variables) float64 { return tiny(own).Memory(workers) }
	const test = 4 * 3072 * 16
	large := Variables{"EOSS_WIDTHS": "1", "EOSS_N": "100000000", "EOSS_N_TEST": "0"} // whose linearisation is kept in part
	data := of(1<<40, large) - 1<<20                                                  // the least share is 1 MiB
	for name, c := range map[string]struct{ got, want float64 }{
		"test samples":  {of(1, nil) - of(1, Variables{"EOSS_N_TEST": "0"}), test},
		"float64":       {of(1, Variables{"EOSS_PRECISION": "float64"}), 2 * of(1, nil)},
		"EOSS_MEMORY":   {of(3, large.With(Variables{"EOSS_MEMORY": "5MiB"})) - data, 5 << 20},
		"two workers":   {of(2, large) - data, float64(experiments.DefaultMemory() / 2 >> 20 << 20)},
		"without a run": {of(0, large), of(1, large)},
	} {
		if math.Abs(c.got-c.want) > 1 {
			t.Errorf("%s: %.0f bytes, not %.0f", name, c.got, c.want)
		}
	}
}

// TestCalibration: only runs that came to their end tell how long a run takes.
func TestCalibration(t *testing.T) {
	r, times := NewResults(t.TempDir()), map[string]float64{}
	var runs []Run
	for seed := range 6 {
		run := tiny(Variables{"EOSS_SEED": fmt.Sprint(seed)})
		runs, times[run.ID()] = append(runs, run), 2*run.Cost().Seconds
		switch {
		case seed < 2:
			measured(t, r, run, 60, "finished", 60)
		case seed == 2:
			measured(t, r, run, 5, experiments.StateDiverged, 9)
		case seed == 3:
			measured(t, r, run, 30, "interrupted", 30)
		}
		if seed > 1 {
			times[run.ID()] *= 100
		}
	}
	if got := calibration(times, r, runs); got != 1 {
		t.Errorf("two whole runs calibrate by %g", got)
	}
	measured(t, r, runs[5], 60, "finished", 60)
	times[runs[5].ID()] /= 100
	if got := calibration(times, r, runs); math.Abs(got-2) > 1e-9 {
		t.Errorf("three runs of twice their time calibrate by %g", got)
	}
}
