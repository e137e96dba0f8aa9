package scaling

import (
	"testing"

	"eoss/experiments/study"
)

// TestGapsLeaveOutWhatIsZero: λᵇmax − λmax at b = n, and the gap of the largest λmax to itself, are zeros by definition: they are no points.
func TestGapsLeaveOutWhatIsZero(t *testing.T) {
	list := []levels{{b: 2, n: 8, lambdaB: 5, lambda: 1}, {b: 4, n: 8, lambdaB: 4, lambda: 3}, {b: 8, n: 8, lambdaB: 2.1, lambda: 2}}
	if p := gaps(list); len(p) != 2 || p[0].Y != 4 || p[1].X != 4 || p[1].Y != 1 {
		t.Errorf("gaps %v", p)
	}
	if p := toLargest(list); len(p) != 2 || p[0].Y != 2 || p[1].X != 8 || p[1].Y != 1 {
		t.Errorf("gaps to the largest %v", p)
	}
	if p := toLargest(nil); p != nil {
		t.Errorf("gaps of no run: %v", p)
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
