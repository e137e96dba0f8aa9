package trajectories

import "testing"

func TestInPart(t *testing.T) {
	if got := inPart(9, 9); got != "" {
		t.Errorf("of a whole figure: %q", got)
	}
	if got, want := inPart(3, 9), "in part: 3 of 9 runs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
