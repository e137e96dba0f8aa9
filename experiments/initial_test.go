package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/internal/safetensors"
)

// saved writes tensors to a new file.
func saved(t *testing.T, tensors []safetensors.Tensor) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.safetensors")
	err := record.WriteFile(path, func(w io.Writer) error { return safetensors.Write(w, tensors, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestInitFromFile: a run from the file of its own initial parameters is that run, bit for bit, and config.json holds the
// file's checksum.
func TestInitFromFile(t *testing.T) {
	drawn := small(t, nil)
	p, err := NewProblem[float32](drawn)
	if err != nil {
		t.Fatal(err)
	}
	path := saved(t, toTensors(p.Model, p.Theta))
	measures := "loss@20,param_distance@20"
	_, want := trained(t, small(t, map[string]string{"EOSS_MEASURE": measures}))
	r, got := trained(t, small(t, map[string]string{"EOSS_MEASURE": measures, "EOSS_INIT": path, "EOSS_SEED_INIT": "99"}))
	if !slices.Equal(got, want) {
		t.Errorf("rows from the file\n%v\ndrawn\n%v", got, want)
	}
	c, err := record.ReadConfig(filepath.Join(r.Dir, record.ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if c.InitChecksum != hex.EncodeToString(sum[:]) || c.Variables["EOSS_INIT"] != path {
		t.Errorf("config.json has %q and %q", c.InitChecksum, c.Variables["EOSS_INIT"])
	}
}

// TestInitConvertsPrecision: float32 numbers widen exactly, float64 ones are rounded.
func TestInitConvertsPrecision(t *testing.T) {
	p, err := NewProblem[float64](small(t, map[string]string{"EOSS_PRECISION": "float64"}))
	if err != nil {
		t.Fatal(err)
	}
	path := saved(t, toTensors(p.Model, p.Theta))
	narrow, err := NewProblem[float32](small(t, map[string]string{"EOSS_INIT": path}))
	if err != nil {
		t.Fatal(err)
	}
	path = saved(t, toTensors(narrow.Model, narrow.Theta))
	wide, err := NewProblem[float64](small(t, map[string]string{"EOSS_INIT": path}))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range p.Theta {
		if narrow.Theta[i] != float32(x) || wide.Theta[i] != float64(float32(x)) {
			t.Fatalf("θ[%d] = %v became %v and %v", i, x, narrow.Theta[i], wide.Theta[i])
		}
	}
}

// TestInitRefusals: one line with the variable, the file, the tensor and both shapes.
func TestInitRefusals(t *testing.T) {
	p, err := NewProblem[float32](small(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(tensors []safetensors.Tensor) []safetensors.Tensor) string {
		return saved(t, f(toTensors(p.Model, p.Theta)))
	}
	type tensors = []safetensors.Tensor
	for _, test := range []struct{ file, want string }{
		{filepath.Join(t.TempDir(), "none.safetensors"), "does not exist; give a safetensors file such as checkpoints/step-N/parameters.safetensors of a run"},
		{change(func(ts tensors) tensors { return ts[1:] }), "no tensor fc1.weight of shape [16 3072], which mlp needs"},
		{change(func(ts tensors) tensors { ts[0].Shape = []int{3072, 16}; return ts }),
			"tensor fc1.weight has the shape [3072 16], in mlp it is [16 3072]"},
		{change(func(ts tensors) tensors {
			return append(ts, safetensors.Tensor{Name: "fc3.bias", Dtype: "F32", Shape: []int{2}, F32: []float32{1, 2}})
		}), "tensor fc3.bias of shape [2] is none of the parameters of mlp"},
		{change(func(ts tensors) tensors { ts[1].F32[3] = float32(math.NaN()); return ts }),
			"tensor fc1.bias holds a number that is not finite (NaN, at 3 of 16)"},
		{change(func(ts tensors) tensors {
			ts[1] = safetensors.Tensor{Name: "fc1.bias", Dtype: "I64", Shape: []int{16}, I64: make([]int64, 16)}
			return ts
		}), "tensor fc1.bias holds integers"},
	} {
		_, err := NewProblem[float32](small(t, map[string]string{"EOSS_INIT": test.file}))
		wantRefusal(t, "EOSS_INIT", err, "EOSS_INIT="+test.file+": "+test.want)
	}
	cut := saved(t, nil)
	if err := os.Truncate(cut, 12); err != nil {
		t.Fatal(err)
	}
	_, err = NewProblem[float32](small(t, map[string]string{"EOSS_INIT": cut}))
	var refusal *ConfigError
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), cut+": truncated") {
		t.Error(err)
	}
}

// TestInitMakesVariablesUseless: what the file replaces is refused beside it.
func TestInitMakesVariablesUseless(t *testing.T) {
	for _, name := range []string{"EOSS_INIT_SCALE", "EOSS_SEED_INIT"} {
		_, err := fromEnvironment(t, map[string]string{"EOSS_INIT": "a.safetensors", name: "1"})
		wantRefusal(t, "environment", err, name+"=1: has no effect in this run, unset it; EOSS_INIT gives the initial parameters")
	}
	if _, err := fromEnvironment(t, map[string]string{"EOSS_INIT": "a.safetensors", "EOSS_SEED": "1"}); err != nil {
		t.Error(err)
	}
}
