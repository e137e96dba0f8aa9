package curvature_test

import (
	"fmt"
	"math"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"

	"gonum.org/v1/gonum/mat"
)

// TestEpochLambdaMaxGivesUp: after the one product that is allowed, the value is a Rayleigh quotient of unknown residual.
func TestEpochLambdaMaxGivesUp(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 8, 1)
	tops, err := s.o.NewProbe().EpochLambdaMax(s.theta, s.data, 4, nil, curvature.EigenOptions[float64]{MaxProducts: 1, MinProducts: 1})
	noError(t, err)
	for _, e := range tops {
		if e.Converged || !math.IsInf(e.Residuals[0], 1) || e.Products != 1 {
			t.Errorf("converged %v with residual %g after %d products", e.Converged, e.Residuals[0], e.Products)
		}
	}
}

// TestBatchLambdaMaxGivesUp: a mean of eigenvalues that missed their tolerance says how many they are, and the largest residual.
func TestBatchLambdaMaxGivesUp(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 6, 1)
	p, opt, all, largest := s.o.NewProbe(), curvature.EigenOptions[float64]{MaxProducts: 3}, subsets(6, 3), 0.0
	got, err := p.BatchLambdaMax(curvature.Hessian, s.theta, s.data, curvature.Sampling{List: all}, opt)
	noError(t, err)
	for _, idx := range all {
		e, err := p.Top(curvature.Hessian, s.theta, s.data.Gather(curvature.Data[float64]{}, idx), opt)
		noError(t, err)
		largest = max(largest, e.Residuals[0])
	}
	if got.Unconverged != len(all) || got.Residual != largest {
		t.Errorf("%d of %d batches not converged, residual %g, want %g", got.Unconverged, len(all), got.Residual, largest)
	}
}

// TestEpochErrTol: batches that stop on residual²/gap have eigenvalues as near as that says to those of a small residual, after fewer
// products (the gap seen is larger than the true one, the error therefore up to some ten times the tolerance); and none stops before MinProducts.
func TestEpochErrTol(t *testing.T) {
	for _, c := range epochCases[:3] {
		o, theta, d := oddNetwork(t, c.spec, c.loss, 123)
		top := func(opt curvature.EigenOptions[float64]) []curvature.Eigen[float64] {
			tops, err := o.NewProbe().EpochLambdaMax(theta, d, 16, nil, opt)
			noError(t, err)
			return tops
		}
		want, early := top(curvature.EigenOptions[float64]{Tol: 1e-9}), top(curvature.EigenOptions[float64]{Tol: 1e-9, ErrTol: 1e-6})
		late := top(curvature.EigenOptions[float64]{Tol: 0.9, MinProducts: 12})
		for k := range want {
			if !early[k].Converged || early[k].Products >= want[k].Products {
				t.Errorf("%s: %d products with ErrTol, %d without", c, early[k].Products, want[k].Products)
			}
			equal(t, c.String(), early[k].Values[0], want[k].Values[0], 1e-5)
			if late[k].Products != 12 {
				t.Errorf("%s: %d products, want 12", c, late[k].Products)
			}
		}
	}
}

// linear is the network f = wx of p parameters.
func linear(p int, loss func(f, y *graph.Node) *graph.Node) curvature.Network {
	return curvature.Network{Params: []graph.Shape{{1, p}}, Input: graph.Shape{p}, Outputs: 1, Loss: loss,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node { return graph.MatMul(x, w[0], false, true) }}
}

// perceptron is a network of few parameters.
func perceptron(t *testing.T, in, out int, activation string, widths ...int) curvature.Network {
	return newSmall[float64](t, models.Spec{Name: "mlp", Input: []int{in}, Outputs: out, Widths: widths, Activation: activation}, "mse", 1, 1).o.Network
}

// collinear makes every sample a multiple of the first.
func collinear(d curvature.Data[float64]) {
	in := len(d.X) / d.N
	for i := in; i < len(d.X); i++ {
		d.X[i] = float64(i/in%3+1) * d.X[i%in]
	}
}

// TestBatchesOfFewEigenvalues: where a batch's distinct eigenvalues run out, because parameters are few or samples are collinear, what follows
// in the coordinates is rounding: the value is the largest eigenvalue of the dense matrix all the same.
func TestBatchesOfFewEigenvalues(t *testing.T) {
	nets := map[string]curvature.Network{
		"affine": perceptron(t, 4, 3, "relu", []int{}...), "tanh 1-1-1": perceptron(t, 1, 1, "tanh", 1), "tanh 2-3-1": perceptron(t, 2, 1, "tanh", 3),
		"relu 3-4-2": perceptron(t, 3, 2, "relu", 4), "linear 20": linear(20, models.MSE),
		"concave": linear(3, func(f, y *graph.Node) *graph.Node { return graph.Scale(models.MSE(f, y), -1) }),
	}
	for p := 1; p <= 5; p++ {
		nets[fmt.Sprint("linear ", p)] = linear(p, models.MSE)
	}
	for name, n := range nets {
		for _, b := range []int{2, 4, 16, 64} {
			s := newOwn(n, 2*b, uint64(b))
			what := fmt.Sprintf("%s, b = %d", name, b)
			fewEigenvalues(t, what, s, b)
			collinear(s.data)
			fewEigenvalues(t, what+", collinear", s, b)
		}
	}
}

// fewEigenvalues holds the batches' eigenvalues in both precisions, to a loose and to a tight tolerance, to the dense ones.
func fewEigenvalues(t *testing.T, what string, s small[float64], b int) {
	single := small[float32]{o: curvature.NewObjective[float32](s.o.Network), theta: convert[float32](s.theta),
		data: curvature.Data[float32]{N: s.data.N, X: convert[float32](s.data.X), Y: convert[float32](s.data.Y)}}
	var batches []*mat.SymDense
	for k := range s.data.N / b {
		batches = append(batches, s.symmetric(t, curvature.Hessian, s.data.Rows(k*b, (k+1)*b)))
	}
	for _, tol := range []float64{1e-3, 1e-6} {
		tops := map[float64][]curvature.Eigen[float64]{1e-12: sideBySide(t, s, b, tol), 1e-5: sideBySide(t, single, b, tol)}
		for rounding, tops := range tops {
			for k, e := range tops {
				want := topOf(t, batches[k])
				allowed := tol*math.Abs(want) + rounding*mat.Norm(batches[k], 2)
				if d := math.Abs(e.Values[0] - want); !e.Converged || !(d <= allowed) {
					t.Errorf("%s, to %g and rounding %g: batch %d has λmax %g, not %g (residual %g)", what, tol, rounding, k, want, e.Values[0], e.Residuals[0])
				}
			}
		}
	}
}

// sideBySide returns the largest eigenvalue of every batch.
func sideBySide[T graph.Float](t *testing.T, s small[T], b int, tol float64) (tops []curvature.Eigen[float64]) {
	found, err := s.o.NewProbe().EpochLambdaMax(s.theta, s.data, b, nil, curvature.EigenOptions[T]{Tol: tol})
	noError(t, err)
	for _, e := range found {
		tops = append(tops, curvature.Eigen[float64]{Values: e.Values, Residuals: e.Residuals, Converged: e.Converged})
	}
	return tops
}
