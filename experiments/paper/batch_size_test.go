package main

import (
	"testing"

	"eoss/experiments/study"
)

// TestNoBatchAboveN: the batches of every run are of at most its n images.
func TestNoBatchAboveN(t *testing.T) {
	for _, p := range study.Profiles() {
		all := selection(t, p.Name, p.Seeds)
		var runs []study.Run
		for _, f := range all.Figures {
			runs = append(runs, f.Runs...)
		}
		for _, c := range all.Claims {
			runs = append(runs, c.Runs...)
		}
		for _, r := range runs {
			if r.Variables.Number("EOSS_BATCH") > r.Variables.Number("EOSS_N") {
				t.Errorf("%s: n = %s", r.ID(), r.Variables["EOSS_N"])
			}
		}
	}
}
