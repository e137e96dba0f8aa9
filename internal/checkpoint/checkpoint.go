// Package checkpoint keeps the states of a run on disk, each a directory
//
//	checkpoints/step-N/parameters.safetensors   θ before step N, under the names PyTorch would give
//	checkpoints/step-N/state.safetensors        what the optimizer, the loop and the measurements keep from step to step
//	checkpoints/step-N/checkpoint.json          the step, and the rows that had been measured before it
//	checkpoints/step-N/SHA256SUMS               of the three (sha256sum -c checks them)
//
// that is written whole or not at all, and read only when every bit is as it was written.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"eoss/internal/record"
	"eoss/internal/safetensors"
)

// Checkpoint is a run before a step.
type Checkpoint struct {
	Step       int
	Metrics    record.Prefix // the rows of the steps before
	Interim    bool          // only an interruption asked for it: the next one takes its place
	Parameters []safetensors.Tensor
	State      []safetensors.Tensor
}

// about is checkpoint.json.
type about struct {
	Step    int           `json:"step"`
	Metrics record.Prefix `json:"metrics"`
	Interim bool          `json:"interim,omitempty"`
}

// Names of the files of a checkpoint.
const (
	parametersFile = "parameters.safetensors"
	stateFile      = "state.safetensors"
	aboutFile      = "checkpoint.json"
)

const stepPrefix = "step-"

// folder is where the checkpoints of the run directory dir are.
func folder(dir string) string { return filepath.Join(dir, "checkpoints") }

// Dir names the directory of the checkpoint before the given step of the run directory dir.
func Dir(dir string, step int) string {
	return filepath.Join(folder(dir), stepPrefix+strconv.Itoa(step))
}

// Write adds c to the run directory dir, in place of one of the same step. When anything fails, nothing is left of it.
func Write(dir string, c Checkpoint) error {
	tensors := func(t []safetensors.Tensor) func(io.Writer) error {
		return func(w io.Writer) error {
			return safetensors.Write(w, t, map[string]string{"step": strconv.Itoa(c.Step)})
		}
	}
	return writeWhole(folder(dir), stepPrefix+strconv.Itoa(c.Step), []file{
		{parametersFile, tensors(c.Parameters)},
		{stateFile, tensors(c.State)},
		{aboutFile, func(w io.Writer) error { return json.NewEncoder(w).Encode(about{c.Step, c.Metrics, c.Interim}) }},
	})
}

// Read reads the checkpoint before the given step of the run directory dir. It is [record.ErrDamaged], in one line,
// when any of it is missing or not as it was written, and another error when it cannot be read.
func Read(dir string, step int) (*Checkpoint, error) {
	path := Dir(dir, step)
	c, err := read(path)
	if err == nil && c.Step != step {
		err = fmt.Errorf("it is the checkpoint of step %d, renamed", c.Step)
	}
	switch {
	case errors.As(err, new(*fs.PathError)):
		return nil, err
	case err != nil:
		return nil, record.Damaged(fmt.Errorf("%s is damaged: %w", path, err))
	}
	return c, nil
}

func read(path string) (*Checkpoint, error) {
	texts, err := readWhole(path, []string{parametersFile, stateFile, aboutFile})
	if err != nil {
		return nil, err
	}
	var a about
	if err := json.Unmarshal(texts[aboutFile], &a); err != nil {
		return nil, fmt.Errorf("%s: %w", aboutFile, err)
	}
	c := &Checkpoint{Step: a.Step, Metrics: a.Metrics, Interim: a.Interim}
	for name, into := range map[string]*[]safetensors.Tensor{parametersFile: &c.Parameters, stateFile: &c.State} {
		f, err := safetensors.Parse(texts[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		*into = f.Tensors
	}
	return c, nil
}

// Steps lists the checkpoints of the run directory dir, sound or not, the first step first.
func Steps(dir string) ([]int, error) {
	entries, err := os.ReadDir(folder(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var steps []int
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), stepPrefix)
		if step, err := strconv.Atoi(digits); ok && err == nil && step >= 0 && strconv.Itoa(step) == digits {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, nil
}

// Remove removes the checkpoint before the given step of the run directory dir. One that is half removed when the
// process dies does not look like a checkpoint any more.
func Remove(dir string, step int) error {
	return removeWhole(folder(dir), stepPrefix+strconv.Itoa(step))
}
