package study

import (
	"errors"

	"eoss/experiments"
	"eoss/graph"
	"eoss/models"
)

// checkWidths refuses widths that the network of a run can't have. The cost of a run, and so every plan, counts with them.
func checkWidths(runs []Run) error {
	seen := map[[2]string]bool{}
	for _, r := range runs {
		model, text := r.Variables["EOSS_MODEL"], r.Variables["EOSS_WIDTHS"]
		kind := [2]string{model, text}
		if text == "" || seen[kind] {
			continue
		}
		seen[kind] = true
		if reason := misfit(model, text); reason != "" {
			return &experiments.ConfigError{Variable: "EOSS_WIDTHS", Value: text, Reason: reason + " (the run " + r.ID() + ")"}
		}
	}
	return nil
}

// misfit says why a model can't have the widths; "" if it can. Of what else is wrong with it nothing is said here.
func misfit(model, text string) string {
	var widths experiments.Widths
	if err := widths.UnmarshalText([]byte(text)); err != nil {
		return err.Error()
	}
	_, err := models.New(models.Spec{Name: model, Input: graph.Shape{3, 32, 32}, Outputs: 10, Widths: widths})
	var mistake *models.Error
	if errors.As(err, &mistake) && mistake.Field == "Widths" {
		return mistake.Problem
	}
	return ""
}
