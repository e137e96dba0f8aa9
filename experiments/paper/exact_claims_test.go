package main

import (
	"math"
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

// TestClaims: the numbers and outcomes of every claim on runs are those of exact laws: once of laws that the claim is true of, then of ones
// that break it, just beyond the ends of its ranges.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		claim int
		law   law
		want  []expectation
	}{
		{1, byBatch{meanRatio: {0.91, 1, 1.14}, "batch_sharpness": {1.01, 1.2, 1.29}}.law, []expectation{
			{middle + "4, mean of ratios", 0.91, holds}, {middle + "16, mean of ratios", 1, holds}, {middle + "64, mean of ratios", 1.14, holds},
			{middle + "4, Definition 1", 1.01, holds}, {middle + "16, Definition 1", 1.2, holds}, {middle + "64, Definition 1", 1.29, holds},
			{other + "8, mean of ratios", 0.91 * one, holds}, {other + "64, mean of ratios", 1.14 * one, holds}}},
		{1, byBatch{meanRatio: {0.89, 1, 1.16}, "batch_sharpness": {0.99, 1.2, 1.31}}.law, []expectation{
			{middle + "4, mean of ratios", 0.89, fails}, {middle + "64, mean of ratios", 1.16, fails},
			{middle + "4, Definition 1", 0.99, fails}, {middle + "64, Definition 1", 1.31, fails},
			{other + "8, mean of ratios", 0.89 * one, fails}, {other + "64, mean of ratios", 1.16 * one, fails}}},
		{2, byBatch{lambda: {0.3, 0.5, 0.94}}.law, []expectation{
			{middle + "4", 0.3, holds}, {middle + "16", 0.5, holds}, {middle + "64", 0.94, holds}, {other + "64", 0.94 * one, holds},
			{"λmax at b = 16 over that at b = 4", 0.2, holds}, {"λmax at b = 64 over that at b = 16", 0.44, holds}}},
		{2, byBatch{lambda: {0.98, 0.96, 0.5}}.law, []expectation{
			{middle + "4", 0.98, fails}, {middle + "16", 0.96, fails}, {other + "8", 0.98 * one, fails},
			{"λmax at b = 16 over that at b = 4", -0.02, fails}, {"λmax at b = 64 over that at b = 16", -0.46, fails}}},
		{3, byBatch{lambdaB: {1.99, 1.5, 1.01}}.law, []expectation{
			{middle + "4", 1.99, holds}, {middle + "16", 1.5, holds}, {middle + "64", 1.01, holds}, {other + "8", 1.99 * one, holds}, {other + "64", 1.01 * one, holds}}},
		{3, byBatch{lambdaB: {2.01, 1.5, 0.99}}.law, []expectation{
			{middle + "4", 2.01, fails}, {middle + "64", 0.99, fails}, {other + "8", 2.01 * one, fails}, {other + "64", 0.99 * one, fails}}},
		{4, byBatch{lambda: {0.2, 0.5, 0.7}, lambdaB: {1.2, 1.1, 0.9}}.law, []expectation{
			{middle + "4, λᵇmax − λmax", 1, holds}, {middle + "16, λᵇmax − λmax", 0.6, holds}, {middle + "64, λᵇmax − λmax", 0.2, holds},
			{"gap at b = 4 over that at b = 16", 0.4, holds}, {"gap at b = 16 over that at b = 64", 0.4, holds}}},
		{4, byBatch{lambda: {0.5, 0.5, 0.5}, lambdaB: {0.4, 0.6, 0.8}}.law, []expectation{
			{middle + "4, λᵇmax − λmax", -0.1, fails}, {middle + "16, λᵇmax − λmax", 0.1, holds},
			{"gap at b = 4 over that at b = 16", -0.2, fails}, {"gap at b = 16 over that at b = 64", -0.2, fails}}},
		{5, quantities{lambda: constant(1.01)}.law, []expectation{{"mlp, η = 0.02, b = n", 1.01, holds}}},
		{5, quantities{lambda: constant(0.99)}.law, []expectation{{"mlp, η = 0.02, b = n", 0.99, fails}}},
		{5, quantities{lambda: constant(1.11)}.law, []expectation{{"mlp, η = 0.02, b = n", 1.11, fails}}},
		{10, byNoise{0.7, 0.75, 0.79, 0.91, 1, 0.5}.law, []expectation{
			{"SGD without replacement", 0.7, holds}, {"SGD with replacement", 0.75, holds}, {"directional noise", 0.79, holds},
			{"diagonal noise", 0.91, holds}, {"isotropic noise", 1, holds}, {"SDE, h = η/5", 0.5 * one, study.Reported}}},
		{10, byNoise{0.81, 0.82, 0.9, 0.8, 0.89, 2}.law, []expectation{
			{"SGD without replacement", 0.81, fails}, {"SGD with replacement", 0.82, fails}, {"directional noise", 0.9, fails},
			{"diagonal noise", 0.8, fails}, {"isotropic noise", 0.89, fails}, {"SDE, h = η/5", 2 * one, study.Reported}}},
		{13, kernel(2.18), []expectation{{"b = 2", 1.09, holds}, {"b = 1024", 1.09, holds}}},
		{13, kernel(2.22), []expectation{{"b = 2", 1.11, fails}, {"b = 1024", 1.11, fails}}},
		{13, kernel(1.78), []expectation{{"b = 2", 0.89, fails}, {"b = 1024", 0.89, fails}}},
	} {
		compare(t, c.claim, judgedBy(t, "quick", c.claim, c.law, nil), c.want)
	}
}

// kernel is λᵇmax as that many times the NTK's eigenvalue, and another of the Fisher matrix.
func kernel(ratio float64) law {
	return quantities{lambdaB: math.Sqrt, "ntk_max": times(1/ratio, math.Sqrt), "fim_max": constant(1), meanRatio: constant(1)}.law
}

// byNoise are levels of λmax, by the dynamics of Figure 7.
type byNoise [6]float64

func (levels byNoise) law(p point) float64 {
	switch p.name {
	case lambda:
		return levels[slices.Index([]string{"epoch", "replacement", "directional", "diagonal", "isotropic", "sde"}, p.Variables["EOSS_NOISE"])]
	case meanRatio:
		return 1
	}
	return p.falling()
}

// TestClaimsOfTheChange: claims 6 to 9 are of the changed run at its new 2/η, held against the unchanged one and one from scratch in absolute
// numbers: 2/η is 25, 100, 50, 50 after the change and 50 before.
func TestClaimsOfTheChange(t *testing.T) {
	const (
		bump, dip, after       = "highest loss soon after it, over that without it", "lowest Batch Sharpness soon after it, over that without it", "Batch Sharpness (mean of ratios) after it"
		lessControl, lessFresh = "λmax after it, less that without it", "λmax after it, less that of a run from scratch"
	)
	for _, c := range []struct {
		claim int
		law   shifted
		want  []expectation
	}{
		{6, shifted{0.91, 0.5, 0.4, 0.9}, []expectation{{bump, 1.5, holds}, {after, 0.91, holds}, {lessControl, -7.5, holds}}},
		{7, shifted{1.14, 0.3, 0.4, 0.45}, []expectation{{dip, 0.8, holds}, {after, 1.14, holds}, {lessControl, 10, holds}, {lessFresh, -15, holds}}},
		{8, shifted{1, 0.5, 0.4, 0.6}, []expectation{{dip, 0.4, holds}, {after, 1, holds}, {lessControl, 5, holds}, {lessFresh, -5, holds}}},
		{9, shifted{1, 0.3, 0.4, 0.2}, []expectation{{bump, 1.5, holds}, {after, 1, holds}, {lessControl, -5, holds}}},
		{6, shifted{0.89, 0.9, 0.4, 0.1}, []expectation{{after, 0.89, fails}, {lessControl, 2.5, fails}}},
		{7, shifted{1.16, 0.1, 0.4, 0.05}, []expectation{{after, 1.16, fails}, {lessControl, -10, fails}, {lessFresh, 5, fails}}},
		{8, shifted{1.16, 0.3, 0.4, 0.2}, []expectation{{after, 1.16, fails}, {lessControl, -5, fails}, {lessFresh, 5, fails}}},
		{9, shifted{0.89, 0.5, 0.4, 0.6}, []expectation{{after, 0.89, fails}, {lessControl, 5, fails}}},
	} {
		compare(t, c.claim, judgedBy(t, "quick", c.claim, c.law.law, nil), c.want)
	}
}

// shifted are the last Batch Sharpness of a changed run, and λmax of it, of the same without the change, and of one from scratch.
type shifted struct{ sharpness, changed, control, fresh float64 }

func (x shifted) law(p point) float64 {
	changed := p.Parent != nil && (p.Variables["EOSS_LR"] != p.Parent.Variables["EOSS_LR"] || p.Variables["EOSS_BATCH"] != p.Parent.Variables["EOSS_BATCH"])
	soon := changed && p.step > p.Run.Step && p.step <= p.Run.Step+p.Run.Step/10
	switch {
	case p.name == "loss" && soon:
		return 3
	case p.name == "loss":
		return 2
	case p.name == meanRatio && soon:
		return 0.5
	case p.name == meanRatio && changed:
		return x.sharpness
	case p.name == meanRatio:
		return 1.25
	case p.name != lambda:
		return math.NaN()
	case changed:
		return x.changed
	case p.Parent != nil:
		return x.control
	}
	return x.fresh
}

// TestPaperLambda: at the paper's size λmax at b = 16 is held against the paper's number.
func TestPaperLambda(t *testing.T) {
	for level, want := range map[float64]study.Outcome{0.27: fails, 0.29: holds, 0.37: holds, 0.39: fails} {
		sixteen := func(r study.Run) bool {
			return strings.HasPrefix(r.ID(), "mlp-b16-lr0.01-seed")
		}
		rows := judgedBy(t, "paper", 2, quantities{lambda: constant(level)}.law, sixteen)
		compare(t, 2, rows, []expectation{{"mlp, η = 0.01, b = 16", level, want}})
	}
}
