package plots

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"eoss/internal/record"
)

// Trajectory draws the curvature along a run and below it the loss, as in
// Figures 3, 4 and 17 to 19 of the paper: whatever the run has recorded of
// step_sharpness, batch_sharpness, batch_sharpness_mean_ratio, lambda_max and
// lambda_b_max against 2/η, with λᵇmax against 4/η as well; step_loss,
// test_loss and loss on a logarithmic axis.
//
// These levels are those of plain SGD. With momentum, momentum_sharpness is drawn
// too; Batch Sharpness has the level 2(1−μ)/η, which is 2 over the step η/(1−μ) that
// a constant gradient ends up taking; momentum_sharpness has 2/η and λmax 2(1+μ)/η, once
// they come within half of it. With Adam there are none.
//
// It is an error, [ErrNothing], when the run has recorded none of these, or no finite value, and one
// when its config.json does not give EOSS_LR.
func Trajectory(r *Run) (*Figure, error) {
	return trajectory(r, trajectoryMeasures...)
}

var trajectoryMeasures = []string{"step_sharpness", "lambda_b_max", "lambda_max", "batch_sharpness_mean_ratio", "batch_sharpness", "momentum_sharpness"}

// MiniBatchTrajectory is the figure of the mini-batch Hessian, as in Figures
// 20 to 26: step_lambda_b_max, lambda_b_max and lambda_max against 2/η and
// 4/η, and the loss. Its errors are those of [Trajectory].
func MiniBatchTrajectory(r *Run) (*Figure, error) {
	return trajectory(r, "step_lambda_b_max", "lambda_b_max", "lambda_max")
}

// trajectory draws the named measures of curvature, the first at the bottom.
func trajectory(r *Run, names ...string) (*Figure, error) {
	panels, err := r.trajectoryPanels(names, "step_loss", "test_loss", "loss")
	if err != nil {
		return nil, err
	}
	return newFigure(caption(r), r.stepLabel(), panels...), nil
}

// trajectoryPanels are the panels of what the run has recorded of the named measures, and of the losses.
func (r *Run) trajectoryPanels(names []string, losses ...string) ([]*panel, error) {
	curvature := newPanel("sharpness", curvatureWeight, false)
	if err := curvature.against(r, names); err != nil {
		return nil, err
	}
	loss := newPanel("loss", 1, true)
	loss.measures(r, losses)
	var panels []*panel
	for _, p := range []*panel{curvature, loss} {
		if !p.empty() {
			panels = append(panels, p)
		}
	}
	for i, p := range panels {
		p.fork(r, i == 0)
	}
	if len(panels) == 0 {
		return nil, r.nothing(append(names[:len(names):len(names)], losses...))
	}
	return panels, nil
}

// nothing is why none of the measures is drawn.
func (r *Run) nothing(names []string) error {
	remedy := "name some in EOSS_MEASURE and run again"
	if r.recorded(names...) {
		remedy = "what was recorded is not finite, as of a run that diverged, or not positive"
	}
	return fmt.Errorf("%s has %w of %s: %s", filepath.Join(r.Dir, record.MetricsFile), ErrNothing, strings.Join(names, ", "), remedy)
}

// curvatureWeight is the height of the curvature's panel in heights of the loss's.
const curvatureWeight = 2.6

// measures adds the named measures of the run and of its parent before the
// fork, the first at the bottom, and returns those that there were.
func (p *panel) measures(r *Run, names []string) map[string]bool {
	for _, name := range names {
		p.history(r, name)
	}
	drawn := map[string]bool{}
	for _, name := range names {
		drawn[name] = p.measure(r.Rows, name)
	}
	return drawn
}

// against adds the named measures and their thresholds.
func (p *panel) against(r *Run, names []string) error {
	lr, err := r.positive("EOSS_LR")
	if err != nil {
		return err
	}
	levels, err := r.levels(p.measures(r, names), lr)
	for _, l := range levels {
		p.threshold(l, lr)
		p.formerLevel(r, l)
	}
	return err
}

// level is a threshold, times/η.
type level struct {
	times  float64
	label  string
	dashes []vg.Length
}

// levels are the thresholds that the run's optimizer has for the quantities drawn, lr being η.
func (r *Run) levels(drawn map[string]bool, lr float64) (list []level, err error) {
	switch r.Config.Variables["EOSS_OPTIMIZER"] {
	case "momentum":
		mu, err := r.momentum()
		if err != nil {
			return nil, err
		}
		// Far above the measurements, a level would press them to the floor.
		near := func(name string, times float64) bool { return drawn[name] && r.highest(name) > times/lr/2 }
		if drawn["batch_sharpness"] || drawn["batch_sharpness_mean_ratio"] {
			list = append(list, level{2 * (1 - mu), "2(1−μ)/η", []vg.Length{2, 2}})
		}
		if near("momentum_sharpness", 2) {
			list = append(list, level{2, "2/η", dashed})
		}
		if near("lambda_max", 2*(1+mu)) {
			list = append(list, level{2 * (1 + mu), "2(1+μ)/η", dotted})
		}
	case "adam":
	default:
		list = append(list, level{2, "2/η", dashed})
		if drawn["lambda_b_max"] || drawn["step_lambda_b_max"] {
			list = append(list, level{4, "4/η", dotted})
		}
	}
	return list, nil
}

// stepLabel labels the axis of steps and says how many make an epoch.
func (r *Run) stepLabel() string {
	n, err1 := r.positive("EOSS_N")
	b, err2 := r.positive("EOSS_BATCH")
	if err1 != nil || err2 != nil || n < b {
		return "step"
	}
	return fmt.Sprintf("step (1 epoch = %s)", plural(math.Floor(n/b), "step"))
}

func plural(n float64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return PlainNumber(n) + " " + noun + "s"
}
