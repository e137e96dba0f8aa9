package trajectories

import (
	"testing"

	"eoss/experiments"
)

// TestCatapults: of an overshoot with a bump, one without, and one that never falls, the first two are cycles and the first
// has the bump.
func TestCatapults(t *testing.T) {
	var sharpness, loss experiments.Series
	add := func(x, l float64) {
		step := 10 * len(sharpness.Steps)
		sharpness.Steps, sharpness.Values = append(sharpness.Steps, step), append(sharpness.Values, 200*x)
		loss.Steps, loss.Values = append(loss.Steps, step), append(loss.Values, l)
	}
	for range 10 {
		add(1, 1)
	}
	for _, p := range [][2]float64{{1.1, 1}, {1.4, 1.2}, {1.2, 2}, {0.8, 1.5}, {0.9, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}} {
		add(p[0], p[1])
	}
	for _, x := range []float64{1.1, 1.02, 0.98, 1.08, 0.9, 1.01, 1.3, 1.3} {
		add(x, 1)
	}
	found := Catapults(sharpness, loss, 200)
	if len(found) != 2 {
		t.Fatalf("%d cycles: %+v", len(found), found)
	}
	first := found[0]
	if first.Up != 100 || first.Peak != 110 || first.Height != 1.4 || first.Down != 130 || first.Again != 150 || first.Bump != 2 {
		t.Errorf("%+v", first)
	}
	if found[1].Bump != 1 {
		t.Errorf("the second has a bump: %+v", found[1])
	}
}
