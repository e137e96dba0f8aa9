package main

import (
	"math"
	"strings"
	"testing"
)

// TestArrivals: claim 18 compares when Batch Sharpness first reached 2/η, in epochs.
func TestArrivals(t *testing.T) {
	for _, c := range []struct {
		steps arriving // of η = 0.02, 0.04, 0.08 and b = 16, then of η = 0.04 and b = 4, 64
		want  expectations
	}{
		{arriving{2400, 1200, 600, 1200, 1200}, expectations{
			{"b = 16: η = 0.02 after η = 0.04", 1200. / 64, holds}, {"b = 16: η = 0.04 after η = 0.08", 600. / 64, holds},
			{"η = 0.04: b = 16 after b = 4", 900. / 64, holds}, {"η = 0.04: b = 64 after b = 16", 3600. / 64, holds}}},
		{arriving{640, 800, 1600, 3600, 80}, expectations{
			{"b = 16: η = 0.02 after η = 0.04", -160. / 64, fails}, {"b = 16: η = 0.04 after η = 0.08", -800. / 64, fails},
			{"η = 0.04: b = 16 after b = 4", -100. / 64, fails}, {"η = 0.04: b = 64 after b = 16", -480. / 64, fails}}},
	} {
		law(c.steps.at).compare(t, map[int]expectations{18: c.want})
	}
}

// arriving are the steps at which runs reach 2/η.
type arriving [5]int

func (steps arriving) at(p point) float64 {
	at := map[[2]string]int{{"0.02", "16"}: steps[0], {"0.04", "16"}: steps[1], {"0.08", "16"}: steps[2], {"0.04", "4"}: steps[3], {"0.04", "64"}: steps[4]}
	switch {
	case p.name != meanRatio:
		return math.NaN()
	case p.step < at[[2]string{p.Variables["EOSS_LR"], p.Variables["EOSS_BATCH"]}]:
		return 0.5
	}
	return 1.1
}

// TestCatapults: claim 17 counts the cycles of the runs' own steps, not of what they start from, whose loss rises, against chance: of the 198
// windows of ten steps that begin where the sharpness is measured, three hold the high loss.
func TestCatapults(t *testing.T) {
	const what = "mlp, η = 0.08, b = 16"
	for _, c := range []struct {
		bump cycle
		want expectations
		note string
	}{
		{2, expectations{{what, 1, holds}}, "2 seeds; 2 cycles through 2/η, 1 of them with a loss at least 1.1 times that before; as many windows as long, placed anywhere, would have 0.0, and 1 or more with probability 0.015"},
		{1, expectations{{what, 0, fails}}, "2 seeds; 2 cycles through 2/η, 0 of them"},
	} {
		rows := judged(t, "quick", c.bump.at, nil, 17)[17]
		c.want.compare(t, 17, rows)
		if !strings.HasPrefix(rows[0].Note, c.note) {
			t.Errorf("%q, not %q", rows[0].Note, c.note)
		}
	}
}

// cycle is one cycle through 2/η of a run, and one of the run that it starts from, with the loss at its peak, of the second seed.
type cycle float64

func (bump cycle) at(p point) float64 {
	up, down := 300, 310
	if p.Parent == nil {
		up, down = 1014, 1053
	}
	at := p.step - p.Run.Step
	switch {
	case p.name == "loss" && at == up && p.Variables["EOSS_SEED"] == "1":
		return float64(bump)
	case p.name == "loss":
		return 1
	case p.name != meanRatio:
		return math.NaN()
	case at >= up && at < down:
		return 1.2
	case at == down:
		return 0.9
	}
	return 1.02
}
