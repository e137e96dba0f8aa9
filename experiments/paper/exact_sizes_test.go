package main

import (
	"math"
	"strings"
	"testing"

	"eoss/experiments/study"
)

// TestClaimsOfSizes: the exponents, ratios and the bend of claims 11, 12, 15 and 16 are those of exact laws of b.
func TestClaimsOfSizes(t *testing.T) {
	const gap = "mlp, λᵇmax − λmax, b in "
	for _, c := range []struct {
		claim int
		law   law
		want  []expectation
	}{
		{11, static{first: 1.2, last: 1}.law, []expectation{{"mlp after training, b ≤ 64", -1, holds}, {"mlp at initialisation, b ≤ 64", -1.2, fails}, {"cnn after training, b ≤ 16", -1, holds}}},
		{11, static{first: 0.86, last: 0.8}.law, []expectation{{"mlp after training, b ≤ 64", -0.8, fails}, {"mlp at initialisation, b ≤ 64", -0.86, holds}, {"cnn after training, b ≤ 16", -0.8, fails}}},
		{12, trained{0, -0.7, -1}.law, []expectation{{gap + "[2, 10]", 0, holds}, {gap + "[10, 100]", -0.7, holds}, {gap + "[100, 1000]", -1, holds},
			{"mlp, another subset, λᵇmax − λmax, b in [10, 100]", -0.7, holds}, {"mlp-l, λᵇmax − λmax, b in [10, 100]", -0.7, holds}, {"mlp, λmax alone, b in [10, 100]", 0.1, study.Reported}}},
		{12, trained{-0.21, -0.54, -0.84}.law, []expectation{{gap + "[2, 10]", -0.21, fails}, {gap + "[10, 100]", -0.54, fails}, {gap + "[100, 1000]", -0.84, fails}}},
		{12, trained{0.21, -0.86, -1.16}.law, []expectation{{gap + "[2, 10]", 0.21, fails}, {gap + "[10, 100]", -0.86, fails}, {gap + "[100, 1000]", -1.16, fails}}},
		{15, interaction(1).law, []expectation{{"b = 2", 1.5, study.Reported}, {"b = 1024", 1, holds}}},
		{15, interaction(1.02).law, []expectation{{"b = 1024", 1.02, fails}}},
		{15, interaction(0.98).law, []expectation{{"b = 1024", 0.98, fails}}},
		{16, peaked{bend: 64, top: 64, small: 1.14, large: 0.86}.law, []expectation{{"λᵇmax at b = 2", 1.14, holds}, {"λᵇmax at b = 1024", 0.86, holds}, {critical, 64, holds}}},
		{16, peaked{bend: 64, top: 256, small: 1.17, large: 0.84}.law, []expectation{{"λᵇmax at b = 2", 1.17, fails}, {"λᵇmax at b = 1024", 0.84, fails}, {critical, 64, fails}}},
	} {
		compare(t, c.claim, judgedBy(t, "quick", c.claim, c.law, nil), c.want)
	}
}

const critical = "critical batch size, the bend of log λmax in log b"

// static is a gap (1/b − 1/n)^s of a network, whose s differs between its first and its last step, and of which b above n/16 has more.
type static struct{ first, last float64 }

func (of static) law(p point) float64 {
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

// trained are the exponents of the gap in three ranges of b; λmax has one of its own.
type trained [3]float64

func (exponents trained) law(p point) float64 {
	i := 2
	switch {
	case p.size <= 10:
		i = 0
	case p.size <= 100:
		i = 1
	}
	rises := 0.1 * math.Pow(p.size, 0.1)
	return quantities{lambda: constant(rises), lambdaB: constant(rises + math.Pow(p.size, exponents[i])), "batch_sharpness": constant(1), meanRatio: constant(1)}.law(p)
}

// interaction is IAS over Batch Sharpness at b = n, more by 1/b below.
type interaction float64

func (x interaction) law(p point) float64 {
	ias := float64(x) + 1/p.size
	if p.size == p.Variables.Number("EOSS_N") {
		ias = float64(x)
	}
	return quantities{lambda: constant(0.5), lambdaB: constant(1), "batch_sharpness": constant(1.1), meanRatio: constant(1), "ias": constant(1.1 * ias)}.law(p)
}

// peaked is λmax that grows as √b up to a bend, and λᵇmax with its peak elsewhere.
type peaked struct{ bend, top, small, large float64 }

func (of peaked) law(p point) float64 {
	level := 1.2
	switch p.size {
	case 2:
		level = of.small
	case of.top:
		level = 1.6
	}
	return quantities{lambda: constant(of.large * math.Sqrt(min(1, p.size/of.bend))), lambdaB: constant(level), "batch_sharpness": constant(1), meanRatio: constant(1)}.law(p)
}
