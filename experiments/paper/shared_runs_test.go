package main

import "testing"

// TestConvolutionalFamiliesShareRuns: at the paper's size the exponents of the cnn and the resnet (claim 12) are taken from the runs of
// Figure 3 and one batch size more each, because every one of them takes half an hour.
func TestConvolutionalFamiliesShareRuns(t *testing.T) {
	all := selection(t, "paper", 1)
	drawn := map[string]bool{}
	for _, f := range all.Figures {
		if f.Name == "fig3" {
			for _, r := range f.Runs {
				drawn[r.ID()] = true
			}
		}
	}
	own := map[string][]string{}
	for _, c := range all.Claims {
		if c.Number != 12 {
			continue
		}
		for _, r := range c.Runs {
			if model := r.Variables["EOSS_MODEL"]; !drawn[r.ID()] && (model == "cnn" || model == "resnet14") {
				own[model] = append(own[model], r.Variables["EOSS_BATCH"])
			}
		}
	}
	for _, model := range []string{"cnn", "resnet14"} {
		if len(own[model]) != 1 || own[model][0] != "32" {
			t.Errorf("%s: beyond Figure 3, claim 12 trains b = %v", model, own[model])
		}
	}
}
