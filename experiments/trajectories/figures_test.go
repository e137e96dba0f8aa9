package trajectories

import (
	"fmt"
	"testing"

	"eoss/experiments/study"
)

// TestOtherSettings: every run of Figures 2, 3 and 17 to 26 is of one of them, or of the mlp's middle η; the quick set has none of η = 0.002.
func TestOtherSettings(t *testing.T) {
	for profile, want := range map[string]int{"quick": 11, "paper": 12} {
		p, err := study.ProfileNamed(profile)
		if err != nil {
			t.Fatal(err)
		}
		s := study.NewSet(p, nil)
		have := map[string]int{"mlp 0.01": 1}
		for _, x := range otherSettings(s) {
			have[fmt.Sprint(x.model, " ", x.lr)]++
		}
		for _, f := range byBatch {
			for _, lr := range append(f.others(s), f.rates[0]) {
				if key := fmt.Sprint(f.model, " ", lr); have[key] != 1 {
					t.Errorf("%s, %s: %s %d times", profile, f.name, key, have[key])
				}
			}
		}
		if len(have) != want {
			t.Errorf("%s: %v", profile, have)
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
