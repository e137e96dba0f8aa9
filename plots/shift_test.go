package plots_test

import (
	"slices"
	"testing"

	"eoss/plots"
)

// A line from the last measurement before the change to the first after it would draw the effect before its cause.
func TestShiftBreaksAtTheChange(t *testing.T) {
	figure, err := plots.Shift("", shift("EOSS_LR", "0.02"))
	if err != nil {
		t.Fatal(err)
	}
	for panel, first := range []float64{5000, 5000, 5200, 5200} { // λᵇmax and λmax are measured every 400 steps
		want := [][2]float64{{0, 10_000}, {first, 10_000}, {0, 4800}, {first, 10_000}} // from scratch, control, history, changed run
		if got := plots.Spans(figure, 0, 0, panel); !slices.Equal(got, want) {
			t.Errorf("panel %d: lines over the steps %v, want %v", panel, got, want)
		}
	}
}
