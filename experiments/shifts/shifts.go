// Package shifts is the study of changes in mid-run (Figure 5): the step size or the batch size of a run at the edge is
// changed, and it finds the edge again. Each change is held against the same run without it and against a run that had the
// new setting from its first step.
package shifts

import (
	"fmt"
	"math"

	"eoss/experiments/study"
)

// Study makes Figure 5 and judges claims 6 to 9.
var Study = study.Study{
	Name:    "shifts",
	Title:   "step size and batch size changed on the plateau: figure 5, claims 6-9",
	Figures: figures,
	Claims:  claims,
}

// The start of all cases, in the paper's η.
const (
	startRate  = 0.01
	startBatch = 16
	changeTime = 200 // Σ η before the change: step 20 000 of the paper's MLP
)

// change is one of the panels of Figure 5.
type change struct {
	suffix string // of the figure
	title  string
	lr     float64 // the paper's η after it
	b      int
}

var changes = []change{
	{"a", "η up", 0.02, 16},
	{"b", "η down", 0.005, 16},
	{"c", "b up", 0.01, 64},
	{"d", "b down", 0.01, 4},
}

// calms says whether the step grows more stable: then the sharpness first falls, and λmax can rise afterwards, up to where it would have come from
// the first step.
func (c change) calms() bool { return c.suffix == "b" || c.suffix == "c" }

// shift are the runs of one case and one seed.
type shift struct {
	change
	at                      int // step of the change
	changed, control, fresh study.Run
}

// shiftOf plans the runs: as many steps again after the change as before it.
func shiftOf(s *study.Set, c change, seed int) shift {
	eta := s.Eta("mlp", startRate)
	at := int(math.Round(changeTime/eta/200)) * 200
	base := s.Train("mlp", startRate, startBatch, seed, study.Variables{"EOSS_STEPS": fmt.Sprint(at)})
	steps := study.Variables{"EOSS_STEPS": fmt.Sprint(2 * at)}
	return shift{
		change: c, at: at,
		changed: base.Fork(at, steps.With(study.Variables{"EOSS_LR": fmt.Sprint(s.Eta("mlp", c.lr)), "EOSS_BATCH": fmt.Sprint(c.b)})),
		control: base.Fork(at, steps),
		fresh:   s.Train("mlp", c.lr, c.b, seed, nil),
	}
}

// seeds are the case's runs with every seed.
func seeds(s *study.Set, c change) (list []shift) {
	for seed := range s.Seeds {
		list = append(list, shiftOf(s, c, seed))
	}
	return list
}

// judged are the runs that the claim is about: one from scratch only where it says something of that.
func (x shift) judged() []study.Run {
	if x.calms() {
		return []study.Run{x.changed, x.control, x.fresh}
	}
	return []study.Run{x.changed, x.control}
}

// runs are those that the figure is drawn from.
func runs(list ...shift) (all []study.Run) {
	for _, x := range list {
		all = append(all, x.changed, x.control, x.fresh)
	}
	return all
}
