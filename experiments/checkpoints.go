package experiments

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/checkpoint"
	"eoss/internal/safetensors"
	"eoss/models"
)

// checkpoints is where and when a run's states are saved.
type checkpoints struct {
	dir    string // the run directory
	start  int    // the step of the checkpoint this run was forked from, which is always kept; -1: not a fork
	before []int  // the steps of those that were there when the run was resumed, but for one that only an interruption asked for
	every  int    // EOSS_CHECKPOINT
	keep   int    // EOSS_KEEP
	last   int    // the step of the newest one, -1: none
}

// due says whether the cadence asks for a checkpoint before a step.
func (c *checkpoints) due(step int) bool {
	return c != nil && c.inCadence(step) && step > 0 && step != c.last
}

func (c *checkpoints) inCadence(step int) bool { return c.every > 0 && step%c.every == 0 }

// stays says whether EOSS_KEEP keeps the checkpoint of a step after which so many newer ones have been written.
func (c *checkpoints) stays(step, newer int) bool {
	return step == c.start || newer < max(c.keep, 1) || c.keep == 0 && (c.inCadence(step) || slices.Contains(c.before, step))
}

// write saves s and removes those that EOSS_KEEP does not ask for. Those of later steps, left by a run that was resumed
// from an earlier one, stay until they are replaced.
func (c *checkpoints) write(s checkpoint.Checkpoint) error {
	s.Interim = s.Interim && !c.inCadence(s.Step)
	if err := checkpoint.Write(c.dir, s); err != nil {
		return unwritten(err, c.dir)
	}
	c.last = s.Step
	steps, err := checkpoint.Steps(c.dir)
	if err != nil {
		return err
	}
	steps = slices.DeleteFunc(steps, func(step int) bool { return step > s.Step })
	for i, step := range steps {
		if c.stays(step, len(steps)-1-i) {
			continue
		}
		if err := checkpoint.Remove(c.dir, step); err != nil {
			return err
		}
	}
	return nil
}

// saved is the run before the current step. It must be taken before that step is measured.
func (t *trainer[T]) saved() (checkpoint.Checkpoint, error) {
	k := &keeper[T]{}
	t.keepAll(k)
	c := checkpoint.Checkpoint{Step: t.end.Steps, Metrics: t.out.Written(), Parameters: toTensors(t.Model, t.Theta), State: k.saved}
	return c, k.err
}

// save writes the run before the current step to disk, its rows first; interim as in [checkpoint.Checkpoint].
func (t *trainer[T]) save(interim bool) error {
	if t.checkpoints == nil || t.checkpoints.last == t.end.Steps || t.end.Steps == 0 {
		return nil
	}
	c, err := t.saved()
	if err != nil {
		return err
	}
	c.Interim = interim
	return t.write(c)
}

func (t *trainer[T]) write(c checkpoint.Checkpoint) error {
	if err := t.out.Sync(); err != nil {
		return err
	}
	return t.checkpoints.write(c)
}

// checkFit is an error unless saved are the parameters of the network.
func checkFit(network []models.Param, saved []safetensors.Tensor) error {
	file := safetensors.File{Tensors: saved}
	for _, p := range network {
		if t, ok := file.Get(p.Name); !ok || !slices.Equal(t.Shape, []int(p.Shape)) {
			return fmt.Errorf("its parameters do not fit the network: %s of shape %v is not among them", p.Name, p.Shape)
		}
	}
	if len(saved) != len(network) {
		return fmt.Errorf("its parameters do not fit the network: there are %d tensors, and the network has %d", len(saved), len(network))
	}
	return nil
}

// restore puts the run where c was saved.
func (t *trainer[T]) restore(c *checkpoint.Checkpoint) error {
	if err := checkFit(t.Model.Params, c.Parameters); err != nil {
		return err
	}
	parameters, at := safetensors.File{Tensors: c.Parameters}, 0
	for _, p := range t.Model.Params {
		saved, _ := parameters.Get(p.Name)
		at += copy(t.Theta[at:], fromTensor[T](saved))
	}
	k := &keeper[T]{from: &safetensors.File{Tensors: c.State}}
	t.keepAll(k)
	t.end.Steps = c.Step
	if noisy, ok := t.Optimizer.(*curvature.NoisyDescent[T]); ok { // noise is a function of the training step, also after another optimizer's
		k.err = errors.Join(k.err, noisy.Restore(curvature.OptimizerState[T]{Steps: c.Step}))
	}
	return k.err
}

// keepAll hands over all that is kept from step to step besides θ. The batches and the noise need
// nothing: they are a function of seed and step.
func (t *trainer[T]) keepAll(k *keeper[T]) {
	k.scope = "training"
	k.number("loss", &t.end.Loss)
	k.number("first_loss", &t.first)
	k.scope = "optimizer." + t.Config.Optimizer
	keepOptimizer(k, t.Optimizer)
	for _, s := range t.plan {
		if m, ok := s.measurement.(stateful[T]); ok {
			k.scope = "measure." + s.name
			m.keep(k)
		}
	}
}

// keepOptimizer hands over the optimizer's memory, under its name: a fork with another optimizer starts with an empty one.
func keepOptimizer[T graph.Float](k *keeper[T], o curvature.Optimizer[T]) {
	state := o.State()
	k.integer("steps", &state.Steps)
	for i := range state.Vectors {
		k.vector(state.Vectors[i].Name, &state.Vectors[i].Values)
	}
	if k.from != nil {
		k.err = errors.Join(k.err, o.Restore(state))
	}
}

// begin puts the run where its directory says, and plans its checkpoints.
func (t *trainer[T]) begin(d *directory, log io.Writer) (err error) {
	if t.checkpoints, err = d.checkpoints(t.Config); err != nil {
		return err
	}
	o := t.Config.origin
	if d.start == nil {
		if o.resumes() {
			fmt.Fprintf(log, "%s: has no checkpoint and starts at step 0\n", d.path)
		}
		return nil
	}
	if err := t.restore(d.start); err != nil {
		return o.refuse("%v", err)
	}
	if o.forks() {
		if _, other := changed(o.config.Variables, t.Config.Values())["EOSS_LOSS"]; other {
			t.first = 0 // divergence is judged by the loss that is minimised
		}
		fmt.Fprintf(log, "%s: starts from %s at step %d\n", d.path, o.dir, d.start.Step)
		if then := o.config.Variables["EOSS_OPTIMIZER"]; then != t.Config.Optimizer && t.Config.Optimizer != "sgd" {
			fmt.Fprintf(log, "EOSS_OPTIMIZER=%s begins without averages of past gradients: the parent's EOSS_OPTIMIZER was %s\n", t.Config.Optimizer, then)
		}
	} else {
		fmt.Fprintf(log, "%s: goes on at step %d\n", d.path, d.start.Step)
	}
	return nil
}
