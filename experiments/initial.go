package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"eoss/graph"
	"eoss/internal/safetensors"
	"eoss/models"
)

// initialParameters returns θ before the first step: the tensors of the file that EOSS_INIT names, with its SHA-256, or
// else a draw from EOSS_SEED_INIT.
func initialParameters[T graph.Float](c Config, m *models.Model) (theta []T, checksum string, err error) {
	if c.Init == "" {
		theta = make([]T, 0, m.Size())
		for _, w := range m.InitialParameters(c.SeedInit, c.InitScale) {
			theta = append(theta, T(w))
		}
		return theta, "", nil
	}
	data, file, err := c.initialFile()
	if err != nil {
		return nil, "", err
	}
	if theta, err = fromTensors[T](m, file); err != nil {
		return nil, "", &ConfigError{"EOSS_INIT", c.Init, err.Error()}
	}
	sum := sha256.Sum256(data)
	return theta, hex.EncodeToString(sum[:]), nil
}

// initialFile reads the file that EOSS_INIT names.
func (c Config) initialFile() ([]byte, *safetensors.File, error) {
	data, err := os.ReadFile(c.Init)
	if err != nil {
		return nil, nil, &ConfigError{"EOSS_INIT", c.Init, unreadable(err) +
			"; give a safetensors file such as checkpoints/step-N/parameters.safetensors of a run"}
	}
	file, err := safetensors.Parse(data)
	if err != nil {
		return nil, nil, &ConfigError{"EOSS_INIT", c.Init, err.Error()}
	}
	return data, file, nil
}

// unreadable is why a file cannot be read, without its path.
func unreadable(err error) string {
	var path *fs.PathError
	switch {
	case isMissing(err):
		return "does not exist"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}

// fromTensors gathers the model's parameters from a file that holds these and nothing else, by name. Numbers of another
// precision are converted.
func fromTensors[T graph.Float](m *models.Model, file *safetensors.File) ([]T, error) {
	theta := make([]T, 0, m.Size())
	for _, p := range m.Params {
		t, ok := file.Get(p.Name)
		switch {
		case !ok:
			return nil, fmt.Errorf("no tensor %s of shape %v, which %s needs", p.Name, []int(p.Shape), m.Name)
		case !slices.Equal(t.Shape, []int(p.Shape)):
			return nil, fmt.Errorf("tensor %s has the shape %v, in %s it is %v", p.Name, t.Shape, m.Name, []int(p.Shape))
		case t.Dtype == safetensors.I64:
			return nil, fmt.Errorf("tensor %s holds integers", p.Name)
		}
		for _, x := range t.F32 {
			theta = append(theta, T(x))
		}
		for _, x := range t.F64 {
			theta = append(theta, T(x))
		}
		last := theta[len(theta)-p.Shape.TotalSize():]
		if i := slices.IndexFunc(last, func(x T) bool { return !isFinite(float64(x)) }); i >= 0 {
			return nil, fmt.Errorf("tensor %s holds a number that is not finite (%v, at %d of %d)", p.Name, last[i], i, len(last))
		}
	}
	for _, t := range file.Tensors {
		if !slices.ContainsFunc(m.Params, func(p models.Param) bool { return p.Name == t.Name }) {
			return nil, fmt.Errorf("tensor %s of shape %v is none of the parameters of %s", t.Name, t.Shape, m.Name)
		}
	}
	return theta, nil
}

// toTensors names the parts of θ as PyTorch does.
func toTensors[T graph.Float](m *models.Model, theta []T) []safetensors.Tensor {
	var list []safetensors.Tensor
	for _, p := range m.Params {
		t := safetensors.Tensor{Name: p.Name, Shape: slices.Clone([]int(p.Shape))}
		part := theta[:p.Shape.TotalSize()]
		switch part := any(part).(type) {
		case []float32:
			t.Dtype, t.F32 = safetensors.F32, slices.Clone(part)
		case []float64:
			t.Dtype, t.F64 = safetensors.F64, slices.Clone(part)
		}
		list = append(list, t)
		theta = theta[len(part):]
	}
	return list
}
