package study

import (
	"fmt"
	"math"
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
