package experiments

import (
	"fmt"
	"math"
	"strconv"

	"eoss/curvature"
	"eoss/internal/record"
)

// A run counts as diverged from 10⁶ times the loss of its first step on: a catapult at the edge of stability raises the loss by a few times,
// never a million. One that starts from a trained network has next to no loss there: a tenth of an untrained network's stands for it.
const (
	divergedAt   = 1e6
	trainedBelow = 0.1
)

// limit is the loss beyond which the run has diverged.
func (t *trainer[T]) limit() float64 { return divergedAt * max(t.first, trainedBelow*t.untrained) }

// untrainedLoss is the training loss of outputs that are all 0: the mean of ‖y‖², or log c.
func (p *Problem[T]) untrainedLoss() float64 {
	if p.Config.Loss == "ce" {
		return math.Log(float64(p.Model.Outputs))
	}
	sum := 0.0
	for _, y := range p.Train.Y {
		sum += float64(y) * float64(y)
	}
	return sum / float64(p.Train.N)
}

// diverge ends the run as a result: what was measured stays.
func (t *trainer[T]) diverge(what, how string) {
	t.end.Diverged = true
	t.progress.Log.Warn("training diverged", "step", t.end.Steps, what, how)
	if t.startsInfinite() {
		t.progress.Log.Warn("the loss of the initial parameters is not finite: " + t.Config.scaleDown())
	}
}

// startsInfinite says whether the run had no finite loss before its first step.
func (t *trainer[T]) startsInfinite() bool {
	switch t.end.Steps {
	case 0:
		loss, _, err := t.Objective.Loss(t.Theta, t.Train)
		return err == nil && !isFinite(loss)
	case 1:
		return !isFinite(t.first)
	}
	return false
}

// scaleDown says what makes the initial loss smaller.
func (c Config) scaleDown() string {
	remedy := "lower EOSS_INIT_SCALE=" + strconv.FormatFloat(c.InitScale, 'g', -1, 64)
	if c.Init != "" {
		remedy = "name smaller parameters than EOSS_INIT=" + c.Init
	}
	if isNPZ(c.Dataset) {
		remedy = "scale x of EOSS_DATASET=" + c.Dataset + " to values of about 1, or " + remedy
	}
	return remedy
}

// hasDiverged looks for a loss that is not finite, and for parameters that are not where any row is not: a sharpness
// alone is not a number where the gradient vanishes.
func (t *trainer[T]) hasDiverged(rows []record.Row) {
	for _, r := range rows {
		if isFinite(r.Value) {
			continue
		}
		if r.Name == "loss" || r.Name == "step_loss" {
			t.diverge(r.Name, fmt.Sprint(r.Value))
			return
		}
		if norm := curvature.Norm(t.Theta); !isFinite(norm) {
			t.diverge("‖θ‖", fmt.Sprint(norm))
			return
		}
	}
}
