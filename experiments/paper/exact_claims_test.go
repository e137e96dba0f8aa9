package main

import (
	"slices"
	"strings"
	"testing"

	"eoss/experiments/study"
)

const (
	meanRatio = "batch_sharpness_mean_ratio"
	lambda    = "lambda_max"
	lambdaB   = "lambda_b_max"
	middle    = "mlp, η = 0.04, b = " // of all seeds
	other     = "cnn, η = 0.08, b = " // of the first seed only
	one       = 1 - spread            // which is that much of the law
	holds     = study.Holds
	fails     = study.Fails
)

// TestClaims: the numbers and outcomes of claims 1 to 5 and 10 are those of exact laws: once of laws that the claims are true of, then of ones
// that break them, just beyond the ends of their ranges.
func TestClaims(t *testing.T) {
	byBatch{meanRatio: {0.91, 1, 1.14}, "batch_sharpness": {1.01, 1.2, 1.29}, lambda: {0.3, 0.5, 0.94}, lambdaB: {1.99, 1.5, 1.01}}.law().compare(t, map[int]expectations{
		1: {{middle + "4, mean of ratios", 0.91, holds}, {middle + "16, mean of ratios", 1, holds}, {middle + "64, mean of ratios", 1.14, holds},
			{middle + "4, Definition 1", 1.01, holds}, {middle + "16, Definition 1", 1.2, holds}, {middle + "64, Definition 1", 1.29, holds},
			{other + "8, mean of ratios", 0.91 * one, holds}, {other + "64, mean of ratios", 1.14 * one, holds}},
		2: {{middle + "4", 0.3, holds}, {middle + "16", 0.5, holds}, {middle + "64", 0.94, holds}, {other + "64", 0.94 * one, holds},
			{"λmax at b = 16 over that at b = 4", 0.2, holds}, {"λmax at b = 64 over that at b = 16", 0.44, holds}},
		3: {{middle + "4", 1.99, holds}, {middle + "16", 1.5, holds}, {middle + "64", 1.01, holds}, {other + "8", 1.99 * one, holds}, {other + "64", 1.01 * one, holds}},
		4: {{middle + "4, λᵇmax − λmax", 1.69, holds}, {middle + "16, λᵇmax − λmax", 1, holds}, {middle + "64, λᵇmax − λmax", 0.07, holds},
			{"gap at b = 4 over that at b = 16", 0.69, holds}, {"gap at b = 16 over that at b = 64", 0.93, holds}},
	})
	byBatch{meanRatio: {0.89, 1, 1.16}, "batch_sharpness": {0.99, 1.2, 1.31}, lambda: {0.98, 0.96, 0.5}, lambdaB: {2.02, 0.5, 0.99}}.law().compare(t, map[int]expectations{
		1: {{middle + "4, mean of ratios", 0.89, fails}, {middle + "64, mean of ratios", 1.16, fails},
			{middle + "4, Definition 1", 0.99, fails}, {middle + "64, Definition 1", 1.31, fails},
			{other + "8, mean of ratios", 0.89 * one, fails}, {other + "64, mean of ratios", 1.16 * one, fails}},
		2: {{middle + "4", 0.98, fails}, {middle + "16", 0.96, fails}, {other + "8", 0.98 * one, fails},
			{"λmax at b = 16 over that at b = 4", -0.02, fails}, {"λmax at b = 64 over that at b = 16", -0.46, fails}},
		3: {{middle + "4", 2.02, fails}, {middle + "64", 0.99, fails}, {other + "8", 2.02 * one, fails}, {other + "64", 0.99 * one, fails}},
		4: {{middle + "16, λᵇmax − λmax", -0.46, fails}, {"gap at b = 16 over that at b = 64", -0.95, fails}},
	})
	for level, outcome := range map[float64]study.Outcome{0.99: fails, 1.01: holds, 1.09: holds, 1.11: fails} {
		byBatch{lambda: {2: level}}.law().compare(t, map[int]expectations{5: {{"mlp, η = 0.02, b = n", level, outcome}}})
	}
	law(byNoise{0.7, 0.75, 0.79, 0.91, 1, 0.5}.at).compare(t, map[int]expectations{10: {
		{"SGD without replacement", 0.7, holds}, {"SGD with replacement", 0.75, holds}, {"directional noise", 0.79, holds},
		{"diagonal noise", 0.91, holds}, {"isotropic noise", 1, holds}, {"SDE, h = η/5", 0.5 * one, study.Reported}}})
	law(byNoise{0.82, 0.83, 0.9, 0.8, 0.88, 2}.at).compare(t, map[int]expectations{10: {
		{"SGD without replacement", 0.82, fails}, {"SGD with replacement", 0.83, fails}, {"directional noise", 0.9, fails},
		{"diagonal noise", 0.8, fails}, {"isotropic noise", 0.88, fails}, {"SDE, h = η/5", 2 * one, study.Reported}}})
}

// byNoise are levels of λmax, by the dynamics of Figure 7.
type byNoise [6]float64

func (levels byNoise) at(p point) float64 {
	switch p.name {
	case lambda:
		return levels[slices.Index([]string{"epoch", "replacement", "directional", "diagonal", "isotropic", "sde"}, p.Variables["EOSS_NOISE"])]
	case meanRatio:
		return 1
	}
	return p.falling()
}

// TestPaperLambda: at the paper's size λmax at b = 16 is held against the paper's number.
func TestPaperLambda(t *testing.T) {
	sixteen := func(r study.Run) bool { return strings.HasPrefix(r.ID(), "mlp-b16-lr0.01-seed") }
	for level, outcome := range map[float64]study.Outcome{0.27: fails, 0.29: holds, 0.37: holds, 0.39: fails} {
		rows := judged(t, "paper", byBatch{lambda: {1: level}}.law(), sixteen, 2)[2]
		expectations{{"mlp, η = 0.01, b = 16", level, outcome}}.compare(t, 2, rows)
	}
}

// TestSeedsOfAClaim: the seeds of a claim are runs of their own, each listed once, but for the pairs of claim 18, which share some.
func TestSeedsOfAClaim(t *testing.T) {
	for _, c := range selection(t, "paper", 3).Claims {
		seen := map[string]bool{}
		for _, r := range c.Runs {
			if seen[r.ID()] && c.Number != 18 {
				t.Errorf("claim %d lists %s twice", c.Number, r.ID())
			}
			seen[r.ID()] = true
		}
	}
}
