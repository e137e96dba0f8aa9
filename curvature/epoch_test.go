package curvature_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// oddNetwork is a network of odd sizes on n samples of noise.
func oddNetwork(t *testing.T, spec models.Spec, loss string, n int) (*curvature.Objective[float64], []float64, curvature.Data[float64]) {
	t.Helper()
	m, err := models.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	l, err := models.LossNamed(loss, m.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(11, 12))
	theta := m.InitialParameters(5, 1)
	for i := range theta { // biases too
		theta[i] += 0.1 * rng.NormFloat64()
	}
	d := curvature.Data[float64]{N: n, X: make([]float64, n*m.Input.TotalSize()), Y: make([]float64, n*m.Outputs)}
	for i := range d.X {
		d.X[i] = rng.NormFloat64()
	}
	for i := range n {
		d.Y[i*m.Outputs+rng.IntN(m.Outputs)] = 1
	}
	o := curvature.NewObjective[float64](curvature.Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: l})
	return o, theta, d
}

// epochCase is a network whose batches can be measured together.
type epochCase struct {
	spec models.Spec
	loss string
}

func (c epochCase) String() string {
	return fmt.Sprintf("%s/%s/%v/%s", c.spec.Name, c.spec.Activation, c.spec.Widths, c.loss)
}

var epochCases = []epochCase{
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "relu", Widths: []int{7, 5}}, "mse"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "relu", Widths: []int{6, 8, 5, 9}}, "ce"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "tanh", Widths: []int{7, 5}}, "ce"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "tanh", Widths: []int{9}}, "mse"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "silu", Widths: []int{5, 6, 7}}, "mse"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp", Activation: "silu", Widths: []int{}}, "ce"},
	{models.Spec{Input: []int{2, 3}, Outputs: 4, Name: "mlp-linear", Widths: []int{4, 6}}, "mse"},
	{models.Spec{Input: []int{2, 12, 13}, Outputs: 3, Name: "cnn", Activation: "relu", Widths: []int{8, 9, 3, 5}}, "mse"},
	{models.Spec{Input: []int{1, 13, 12}, Outputs: 3, Name: "cnn", Activation: "silu", Widths: []int{2, 3, 4, 5}}, "ce"},
	{models.Spec{Input: []int{2, 6, 5}, Outputs: 3, Name: "resnet8", Activation: "tanh", Widths: []int{2, 4, 8}}, "mse"},
}

// TestEpochSharpness: every batch of an epoch agrees with its own double backward, to the rounding of sums of some
// hundred terms, for batches smaller and larger than the layers (both bracketings), several and uneven chunks.
func TestEpochSharpness(t *testing.T) {
	for _, c := range epochCases {
		for _, b := range []int{1, 3, 16, 40} {
			t.Run(fmt.Sprintf("%s/b=%d", c, b), func(t *testing.T) {
				o, theta, d := oddNetwork(t, c.spec, c.loss, 123)
				o.Chunk = 33 // 40 is larger
				sameAsAlong(t, o, theta, d, b)
			})
		}
	}
}

func sameAsAlong(t *testing.T, o *curvature.Objective[float64], theta []float64, d curvature.Data[float64], b int) {
	t.Helper()
	order := rand.New(rand.NewPCG(1, 2)).Perm(d.N)
	p := o.NewProbe()
	e, steps, err := p.EpochSharpness(theta, d, b, order)
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) != d.N/b {
		t.Fatalf("%d batches of %d out of %d samples", len(steps), b, d.N)
	}
	var gHg, gg, ratio float64
	for k, got := range steps {
		want, err := p.Along(theta, d.Gather(curvature.Data[float64]{}, order[k*b:(k+1)*b]))
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string][2]float64{"L": {got.Loss, want.Loss}, "‖g‖²": {got.GG, want.GG}, "g·Hg": {got.GHG, want.GHG}} {
			if !(math.Abs(v[0]-v[1]) <= 1e-12*math.Max(math.Abs(v[1]), want.GG)) {
				t.Errorf("batch %d: %s is %v, by double backward %v", k, name, v[0], v[1])
			}
		}
		gHg, gg, ratio = gHg+want.GHG, gg+want.GG, ratio+want.Sharpness()/float64(len(steps))
	}
	if r := gHg / gg; math.Abs(e.Ratio.Mean-r) > 1e-11*math.Abs(r) {
		t.Errorf("Batch Sharpness %v, want %v", e.Ratio.Mean, r)
	}
	if math.Abs(e.MeanRatio.Mean-ratio) > 1e-11*math.Abs(ratio) {
		t.Errorf("mean of ratios %v, want %v", e.MeanRatio.Mean, ratio)
	}
}

// TestEpochLambdaMax: the largest eigenvalue of every batch's Hessian agrees with a Lanczos run in the space of the parameters;
// an eigenvalue's error is at most its residual, 1e-11 of it here.
func TestEpochLambdaMax(t *testing.T) {
	for _, c := range epochCases {
		for _, b := range []int{1, 3, 16, 40} {
			t.Run(fmt.Sprintf("%s/b=%d", c, b), func(t *testing.T) {
				o, theta, d := oddNetwork(t, c.spec, c.loss, 123)
				o.Chunk = 33
				order := rand.New(rand.NewPCG(1, 2)).Perm(d.N)
				tops, err := o.NewProbe().EpochLambdaMax(theta, d, b, order, curvature.EigenOptions[float64]{Tol: 1e-11})
				if err != nil {
					t.Fatal(err)
				}
				for k, got := range tops {
					h, err := o.Hessian(d.Gather(curvature.Data[float64]{}, order[k*b:(k+1)*b]))
					if err != nil {
						t.Fatal(err)
					}
					if err := h.Linearize(theta); err != nil {
						t.Fatal(err)
					}
					want, err := curvature.Lanczos(h, curvature.EigenOptions[float64]{Tol: 1e-11, Basis: 100})
					if err != nil {
						t.Fatal(err)
					}
					if d := math.Abs(got.Values[0] - want.Values[0]); !got.Converged || !(d <= 1e-10*math.Abs(want.Values[0])) {
						t.Errorf("batch %d: λmax %v (%d products), want %v (%d)", k, got.Values[0], got.Products, want.Values[0], want.Products)
					}
				}
			})
		}
	}
}

// TestEpochAlone: a network without rules for groups is measured batch by batch.
func TestEpochAlone(t *testing.T) {
	o, theta, d := oddNetwork(t, models.Spec{Name: "diaglin", Input: []int{5}, Outputs: 1}, "mse", 20)
	sameAsAlong(t, o, theta, d, 3)
	tops, err := o.NewProbe().EpochLambdaMax(theta, d, 3, nil, curvature.EigenOptions[float64]{})
	if err != nil || len(tops) != 6 || !tops[5].Converged || tops[5].Vectors != nil {
		t.Errorf("%d eigenvalues, the last %+v, error %v", len(tops), tops[len(tops)-1], err)
	}
}

// TestEpochsBuildOnce: a second measurement builds no graph, neither where the last chunk is shorter nor where a network has no rules for groups.
func TestEpochsBuildOnce(t *testing.T) {
	for _, spec := range []models.Spec{{Name: "diaglin", Input: []int{5}, Outputs: 1}, {Name: "mlp", Input: []int{5}, Outputs: 2, Widths: []int{4}}} {
		o, theta, d := oddNetwork(t, spec, "mse", 22)
		o.Chunk = 8
		forward, built := o.Forward, 0
		o.Network.Forward = func(x *graph.Node, theta []*graph.Node) *graph.Node { built++; return forward(x, theta) }
		p := o.NewProbe()
		for name, measure := range map[string]func() error{
			"EpochSharpness": func() error { _, _, err := p.EpochSharpness(theta, d, 2, nil); return err },
			"EpochLambdaMax": func() error {
				_, err := p.EpochLambdaMax(theta, d, 2, nil, curvature.EigenOptions[float64]{})
				return err
			},
			"BatchSharpness": func() error {
				_, err := p.BatchSharpness(theta, d, curvature.Sampling{List: subsets(4, 2)})
				return err
			},
		} {
			for call := range 2 {
				built = 0
				if err := measure(); err != nil {
					t.Fatal(err)
				}
				if call == 1 && built > 0 {
					t.Errorf("%s of the %s builds %d graphs again", name, spec.Name, built)
				}
			}
		}
	}
}

// TestEpochNullSpace: where a loss is concave, the largest eigenvalue is the zero of the directions a batch does not see.
func TestEpochNullSpace(t *testing.T) {
	o, theta, d := oddNetwork(t, models.Spec{Name: "mlp", Input: []int{6}, Outputs: 4, Widths: []int{}}, "mse", 10)
	o.Network.Loss = func(f, y *graph.Node) *graph.Node { return graph.Scale(models.MSE(f, y), -1) }
	for _, opt := range []curvature.EigenOptions[float64]{{}, {MinProducts: 14}} { // more products, more rounding
		tops, err := o.NewProbe().EpochLambdaMax(theta, d, 1, nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		for k, e := range tops {
			if e.Values[0] != 0 || e.Residuals[0] != 0 || !e.Converged {
				t.Errorf("batch %d: %+v, want 0", k, e)
			}
		}
	}
}

// TestEpochChunks: a batch's eigenvalue does not depend on the batches beside it beyond rounding, though all of them run to a
// coarse residual only: the same start, and a stop of its own.
func TestEpochChunks(t *testing.T) {
	c := epochCases[0]
	o, theta, d := oddNetwork(t, c.spec, c.loss, 60)
	var want []curvature.Eigen[float64]
	for _, chunk := range []int{60, 25, 5} {
		o.Chunk = chunk
		got, err := o.NewProbe().EpochLambdaMax(theta, d, 5, nil, curvature.EigenOptions[float64]{Tol: 0.05})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		for k := range want {
			if got[k].Products != want[k].Products || math.Abs(got[k].Values[0]-want[k].Values[0]) > 1e-12*want[k].Values[0] {
				t.Errorf("chunks of %d: batch %d: %+v, want %+v", chunk, k, got[k], want[k])
			}
		}
	}
}

// TestEpochError: over many random epochs, both forms of Batch Sharpness scatter by less than their standard errors say, but by
// more than a fifth of it; 300 epochs know the scatter, about half the error here, to 4 %.
func TestEpochError(t *testing.T) {
	c := epochCases[2]
	o, theta, d := oddNetwork(t, c.spec, c.loss, 96)
	rng, p := rand.New(rand.NewPCG(8, 9)), o.NewProbe()
	var sum, square, errors [2]float64
	const epochs = 300
	for range epochs {
		s, _, err := p.EpochSharpness(theta, d, 16, rng.Perm(d.N))
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range []curvature.Estimate{s.Ratio, s.MeanRatio} {
			sum[i] += e.Mean
			square[i] += e.Mean * e.Mean
			errors[i] += e.StdErr * e.StdErr
		}
	}
	for i, form := range []string{"Definition 1", "the mean of ratios"} {
		r := math.Sqrt((square[i] - sum[i]*sum[i]/epochs) / errors[i])
		if r > 1 || r < 0.2 {
			t.Errorf("%s: the epochs' scatter is %.2f times the standard error", form, r)
		}
	}
}

// TestEpochMistakes: what cannot be measured is said in one line.
func TestEpochMistakes(t *testing.T) {
	c := epochCases[0]
	o, theta, d := oddNetwork(t, c.spec, c.loss, 10)
	p := o.NewProbe()
	for want, f := range map[string]func() error{
		"curvature: an epoch of 10 samples holds fewer than two batches of 6": func() error { _, _, err := p.EpochSharpness(theta, d, 6, nil); return err },
		"curvature: the order names sample 10 of 10":                          func() error { _, _, err := p.EpochSharpness(theta, d, 1, []int{3, 10}); return err },
		"curvature: θ has 1 entries, the network 113 parameters":              func() error { _, _, err := p.EpochSharpness(theta[:1], d, 2, nil); return err },
		"curvature: the largest eigenvalue of a batch is found without K, Start and Basis": func() error {
			_, err := p.EpochLambdaMax(theta, d, 2, nil, curvature.EigenOptions[float64]{Basis: 30})
			return err
		},
		"batch 0: curvature: a value is not finite": func() error {
			theta[0] = math.NaN()
			_, err := p.EpochLambdaMax(theta, d, 2, nil, curvature.EigenOptions[float64]{})
			theta[0] = 0
			return err
		},
	} {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
