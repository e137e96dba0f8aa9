package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/safetensors"
)

// pytorch is a Python with PyTorch and scipy, else the test is skipped.
func pytorch(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import torch, scipy.sparse.linalg").Run() == nil {
			return python
		}
	}
	t.Skip("no python3 here has PyTorch and scipy")
	return ""
}

// loadCheckpoint runs internal/peer/load_checkpoint.py.
func loadCheckpoint(t *testing.T, python string, args ...string) (loss, lambdaMax float64) {
	t.Helper()
	cmd := exec.Command(python, append([]string{"../internal/peer/load_checkpoint.py"}, args...)...)
	cmd.Env = append(cmd.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr.Bytes())
	}
	var result struct {
		Loss      float64
		LambdaMax float64 `json:"lambda_max"`
	}
	if len(out) > 0 {
		if err := json.Unmarshal(out, &result); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return result.Loss, result.LambdaMax
}

// briefly takes a few steps of SGD from p's initial parameters.
func briefly[T graph.Float](t *testing.T, p *Problem[T], steps int) {
	t.Helper()
	c := p.Config
	sampler := Sampler{N: p.Train.N, B: c.Batch, Seed: c.SeedOrder}
	g := make([]T, len(p.Theta))
	for step := range steps {
		d := p.Train.Gather(curvature.Data[T]{}, sampler.Batch(step))
		if _, err := p.Objective.Gradient(g, p.Theta, d); err != nil {
			t.Fatal(err)
		}
		for i := range g {
			p.Theta[i] -= T(c.LR) * g[i]
		}
	}
}

// TestPyTorch: for a network of each family, a trained file written here loads by name in PyTorch and has its loss and λmax
// there; and a file written there is measured here with its loss and λmax.
func TestPyTorch(t *testing.T) {
	python := pytorch(t)
	for _, test := range []struct{ model, widths string }{{"mlp", "24,16"}, {"cnn", "4,5,6,16"}, {"resnet14", "4,4,8"}} {
		t.Run(test.model, func(t *testing.T) {
			c := small(t, map[string]string{"EOSS_MODEL": test.model, "EOSS_WIDTHS": test.widths, "EOSS_N": "64",
				"EOSS_INIT_SCALE": "0.6", "EOSS_LR": "0.002", "EOSS_MEASURE": "loss@1,lambda_max@1", "EOSS_LMAX_TOL": "1e-6"})
			p, err := NewProblem[float32](c)
			if err != nil {
				t.Fatal(err)
			}
			briefly(t, p, 30)
			data := saved(t, []safetensors.Tensor{
				{Name: "x", Dtype: "F32", Shape: append([]int{p.Train.N}, p.Model.Input...), F32: p.Train.X},
				{Name: "y", Dtype: "F32", Shape: []int{p.Train.N, p.Model.Outputs}, F32: p.Train.Y}})
			here := saved(t, toTensors(p.Model, p.Theta))
			there := filepath.Join(t.TempDir(), "there.safetensors")
			loadCheckpoint(t, python, there, "--write", test.model, "--widths", test.widths, "--seed", "3")
			var losses []float64
			for _, file := range []string{here, there} {
				loss, lambda := loadCheckpoint(t, python, file, "--data", data, "--lmax")
				c.Init, c.Out = file, ""
				s, err := Measure(context.Background(), c, io.Discard)
				if err != nil {
					t.Fatal(err)
				}
				agrees := func(name string, there, tol float64) {
					if here := values(s.Quantities, name); len(here) != 1 || !(math.Abs(here[0]/there-1) <= tol) {
						t.Errorf("%s: %s is %.8g here, %.8g in PyTorch", filepath.Base(file), name, here, there)
					}
				}
				agrees("loss", loss, 1e-5)         // the rounding of float32 in a mean of 64 losses is below 1e-6
				agrees("lambda_max", lambda, 1e-3) // eigenvalues from float32 products, either to 1e-5 or better
				losses = append(losses, loss)
				t.Logf("%s: loss %.6g, λmax %.6g", filepath.Base(file), loss, lambda)
			}
			if losses[0] == losses[1] {
				t.Error("two networks have one loss")
			}
		})
	}
}
