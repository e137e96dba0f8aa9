package trajectories

import (
	"math"
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

// TestChance: of windows that hold 21 of 100 steps, those with the one high loss in them, or just before most of them, have a bump.
func TestChance(t *testing.T) {
	var loss experiments.Series
	for step := range 100 {
		value := 1.0
		if step == 70 {
			value = 2
		}
		loss.Steps, loss.Values = append(loss.Steps, step), append(loss.Values, value)
	}
	// Starts 1 to 79 have a loss before them and end in time; those from 50 to 70 hold step 70.
	p := byChance([]Catapult{{Up: 10, Down: 30}}, loss.Steps, loss)
	if len(p) != 1 || math.Abs(p[0]-21.0/79) > 1e-15 {
		t.Errorf("chance %v, not 21/79", p)
	}
	for k, want := range []float64{1, 0.75, 0.25, 0} {
		if got := atLeast(k, []float64{0.5, 0.5}); got != want {
			t.Errorf("%d or more of two halves: %v, not %v", k, got, want)
		}
	}
}

// TestChanceOfCadences: windows begin where the sharpness is measured, at twice as many steps as the loss. Of those of 5 steps from 5 to 195,
// two hold the one high loss at step 100.
func TestChanceOfCadences(t *testing.T) {
	loss := experiments.Series{}
	var steps []int
	for step := 0; step <= 200; step += 5 {
		steps = append(steps, step)
		if step%10 == 0 {
			loss.Steps, loss.Values = append(loss.Steps, step), append(loss.Values, 1)
		}
	}
	loss.Values[10] = 2
	if p := byChance([]Catapult{{Up: 5, Down: 10}}, steps, loss); p[0] != 2.0/39 {
		t.Errorf("chance %v, not 2/39", p[0])
	}
}

// TestWindow: Figure 4 says of its marks what they are, how many and of how many.
func TestWindow(t *testing.T) {
	w := window(100, []Catapult{{Peak: 110, Bump: 1.2}, {Peak: 120, Bump: 1.05}, {Peak: 130, Bump: 1.11}})
	if len(w.Marks) != 2 || w.Marks[1] != 130 || w.MarkLabel != "cycle with loss > 1.1 × before (2 of 3)" {
		t.Errorf("%+v", w)
	}
}
