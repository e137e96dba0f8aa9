package main

import (
	"math"
	"strings"
	"testing"

	"eoss/experiments/study"
)

// TestClaimsOfSizes: the exponents, ratios and the bend of claims 11 to 13, 15 and 16 are those of exact laws of b.
func TestClaimsOfSizes(t *testing.T) {
	const (
		gap      = "mlp, λᵇmax − λmax, b in "
		critical = "critical batch size, the bend of log λmax in log b"
	)
	for _, c := range []struct {
		law  law
		want map[int]expectations
	}{
		{static{first: 1.2, last: 1}.at, map[int]expectations{11: {{"mlp after training, b ≤ 64", -1, holds}, {"mlp at initialisation, b ≤ 64", -1.2, fails}, {"cnn after training, b ≤ 16", -1, holds}}}},
		{static{first: 0.86, last: 0.8}.at, map[int]expectations{11: {{"mlp after training, b ≤ 64", -0.8, fails}, {"mlp at initialisation, b ≤ 64", -0.86, holds}, {"cnn after training, b ≤ 16", -0.8, fails}}}},
		{trained{0, -0.7, -1, 1.09, 1}.at, map[int]expectations{
			12: {{gap + "[2, 10]", 0, holds}, {gap + "[10, 100]", -0.7, holds}, {gap + "[100, 1000]", -1, holds}, {"mlp, λmax alone, b in [10, 100]", 0.1, study.Reported},
				{"mlp, another subset, λᵇmax − λmax, b in [10, 100]", -0.7, holds}, {"mlp-l, λᵇmax − λmax, b in [10, 100]", -0.7, holds}},
			13: {{"b = 2", 1.09, holds}, {"b = 1024", 1.09, holds}},
			15: {{"b = 2", 1.5, study.Reported}, {"b = 1024", 1, holds}}}},
		{trained{-0.21, -0.54, -0.84, 1.11, 1.02}.at, map[int]expectations{
			12: {{gap + "[2, 10]", -0.21, fails}, {gap + "[10, 100]", -0.54, fails}, {gap + "[100, 1000]", -0.84, fails}},
			13: {{"b = 2", 1.11, fails}, {"b = 1024", 1.11, fails}},
			15: {{"b = 1024", 1.02, fails}}}},
		{trained{0.21, -0.86, -1.16, 0.89, 0.98}.at, map[int]expectations{
			12: {{gap + "[2, 10]", 0.21, fails}, {gap + "[10, 100]", -0.86, fails}, {gap + "[100, 1000]", -1.16, fails}},
			13: {{"b = 2", 0.89, fails}, {"b = 1024", 0.89, fails}},
			15: {{"b = 1024", 0.98, fails}}}},
		{peaked{bend: 64, top: 64, small: 1.14, large: 0.86}.at, map[int]expectations{16: {{"λᵇmax at b = 2", 1.14, holds}, {"λᵇmax at b = 1024", 0.86, holds}, {critical, 64, holds}}}},
		{peaked{bend: 64, top: 256, small: 1.17, large: 0.83}.at, map[int]expectations{16: {{"λᵇmax at b = 2", 1.17, fails}, {"λᵇmax at b = 1024", 0.83, fails}, {critical, 64, fails}}}},
	} {
		c.law.compare(t, c.want)
	}
}

// static is a gap (1/b − 1/n)^s of a network, whose s differs between its first and its last step, and of which b above n/16 has more.
type static struct{ first, last float64 }

func (of static) at(p point) float64 {
	switch {
	case p.name == "loss":
		return p.falling()
	case p.name == lambda:
		return 0.1
	case !strings.HasPrefix(p.name, lambdaB):
		return math.NaN()
	}
	n, exponent := p.Variables.Number("EOSS_N"), of.last
	if p.step == 0 {
		exponent = of.first
	}
	gap := math.Pow(1/p.size-1/n, exponent)
	if p.size > n/16 {
		gap *= 3
	}
	return 0.1 + gap
}

// trained are the exponents of the gap in three ranges of b, λᵇmax over 2·NTK, and IAS over Batch Sharpness at b = n, which has 1/b more below.
type trained struct{ small, middle, large, kernel, interaction float64 }

func (of trained) at(p point) float64 {
	exponent := of.large
	switch {
	case p.size <= 10:
		exponent = of.small
	case p.size <= 100:
		exponent = of.middle
	}
	full, ias := 0.1*math.Pow(p.size, 0.1), of.interaction
	ofBatch := full + math.Pow(p.size, exponent)
	if p.size < p.Variables.Number("EOSS_N") {
		ias += 1 / p.size
	}
	return p.among(map[string]float64{lambda: full, lambdaB: ofBatch, "ntk_max": ofBatch / 2 / of.kernel, "fim_max": ofBatch, "batch_sharpness": 1.1, meanRatio: 1, "ias": 1.1 * ias})
}

// peaked is λmax that grows as √b up to a bend, and λᵇmax with its peak elsewhere.
type peaked struct{ bend, top, small, large float64 }

func (of peaked) at(p point) float64 {
	level := 1.2
	switch p.size {
	case 2:
		level = of.small
	case of.top:
		level = 1.6
	}
	return p.among(map[string]float64{lambda: of.large * math.Sqrt(min(1, p.size/of.bend)), lambdaB: level, "batch_sharpness": 1, meanRatio: 1})
}
