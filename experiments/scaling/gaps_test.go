package scaling

import (
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
)

// TestGapsLeaveOutWhatIsZero: λᵇmax − λmax at b = n, and the gap of the largest λmax to itself, are zeros by definition: they are no points.
func TestGapsLeaveOutWhatIsZero(t *testing.T) {
	at := func(b int, lambda, gap float64) levels {
		l := levels{b: b, n: 8}
		l.lambda.Mean.Value, l.gap.Mean.Value = experiments.Real(lambda), experiments.Real(gap)
		return l
	}
	list := []levels{at(2, 1, 4), at(4, 3, 1), at(8, 2, 0.1)}
	if p := points(gaps(list)); len(p) != 2 || p[0].Y != 4 || p[1].X != 4 || p[1].Y != 1 {
		t.Errorf("gaps %v", p)
	}
	if p := points(toLargest(list)); len(p) != 2 || p[0].Y != 2 || p[1].X != 8 || p[1].Y != 1 {
		t.Errorf("gaps to the largest %v", p)
	}
	if p := toLargest(nil); p != nil {
		t.Errorf("gaps of no run: %v", p)
	}
}

// TestBarsAreInOrder: also when a batch size comes with the second seed only. One seed keeps its own interval.
func TestBarsAreInOrder(t *testing.T) {
	at := func(b, seed int, value, lo, hi experiments.Real) level {
		return level{b, seed, experiments.Interval{Value: value, Lo: lo, Hi: hi}}
	}
	list := bars([]level{at(2, 0, 1, 0, 2), at(8, 0, 5, 5, 5), at(2, 1, 3, 0, 9), at(4, 1, 7, 6, 8)})
	if len(list) != 3 || list[0].X != 2 || list[1].X != 4 || list[2].X != 8 {
		t.Fatalf("%+v", list)
	}
	if list[0].Y != 2 || list[0].Hi < 10 || list[1].Lo != 6 || list[1].Hi != 8 { // t(1) of two seeds is wide
		t.Errorf("%+v", list)
	}
}

// TestCaptionsNameTheTraining: b is of the training, not of the axis, and an activation that is not the default is named.
func TestCaptionsNameTheTraining(t *testing.T) {
	runs := []study.Run{{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_DATASET": "cifar10", "EOSS_ACTIVATION": "tanh", "EOSS_BATCH": "256", "EOSS_LR": "0.004",
		"EOSS_N": "8192", "EOSS_STOP_LOSS": "0.001", "EOSS_STEPS": "1000", "EOSS_SEED": "0"}}}
	if got, want := staticCaption("Gap", runs, true), "Gap: mlp with tanh on CIFAR-10, n = 8192, trained at b = 256, η = 0.004, until a loss of 0.001 or for 1000 steps, seed 0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := caption("Gap", runs), "Gap: mlp with tanh on CIFAR-10, η = 0.004, n = 8192, up to 1000 steps, seed 0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSeedsOfACaption: seeds are named once, by subset.
func TestSeedsOfACaption(t *testing.T) {
	run := func(seed, subset string) study.Run {
		v := study.Variables{"EOSS_SEED": seed}
		if subset != "" {
			v["EOSS_SEED_DATA"] = subset
		}
		return study.Run{Variables: v}
	}
	for want, runs := range map[string][]study.Run{
		"seed 0":                              {run("0", ""), run("0", "")},
		"seeds 0, 1 and seed 0 on subset 100": {run("0", ""), run("1", ""), run("0", "100")},
	} {
		if got := seeds(runs); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
