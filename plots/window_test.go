package plots_test

import (
	"strings"
	"testing"

	"eoss/plots"
)

// A window names its marks, leaves out the test loss, and shows the fork unless that is where it begins.
func TestWindow(t *testing.T) {
	r := fork("runs/fork", several("runs/base", 10_000, nil), nil)
	for _, row := range (invented{steps: 10_000, every: 100, measures: []string{"test_loss"}}).rows() {
		if row.Step >= 5000 && row.Name == "test_loss" {
			r.Rows = append(r.Rows, row)
		}
	}
	for _, c := range []struct {
		first  int
		forked bool
	}{{5000, false}, {4000, true}} {
		figure, err := plots.TrajectoryWindow(r, plots.Window{First: c.first, Last: 6000, Marks: []int{5500}, MarkLabel: "bump (1 of 2)", Note: "noted"})
		if err != nil {
			t.Fatal(err)
		}
		legend := strings.Join(plots.Legend(figure), "|")
		if strings.Contains(legend, "test loss") || !strings.Contains(legend, "bump (1 of 2)") || strings.Contains(legend, "fork at") != c.forked {
			t.Errorf("from step %d: %s", c.first, legend)
		}
		if !strings.HasSuffix(figure.Caption(), "to 6000); noted") {
			t.Errorf("%q", figure.Caption())
		}
	}
}
