package trajectories

import (
	"fmt"
	"testing"
)

// TestOtherSettings: every run of Figures 2, 3 and 17 to 26 is of one of them, or of the mlp's middle η.
func TestOtherSettings(t *testing.T) {
	have := map[string]int{"mlp 0.01": 1}
	for _, x := range otherSettings() {
		have[fmt.Sprint(x.model, " ", x.lr)]++
	}
	for _, f := range byBatch {
		if key := fmt.Sprint(f.model, " ", f.lr); have[key] != 1 {
			t.Errorf("%s: %s %d times", f.name, key, have[key])
		}
	}
	if len(have) != 11 {
		t.Errorf("%v", have)
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
