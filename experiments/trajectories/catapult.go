package trajectories

import (
	"slices"

	"gonum.org/v1/gonum/floats"

	"eoss/experiments"
)

// Catapult is one cycle of Figure 4: Batch Sharpness overshoots 2/η, the loss bumps, the sharpness falls below 2/η, and
// sharpens again.
type Catapult struct {
	Up, Peak, Down, Again int     // steps: above 2/η, at its highest, below 2/η, back at it
	Height                float64 // Batch Sharpness at the peak, in units of 2/η
	Bump                  float64 // the loss's highest from Up to Down over its median in as many steps before, 50 at least
}

// A cycle begins above `over` and has fallen below `under`, in units of 2/η: the band keeps the noise of the estimate from
// counting as cycles. Its loss has a bump if it rises by a tenth.
const (
	over, under = 1.05, 0.95
	bumpHeight  = 1.1
)

// Catapults finds the complete cycles in a run measured every few steps.
func Catapults(sharpness, loss experiments.Series, threshold float64) (found []Catapult) {
	var c Catapult
	phase := 0 // 0: waits for an overshoot, 1: above, 2: below
	for i, step := range sharpness.Steps {
		x := sharpness.Values[i] / threshold
		switch {
		case phase == 0 && x > over:
			c, phase = Catapult{Up: step, Peak: step, Height: x}, 1
		case phase == 1 && x > c.Height:
			c.Peak, c.Height = step, x
		case phase == 1 && x < under:
			c.Down, phase = step, 2
		case phase == 2 && x >= 1:
			c.Again, phase = step, 0
			c.Bump = bump(loss, c.Up, c.Down)
			found = append(found, c)
			if x > over {
				c, phase = Catapult{Up: step, Peak: step, Height: x}, 1
			}
		}
	}
	return found
}

// HasBump says whether the loss rose.
func (c Catapult) HasBump() bool { return c.Bump > bumpHeight }

// bumps counts the cycles with one.
func bumps(found []Catapult) (n int) {
	for _, c := range found {
		if c.HasBump() {
			n++
		}
	}
	return n
}

// byChance are the cycles' probabilities of a bump if they had nothing to do with the loss: the share of windows as long that have one. They
// begin where cycles can, at the steps at which the sharpness was measured: the loss has steps of its own, and windows that began at those
// would hold a value more of it, on average, than cycles do.
func byChance(found []Catapult, steps []int, loss experiments.Series) (p []float64) {
	for _, c := range found {
		all, bumped := 0, 0
		for _, up := range steps {
			down := up + c.Down - c.Up
			if down > loss.Steps[len(loss.Steps)-1] {
				break
			}
			if x := bump(loss, up, down); x > 0 {
				all++
				if x > bumpHeight {
					bumped++
				}
			}
		}
		p = append(p, float64(bumped)/float64(max(1, all)))
	}
	return p
}

// atLeast is the probability that k or more of independent events happen, whose probabilities are p.
func atLeast(k int, p []float64) float64 {
	of := make([]float64, len(p)+1) // of[i]: that i of those so far happen
	of[0] = 1
	for n, x := range p {
		for i := n + 1; i > 0; i-- {
			of[i] = of[i]*(1-x) + of[i-1]*x
		}
		of[0] *= 1 - x
	}
	return floats.Sum(of[min(k, len(of)):])
}

// bump is the highest loss from step up to step down over the median of as many steps before, 50 at least; 0 if it was not measured then.
func bump(loss experiments.Series, up, down int) float64 {
	var before []float64
	highest := 0.0
	width := max(down-up, 50)
	for i, step := range loss.Steps {
		switch {
		case step >= up-width && step < up:
			before = append(before, loss.Values[i])
		case step >= up && step <= down:
			highest = max(highest, loss.Values[i])
		}
	}
	if len(before) == 0 {
		return 0
	}
	slices.Sort(before)
	return highest / before[len(before)/2]
}
