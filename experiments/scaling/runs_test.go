package scaling

import (
	"testing"

	"eoss/experiments/study"
)

// TestSweep: large batches train for fewer steps, small ones of the paper's size for more; another subset of the images is another run.
func TestSweep(t *testing.T) {
	for profile, steps := range map[string]map[int]string{
		"paper": {4: "48000", 16: "24000", 64: "12000", 128: "6000", 512: "6000", 1024: "3000", 0: "3000"},
		"quick": {4: "4000", 64: "4000", 128: "2000", 512: "1000", 0: "1000"},
	} {
		p, err := study.ProfileNamed(profile)
		if err != nil {
			t.Fatal(err)
		}
		s := study.NewSet(p, nil)
		for b, want := range steps {
			r := Sweep(s, "mlp", b, 3, 0)
			if got := r.Variables["EOSS_STEPS"]; got != want {
				t.Errorf("%s, b = %d: %s steps, not %s", profile, b, got, want)
			}
			if other := Sweep(s, "mlp", b, 3, secondSubset); r.Variables["EOSS_SEED"] != "3" || r.Variables["EOSS_SEED_DATA"] != "" || other.Variables["EOSS_SEED_DATA"] != "100" {
				t.Errorf("%v, on another subset %v", r.Variables, other.Variables)
			}
		}
	}
}
