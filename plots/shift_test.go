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

// 2/η is not drawn where it would press λmax to the floor; the panel says where it is, and not over the line of another 2/η, which that of before
// is where it is drawn.
func TestShiftNamesTheLevelAbove(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"EOSS_BATCH", "4", "2/η = 200, above the panel"},
		{"EOSS_BATCH", "64", ""}, // λmax of the run from scratch comes near
		{"EOSS_LR", "0.005", "2/η = 400, above the panel, after the change"},
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

// The line of Batch Sharpness is of the mean of ratios, as thin as in other figures, and the legend says so.
func TestShiftLegendNamesTheMeanOfRatios(t *testing.T) {
	figure, err := plots.Shift("", shift("EOSS_BATCH", "4"))
	if err != nil {
		t.Fatal(err)
	}
	if got := plots.StrokeWidth(figure, "Batch Sharpness, mean of ratios"); got != plots.LineWidth("batch_sharpness_mean_ratio") {
		t.Errorf("its line is %g wide in the legend %q", got, plots.Legend(figure))
	}
	if got := plots.StrokeWidth(figure, "changed run"); got != plots.LineWidth("lambda_max") {
		t.Errorf("lines of changed runs are %g wide", got)
	}
}

// The caption gives what was before the change, and how long the runs from scratch are.
func TestShiftCaption(t *testing.T) {
	shorter := shift("EOSS_BATCH", "4")
	shorter.Fresh = several("runs/shorter", 6000, map[string]string{"EOSS_BATCH": "4", "EOSS_STEPS": "10000"})
	const end = "; the loss is the training loss"
	for _, c := range []struct {
		cases []plots.ShiftCase
		want  string
	}{
		{[]plots.ShiftCase{shift("EOSS_LR", "0.02")},
			"b = 16, n = 8192, 10\u2009000 steps, seed 7; before the change: η = 0.01; new setting from the start: 10\u2009000 steps"},
		{[]plots.ShiftCase{shift("EOSS_LR", "0.02"), shorter},
			"n = 8192, 10\u2009000 steps, seed 7; before the change: η = 0.01, b = 16; new setting from the start: 6000 to 10\u2009000 steps"},
	} {
		figure, err := plots.Shift("", c.cases...)
		if err != nil {
			t.Fatal(err)
		}
		if got := figure.Caption(); got != "mlp on invented rows: "+c.want+end {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// A level before the change is seen where a new one has its height.
func TestFormerLevelsAreWider(t *testing.T) {
	figure, err := plots.Shift("", shift("EOSS_LR", "0.005"))
	if err != nil {
		t.Fatal(err)
	}
	if now, before := plots.LevelWidth(figure, "2/η = 400"), plots.LevelWidth(figure, "4/η before = 400"); now != 1 || before < 2 {
		t.Errorf("widths %g and %g", now, before)
	}
}

// The level before the change is that of the steps at which it held: a fork's fork had it from the first fork on.
func TestFormerLevelsHaveTheirSteps(t *testing.T) {
	c := shift("EOSS_LR", "0.005")
	c.Changed.Config.Parent.First = 2000
	figure, err := plots.Shift("", c)
	if err != nil {
		t.Fatal(err)
	}
	if first, last := plots.LevelSteps(figure, "4/η before = 400"); first != 2000 || last != float64(c.Changed.Config.Parent.Step) {
		t.Errorf("from step %g to %g", first, last)
	}
}
