package trajectories

import (
	"fmt"
	"testing"

	"eoss/experiments/study"
)

// TestOtherSettings: every run of Figures 2, 3 and 17 to 26 is judged once: it is of one of them, or of the mlp's middle η at the b of all
// seeds. Those of the sweep are, with all seeds, below the full batch. The quick set has none of η = 0.002.
func TestOtherSettings(t *testing.T) {
	for profile, want := range map[string]int{"quick": 11, "paper": 12} {
		p, err := study.ProfileNamed(profile)
		if err != nil {
			t.Fatal(err)
		}
		s := study.NewSet(p, nil)
		judged, rates := map[string]int{}, map[string]bool{}
		for _, x := range append(otherSettings(s), series{model: "mlp", lr: 0.01, batches: gridBatches}) {
			rates[fmt.Sprint(x.model, " ", x.lr)] = true
			for _, b := range x.batches {
				runs := x.runs(s, b)
				judged[runs[0].ID()]++
				if x.swept && (len(runs) != s.Seeds || b == 0) {
					t.Errorf("%s: b = %d of the sweep has %d runs", profile, b, len(runs))
				}
			}
		}
		for _, f := range figures(s) {
			for _, r := range f.Runs {
				if f.Name != "fig1" && f.Name != "fig4" && judged[r.ID()] != 1 {
					t.Errorf("%s, %s: %s %d times", profile, f.Name, r.ID(), judged[r.ID()])
				}
			}
		}
		if len(rates) != want {
			t.Errorf("%s: %v", profile, rates)
		}
	}
}

func TestInPart(t *testing.T) {
	if got := inPart(9, 9); got != "" {
		t.Errorf("of a whole figure: %q", got)
	}
	if got, want := inPart(3, 9), "in part: 3 of 9 runs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
