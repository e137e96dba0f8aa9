package main

import (
	"math"
	"testing"
)

// TestClaimsOfTheChange: claims 6 to 9 are of the changed run at its new 2/η, held against the unchanged one and one from scratch in absolute
// numbers: 2/η is 25, 100, 50, 50 after the change and 50 before.
func TestClaimsOfTheChange(t *testing.T) {
	const (
		bump, dip, after       = "highest loss soon after it, over that without it", "lowest Batch Sharpness soon after it, over that without it", "Batch Sharpness (mean of ratios) after it"
		lessControl, lessFresh = "λmax after it, less that without it", "λmax after it, less that of a run from scratch"
	)
	for _, c := range []struct {
		claim  int
		levels shifted
		want   expectations
	}{
		{6, shifted{0.92, 0.5, 0.4, 0.9}, expectations{{bump, 1.5, holds}, {after, 0.92, holds}, {lessControl, -7.5, holds}}},
		{7, shifted{1.13, 0.3, 0.4, 0.45}, expectations{{dip, 0.8, holds}, {after, 1.13, holds}, {lessControl, 10, holds}, {lessFresh, -15, holds}}},
		{8, shifted{1, 0.5, 0.4, 0.6}, expectations{{dip, 0.4, holds}, {after, 1, holds}, {lessControl, 5, holds}, {lessFresh, -5, holds}}},
		{9, shifted{1, 0.3, 0.4, 0.2}, expectations{{bump, 1.5, holds}, {after, 1, holds}, {lessControl, -5, holds}}},
		{6, shifted{0.88, 0.9, 0.4, 0.1}, expectations{{after, 0.88, fails}, {lessControl, 2.5, fails}}},
		{7, shifted{1.17, 0.1, 0.4, 0.05}, expectations{{after, 1.17, fails}, {lessControl, -10, fails}, {lessFresh, 5, fails}}},
		{8, shifted{1.17, 0.3, 0.4, 0.2}, expectations{{after, 1.17, fails}, {lessControl, -5, fails}, {lessFresh, 5, fails}}},
		{9, shifted{0.88, 0.5, 0.4, 0.6}, expectations{{after, 0.88, fails}, {lessControl, 5, fails}}},
	} {
		law(c.levels.at).compare(t, map[int]expectations{c.claim: c.want})
	}
}

// shifted are the last Batch Sharpness of a changed run, and λmax of it, of the same without the change, and of one from scratch.
type shifted struct{ sharpness, changed, control, fresh float64 }

func (x shifted) at(p point) float64 {
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
