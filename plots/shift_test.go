package plots_test

import (
	"slices"
	"strings"
	"testing"

	"eoss/internal/record"
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

// spiked is a change after which λᵇmax leaps once.
func spiked(s plots.ShiftCase) plots.ShiftCase {
	i := slices.IndexFunc(s.Changed.Rows, func(r record.Row) bool { return r.Name == "lambda_b_max" })
	s.Changed.Rows[i].Value = 5000
	return s
}

// A line that leaves the panel is no end of it: the legend explains the triangle there, also where there are no dots.
func TestShiftMarksWhatLeavesThePanel(t *testing.T) {
	for _, c := range []struct {
		shift plots.ShiftCase
		want  bool
	}{{shift("EOSS_BATCH", "4"), false}, {spiked(shift("EOSS_BATCH", "4")), true}} {
		figure, err := plots.Shift("", c.shift)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(plots.Legend(figure), "off the axis"); got != c.want {
			t.Errorf("the legend is %q", plots.Legend(figure))
		}
	}
}

// 2/η is not drawn where it would press λmax to the floor; the panel says where it is.
func TestShiftNamesTheLevelAbove(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"EOSS_BATCH", "4", "2/η = 200, above the panel"},
		{"EOSS_BATCH", "64", ""}, // λmax of the run from scratch comes near
		{"EOSS_LR", "0.005", "2/η = 400, above the panel"},
		{"EOSS_LR", "0.0099", "2/η = 202.02 (200 before), above the panel"},
	} {
		figure, err := plots.Shift("", shift(c.name, c.value))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(strings.Join(plots.Remarks(figure, 0, 0, 3), "|"), "\u00a0", " "); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.name, c.value, got, c.want)
		}
		for panel := range 3 {
			if got := plots.Remarks(figure, 0, 0, panel); len(got) > 0 {
				t.Errorf("panel %d says %q", panel, got)
			}
		}
	}
}
