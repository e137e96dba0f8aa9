package curvature_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"

	"pgregory.net/rapid"
)

// newOwn is a network that no model of this project has, at random θ on n random samples.
func newOwn(n curvature.Network, samples int, seed uint64) small[float64] {
	s := small[float64]{o: curvature.NewObjective[float64](n)}
	rng := rand.New(rand.NewPCG(seed, 2))
	s.theta = normal(rng, n.Dim())
	for i := range s.theta {
		s.theta[i] *= 0.3
	}
	s.data = curvature.Data[float64]{N: samples, X: normal(rng, samples*n.Input.TotalSize()), Y: normal(rng, samples*n.Outputs)}
	return s
}

// branches has two linear layers side by side, and two convolutions: the gradients of a pair are one product.
func branches() curvature.Network {
	return curvature.Network{
		Params: []graph.Shape{{3, 18}, {3, 18}, {3, 2, 3, 3}, {3, 2, 3, 3}}, Input: graph.Shape{2, 3, 3}, Outputs: 3, Loss: models.MSE,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
			layer := func(k int) *graph.Node { return graph.MatMul(graph.Flatten(x), w[k], false, true) }
			conv := func(k int) *graph.Node { return graph.Flatten(graph.Conv(x, w[k], 1, 0)) }
			return graph.Mul(graph.Tanh(graph.Add(layer(0), layer(1))), graph.Tanh(graph.Add(conv(2), conv(3))))
		},
	}
}

func anyBranches(t *rapid.T) small[float64] {
	return newOwn(branches(), rapid.IntRange(1, 9).Draw(t, "n"), rapid.Uint64().Draw(t, "seed"))
}

// TestBranches: the gradient is that of central differences, in one chunk and in several, and a step of descent, with momentum or not, is
// that gradient's.
func TestBranches(t *testing.T) {
	const lr, h = 0.1, 1e-5
	s := newOwn(branches(), 5, 1)
	want := make([]float64, len(s.theta))
	loss := func() float64 {
		l, _, err := s.o.Loss(s.theta, s.data)
		noError(t, err)
		return l
	}
	for i, x := range s.theta {
		s.theta[i] = x + h
		want[i] = loss()
		s.theta[i] = x - h
		want[i] = (want[i] - loss()) / (2 * h)
		s.theta[i] = x
	}
	for _, chunk := range []int{5, 2} {
		s.o.Chunk = chunk
		got := make([]float64, len(s.theta))
		_, err := s.o.Gradient(got, s.theta, s.data)
		noError(t, err)
		near(t, "gradient", got, want, 1e-8) // h² of the third derivative, and 1e-16/h
		for name, opt := range map[string]curvature.Optimizer[float64]{"sgd": s.o.NewDescent(lr), "momentum": s.o.NewMomentumDescent(lr, 0.5)} {
			theta := append([]float64(nil), s.theta...)
			_, err := opt.Step(theta, s.data)
			noError(t, err)
			for i := range theta {
				theta[i] = (s.theta[i] - theta[i]) / lr
			}
			near(t, name, theta, got, rounding)
		}
	}
}

// rowTimesWeight is f = x (vW)ᵀ: to a single sample vW looks as if its only row were the sample's.
func rowTimesWeight() curvature.Network {
	return curvature.Network{
		Params: []graph.Shape{{1, 3}, {3, 4}}, Input: graph.Shape{4}, Outputs: 1, Loss: models.MSE,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
			return graph.MatMul(x, graph.MatMul(w[0], w[1], false, false), false, true)
		},
	}
}

// productOfFactors is f = x (BA)ᵀ, with as many rows of BA as some chunk has samples.
func productOfFactors() curvature.Network {
	return curvature.Network{
		Params: []graph.Shape{{4, 2}, {2, 5}}, Input: graph.Shape{5}, Outputs: 4, Loss: models.MSE,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
			return graph.MatMul(x, graph.MatMul(w[0], w[1], false, false), false, true)
		},
	}
}

// samplesAsColumns adds a bias to a matrix with a column per sample, which has as many rows as some chunk has samples.
func samplesAsColumns() curvature.Network {
	return curvature.Network{
		Params: []graph.Shape{{4, 5}, {1}, {4, 1}}, Input: graph.Shape{5}, Outputs: 1, Loss: models.MSE,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
			m := x.Shape()[0]
			h := graph.Reshape(graph.MatMul(w[0], x, false, true), 4, 1, m)
			return graph.MatMul(graph.Reshape(graph.Tanh(graph.AddBias(h, w[1], 1)), 4, m), w[2], true, false)
		},
	}
}

// row is a linear layer.
func row(x *graph.Node, w []*graph.Node) *graph.Node { return graph.MatMul(x, w[0], false, true) }

// centred is row less the batch's mean, the first half of batch normalization.
func centred(x *graph.Node, w []*graph.Node) *graph.Node {
	f := row(x, w)
	return graph.Sub(f, graph.Broadcast(graph.Scale(graph.Sum(f, 0), 1/float64(f.Shape()[0])), f.Shape(), 0))
}

// TestMistakenNetworks are refused in one line that names the function, or the input, and the shapes.
func TestMistakenNetworks(t *testing.T) {
	mean := func(f, y *graph.Node) *graph.Node {
		return graph.Scale(graph.Sum(models.MSE(f, y)), 1/float64(f.Shape()[0]))
	}
	mask := func(x *graph.Node, w []*graph.Node) *graph.Node {
		return row(graph.Mul(x, x.Graph().Input("mask", x.Shape()...)), w)
	}
	flat := func(x *graph.Node, w []*graph.Node) *graph.Node { return graph.Sum(row(x, w), 1) }
	for want, n := range map[string]curvature.Network{
		"graph: the network's Loss of (6, 3) and (6, 3): it returned shape (1); it must return a loss per sample, (6)":                                                                 {Forward: row, Loss: mean},
		"graph: the network's Forward of (6, 5): it returned shape (6); it must return a row of outputs per sample, (6, 3)":                                                            {Forward: flat, Loss: models.MSE},
		"graph: the network's input mask#6 of (6, 5): Forward and Loss must not add inputs, which nothing gives a value: make it a Constant or one of Params":                          {Forward: mask, Loss: models.MSE},
		"graph: Sum of (6, 3): it mixes samples, which Forward and Loss must not do: a value must come from one sample and stand at its place along one axis (no batch normalization)": {Forward: centred, Loss: models.MSE},
	} {
		n.Params, n.Input, n.Outputs = []graph.Shape{{3, 5}}, graph.Shape{5}, 3
		s := newOwn(n, 6, 1)
		grad := make([]float64, len(s.theta))
		_, errGradient := s.o.Gradient(grad, s.theta, s.data)
		_, errHessian := s.o.Hessian(s.data)
		_, errBatch := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 3, MaxBatches: 2})
		_, errVariance := s.o.GradientVariance(grad, grad, s.theta, s.data)
		for _, err := range []error{errGradient, errHessian} {
			if err == nil || err.Error() != want {
				t.Errorf("error %v, want %s", err, want)
			}
		}
		if errBatch == nil || errVariance == nil {
			t.Errorf("errors %v and %v, want that of the gradient", errBatch, errVariance)
		}
	}
}

// TestMixingOfOne: what mixes samples is refused for a single one too, by each way of measuring it, and in chunks of one.
func TestMixingOfOne(t *testing.T) {
	contrast := func(f, _ *graph.Node) *graph.Node { return graph.Sum(graph.MatMul(f, f, false, true), 1) }
	for name, n := range map[string]curvature.Network{
		"batch centring": {Forward: centred, Loss: models.MSE}, "contrastive loss": {Forward: row, Loss: contrast},
	} {
		n.Params, n.Input, n.Outputs = []graph.Shape{{3, 5}}, graph.Shape{5}, 3
		s := newOwn(n, 6, 1)
		s.o.Chunk = 1
		one, p, ones := s.data.Rows(0, 1), s.o.NewProbe(), curvature.Sampling{Batch: 1, MaxBatches: 9}
		_, _, errLoss := s.o.Loss(s.theta, s.data)
		_, errStep := s.o.NewDescent(0.1).Step(s.theta, one)
		_, errTop := p.StepLambdaMax(s.theta, one, curvature.EigenOptions[float64]{})
		s.o.Chunk = curvature.DefaultChunk // batches side by side
		_, errBatch := p.BatchSharpness(s.theta, s.data, ones)
		_, errLambda := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, ones, curvature.EigenOptions[float64]{})
		for _, err := range []error{errLoss, errStep, errTop, errBatch, errLambda} {
			if err == nil || !strings.Contains(err.Error(), "it mixes samples") {
				t.Errorf("%s: error %v, want that it mixes samples", name, err)
			}
		}
	}
}

// TestConstantOfANetwork: a network that multiplies its inputs by a constant is the network without it, of the products.
func TestConstantOfANetwork(t *testing.T) {
	network := func(input func(x *graph.Node) *graph.Node) curvature.Network {
		return curvature.Network{Params: []graph.Shape{{2, 2}, {3, 2}}, Input: graph.Shape{2}, Outputs: 3, Loss: models.MSE,
			Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
				return graph.MatMul(graph.Tanh(graph.MatMul(input(x), w[0], false, true)), w[1], false, true)
			}}
	}
	with := newOwn(network(func(x *graph.Node) *graph.Node {
		return graph.MatMul(x, x.Graph().Constant([]float64{0, 2, 2, 0}, 2, 2), false, false)
	}), 9, 1)
	without := newOwn(network(func(x *graph.Node) *graph.Node { return x }), 9, 1)
	for i := 0; i < len(without.data.X); i += 2 {
		without.data.X[i], without.data.X[i+1] = 2*with.data.X[i+1], 2*with.data.X[i]
	}
	with.o.Chunk, without.o.Chunk = 4, 4
	got, want := everything(t, with), everything(t, without)
	for name := range want {
		near(t, name, got[name], want[name], rounding)
	}
	sharpness := func(s small[float64]) float64 {
		b, err := s.o.NewProbe().BatchSharpness(s.theta, s.data, curvature.Sampling{Batch: 2, MaxBatches: 5})
		noError(t, err)
		return b.Ratio.Mean
	}
	equal(t, "Batch Sharpness", sharpness(with), sharpness(without), rounding)
}

// TestIncompleteNetwork: a function that is missing is an error, which names it.
func TestIncompleteNetwork(t *testing.T) {
	for function, remove := range map[string]func(n *curvature.Network){
		"Loss":    func(n *curvature.Network) { n.Loss = nil },
		"Forward": func(n *curvature.Network) { n.Forward = nil },
	} {
		n := branches()
		remove(&n)
		s := newOwn(n, 2, 1)
		if _, _, err := s.o.Loss(s.theta, s.data); err == nil || !strings.Contains(err.Error(), "the network's "+function+" of (2, ") || !strings.Contains(err.Error(), "it is nil") {
			t.Errorf("without %s: %v", function, err)
		}
	}
}
