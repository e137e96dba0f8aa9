package scaling

import (
	"testing"

	"eoss/experiments/study"
	"eoss/internal/fit"
)

// TestNearPeak: the bend is near the peak if its interval says so; where the data do not bound it, it may be anywhere beyond.
func TestNearPeak(t *testing.T) {
	for _, c := range []struct {
		bend fit.BreakFit
		want study.Outcome
		text string
	}{
		{fit.BreakFit{At: fit.Interval{Value: 40, Lo: 25, Hi: 60}}, study.Holds, ""},
		{fit.BreakFit{At: fit.Interval{Value: 139, Lo: 50, Hi: 343}}, study.Undecided, ""},
		{fit.BreakFit{At: fit.Interval{Value: 200, Lo: 100, Hi: 343}}, study.Fails, ""},
		{fit.BreakFit{At: fit.Interval{Value: 40, Lo: 25, Hi: 60}, AtHighEnd: true}, study.Undecided, "; the data do not bound the bend from above"},
		{fit.BreakFit{At: fit.Interval{Value: 200, Lo: 100, Hi: 343}, AtLowEnd: true}, study.Undecided, "; the data do not bound the bend from below"},
	} {
		if got, text := nearPeak(c.bend, 32), open(c.bend); got != c.want || text != c.text {
			t.Errorf("%+v: %s%s, not %s%s", c.bend, got, text, c.want, c.text)
		}
	}
}
