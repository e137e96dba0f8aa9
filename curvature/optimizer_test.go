package curvature_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/graph"
)

var adamOptions = curvature.AdamOptions{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}

func optimizers[T graph.Float](o *curvature.Objective[T]) map[string]curvature.Optimizer[T] {
	adam, err := o.NewAdam(adamOptions)
	if err != nil {
		panic(err)
	}
	return map[string]curvature.Optimizer[T]{
		"sgd": o.NewDescent(0.05), "momentum": o.NewMomentumDescent(0.05, 0.8), "adam": adam,
	}
}

// byHand is the textbook's update of every optimizer, entry by entry, at step t = 1, 2, …
func byHand(name string, t int, theta, g, m, v []float64) {
	for i := range theta {
		switch name {
		case "sgd":
			theta[i] -= 0.05 * g[i]
		case "momentum":
			v[i] = 0.8*v[i] + g[i]
			theta[i] -= 0.05 * v[i]
		case "adam":
			m[i] = 0.9*m[i] + 0.1*g[i]
			v[i] = 0.999*v[i] + 0.001*g[i]*g[i]
			mHat, vHat := m[i]/(1-math.Pow(0.9, float64(t))), v[i]/(1-math.Pow(0.999, float64(t)))
			theta[i] -= 0.01 * mHat / (math.Sqrt(vHat) + 1e-8)
		}
	}
}

// TestOptimizersByHand: six steps over changing batches, some of them larger than a chunk, are the textbook's.
func TestOptimizersByHand(t *testing.T) {
	for _, name := range []string{"sgd", "momentum", "adam"} {
		s := newSmall[float64](t, tiny, "mse", 24, 5)
		s.o.Chunk = 10
		theta, p := slices.Clone(s.theta), len(s.theta)
		g, m, v := make([]float64, p), make([]float64, p), make([]float64, p)
		opt := optimizers(s.o)[name]
		for step := range 6 {
			batch := s.data.Rows(0, 8)
			if step%2 == 1 {
				batch = s.data
			}
			want, err := s.o.Gradient(g, theta, batch)
			noError(t, err)
			byHand(name, step+1, theta, g, m, v)
			loss, err := opt.Step(s.theta, batch)
			noError(t, err)
			equal(t, name+": loss", loss, want, 1e-13)
			near(t, fmt.Sprintf("%s: θ after step %d", name, step+1), s.theta, theta, 1e-13) // rounding of a few operations
		}
		if opt.State().Steps != 6 {
			t.Errorf("%s counted %d steps", name, opt.State().Steps)
		}
	}
}

// TestOptimizerVectorsOfManySpans: at sizes that are cut into spans for several goroutines, every entry is updated once.
func TestOptimizerVectorsOfManySpans(t *testing.T) {
	wide := tiny
	wide.Widths = []int{150, 301}
	a, b := newSmall[float64](t, wide, "mse", 8, 5), newSmall[float64](t, wide, "mse", 8, 5)
	p := len(a.theta)
	g, m, v := make([]float64, p), make([]float64, p), make([]float64, p)
	for _, name := range []string{"momentum", "adam"} {
		opt := optimizers(a.o)[name]
		clear(v)
		for step := range 3 {
			_, err := b.o.Gradient(g, b.theta, b.data)
			noError(t, err)
			byHand(name, step+1, b.theta, g, m, v)
			_, err = opt.Step(a.theta, a.data)
			noError(t, err)
		}
		near(t, name, a.theta, b.theta, 1e-13)
	}
}

// TestNoMomentumIsDescent: μ = 0 differs from plain SGD by rounding alone.
func TestNoMomentumIsDescent(t *testing.T) {
	a, b := newSmall[float64](t, tiny, "mse", 24, 5), newSmall[float64](t, tiny, "mse", 24, 5)
	plain, zero := a.o.NewDescent(0.1), b.o.NewMomentumDescent(0.1, 0)
	for range 20 {
		_, err := plain.Step(a.theta, a.data)
		noError(t, err)
		_, err = zero.Step(b.theta, b.data)
		noError(t, err)
	}
	near(t, "θ", b.theta, a.theta, 1e-12)
}

// TestOptimizerContinues: an optimizer given another's state takes the very steps that one takes, in both precisions.
func TestOptimizerContinues(t *testing.T) {
	testOptimizerContinues[float32](t)
	testOptimizerContinues[float64](t)
}

func testOptimizerContinues[T graph.Float](t *testing.T) {
	for name := range optimizers(newSmall[T](t, tiny, "mse", 1, 5).o) {
		a, b := newSmall[T](t, tiny, "mse", 24, 5), newSmall[T](t, tiny, "mse", 24, 5)
		first, second := optimizers(a.o)[name], optimizers(b.o)[name]
		steps := func(o curvature.Optimizer[T], s small[T], from, to int) {
			for k := from; k < to; k++ {
				_, err := o.Step(s.theta, s.data.Rows(k, k+4))
				noError(t, err)
			}
		}
		steps(first, a, 0, 7)
		copy(b.theta, a.theta)
		noError(t, second.Restore(first.State()))
		steps(first, a, 7, 15)
		steps(second, b, 7, 15)
		if !slices.Equal(a.theta, b.theta) || first.State().Steps != second.State().Steps {
			t.Errorf("%s: a restored %T goes elsewhere", name, *new(T))
		}
	}
}

// TestRestoreRefuses: a state of another optimizer or another length is refused and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 24, 5)
	all := optimizers(s.o)
	_, err := all["adam"].Step(s.theta, s.data)
	noError(t, err)
	before := slices.Clone(all["adam"].State().Vectors[0].Values)
	other := newSmall[float64](t, tiny, "mse", 24, 5)
	other.o.Params = other.o.Params[:2]
	short := optimizers(other.o)["adam"].State()
	swapped := optimizers(s.o)["adam"].State()
	slices.Reverse(swapped.Vectors)
	negative := optimizers(s.o)["adam"].State()
	negative.Steps = -1
	for _, test := range []struct {
		saved curvature.OptimizerState[float64]
		want  string
	}{
		{all["sgd"].State(), "0 vectors, this one has 2"}, {all["momentum"].State(), "1 vectors"}, {short, "first_moment has"},
		{swapped, `"second_moment"`}, {negative, "-1 steps"},
	} {
		if err := all["adam"].Restore(test.saved); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("the error is %v, want %q in it", err, test.want)
		}
	}
	if !slices.Equal(before, all["adam"].State().Vectors[0].Values) || all["adam"].State().Steps != 1 {
		t.Error("a refused state changed the optimizer")
	}
}

// TestOptimizersAllocateNothing after the first step.
func TestOptimizersAllocateNothing(t *testing.T) {
	wide := tiny
	wide.Widths = []int{150, 301} // several goroutines
	s := newSmall[float32](t, wide, "mse", 24, 5)
	s.o.Chunk = 16
	for name, opt := range optimizers(s.o) {
		for _, batch := range []curvature.Data[float32]{s.data.Rows(0, 8), s.data} {
			step := func() {
				if _, err := opt.Step(s.theta, batch); err != nil {
					t.Fatal(err)
				}
			}
			step()
			if n := testing.AllocsPerRun(20, step); n > 0 {
				t.Errorf("%s, batches of %d: %g allocations a step", name, batch.N, n)
			}
		}
	}
}

// torchSteps trains the tiny network in PyTorch as the arguments on stdin say, and prints θ after every step.
const torchSteps = `
import json, sys, torch
a = json.load(sys.stdin)
torch.set_default_dtype(torch.float64)
x, y, flat = (torch.tensor(a[k]) for k in ("x", "y", "theta"))
params, at = [], 0
for shape in a["shapes"]:
    n = torch.Size(shape).numel()
    params.append(flat[at:at + n].reshape(shape).clone().requires_grad_()); at += n
opt = {"sgd": lambda: torch.optim.SGD(params, lr=0.05),
       "momentum": lambda: torch.optim.SGD(params, lr=0.05, momentum=0.8),
       "adam": lambda: torch.optim.Adam(params, lr=0.01, betas=(0.9, 0.999), eps=1e-8)}[a["name"]]()
out = []
for step in range(a["steps"]):
    h = x.reshape(-1, 4)
    for i in range(0, len(params), 2):
        h = h @ params[i].T + params[i + 1]
        if i + 2 < len(params):
            h = torch.tanh(h)
    loss = ((h - y.reshape(h.shape)) ** 2).sum(1).mean()
    opt.zero_grad(); loss.backward(); opt.step()
    out.append([loss.item()] + torch.cat([p.detach().reshape(-1) for p in params]).tolist())
print(json.dumps(out))
`

// TestOptimizersAgainstPyTorch: ten steps of every optimizer are torch.optim's.
func TestOptimizersAgainstPyTorch(t *testing.T) {
	pythons := []string{"python3", "/usr/bin/python3"} // a distribution's torch may be hidden by another python3 in PATH
	i := slices.IndexFunc(pythons, func(p string) bool { return exec.Command(p, "-c", "import torch").Run() == nil })
	if i < 0 {
		t.Skip("no python3 with torch is installed")
	}
	for _, name := range []string{"sgd", "momentum", "adam"} {
		s := newSmall[float64](t, tiny, "mse", 12, 5)
		var shapes [][]int
		for _, sh := range s.o.Params {
			shapes = append(shapes, sh)
		}
		input, err := json.Marshal(map[string]any{"x": s.data.X, "y": s.data.Y, "theta": s.theta, "shapes": shapes,
			"name": name, "steps": 10})
		noError(t, err)
		cmd := exec.Command(pythons[i], "-c", torchSteps)
		cmd.Stdin = bytes.NewReader(input)
		text, err := cmd.Output()
		noError(t, err)
		var want [][]float64
		noError(t, json.Unmarshal(text, &want))
		opt := optimizers(s.o)[name]
		for step := range want {
			loss, err := opt.Step(s.theta, s.data)
			noError(t, err)
			equal(t, name+": loss", loss, want[step][0], 1e-10)
			near(t, fmt.Sprintf("%s: θ after step %d", name, step+1), s.theta, want[step][1:], 1e-10)
		}
	}
}
