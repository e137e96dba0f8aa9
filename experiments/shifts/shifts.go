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
	changeTime = 200 // Σ η before the change: step 20 000 of the paper's MLP; the end of a run where that is shorter
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
	first, firstControl     study.Run // the first steps of two of them, measured closely
}

// shiftOf plans the runs: as many steps again after the change as before it.
func shiftOf(s *study.Set, c change, seed int) shift {
	eta := s.Eta("mlp", startRate)
	at := int(math.Round(min(changeTime, s.Models["mlp"].Time)/eta/200)) * 200
	base := s.Train("mlp", startRate, startBatch, seed, study.Variables{"EOSS_STEPS": fmt.Sprint(at)})
	steps, closely := study.Variables{"EOSS_STEPS": fmt.Sprint(2 * at)}, closelyAfter(at)
	setting := study.Variables{"EOSS_LR": fmt.Sprint(s.Eta("mlp", c.lr)), "EOSS_BATCH": fmt.Sprint(c.b)}
	return shift{
		change: c, at: at,
		changed: base.Fork(at, steps.With(setting)), first: base.Fork(at, closely.With(setting)),
		control: base.Fork(at, steps), firstControl: base.Fork(at, closely),
		fresh: s.Train("mlp", c.lr, c.b, seed, nil),
	}
}

// closelyAfter are the variables of a fork over the first hundredth of its steps, in which a catapult rises and falls: 200 steps of the paper's
// MLP, measured every 10, λ every 50, the change itself included.
func closelyAfter(at int) study.Variables {
	every := max(1, at/2000)
	for at%every > 0 { // the change is one of the points
		every--
	}
	return study.Variables{"EOSS_STEPS": fmt.Sprint(at + at/100),
		"EOSS_MEASURE": fmt.Sprintf("loss@%d,batch_sharpness@%[1]d,lambda_b_max@%d,lambda_max@%[2]d", every, 5*every)}
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
		return append(x.afterChange(), x.fresh)
	}
	return x.afterChange()
}

// afterChange are the forks.
func (x shift) afterChange() []study.Run {
	return []study.Run{x.changed, x.first, x.control, x.firstControl}
}

// runs are those that the figure is drawn from.
func runs(list ...shift) (all []study.Run) {
	for _, x := range list {
		all = append(append(all, x.afterChange()...), x.fresh)
	}
	return all
}
