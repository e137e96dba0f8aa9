package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// hinge is Σ_j max(1 − y_ij f_ij, 0). The last bias of a network reaches its gradients only through the loss's mask.
func hinge(f, y *graph.Node) *graph.Node {
	return graph.Sum(graph.ReLU(graph.Affine(graph.Mul(f, y), -1, 1)), 1)
}

// withUnused is a network whose middle parameter Forward does not use.
func withUnused() curvature.Network {
	return curvature.Network{
		Params: []graph.Shape{{5, 4}, {2, 3}, {3, 5}}, Input: graph.Shape{4}, Outputs: 3, Loss: models.MSE,
		Forward: func(x *graph.Node, w []*graph.Node) *graph.Node {
			return graph.MatMul(graph.Tanh(graph.MatMul(x, w[0], false, true)), w[2], false, true)
		},
	}
}

// withHinge is a tanh network with biases and the hinge loss.
func withHinge(t *testing.T) curvature.Network {
	m, err := models.New(tiny)
	noError(t, err)
	return curvature.Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: hinge}
}

// withoutParameters has outputs that depend on no parameter.
func withoutParameters() curvature.Network {
	return curvature.Network{Params: []graph.Shape{{4}}, Input: graph.Shape{3}, Outputs: 3, Loss: models.MSE,
		Forward: func(x *graph.Node, _ []*graph.Node) *graph.Node { return graph.Tanh(x) }}
}

// TestRowsOfZeros: a parameter that a matrix does not know gets a row of zeros, in one chunk and in several, and nothing that rests on the
// matrix fails.
func TestRowsOfZeros(t *testing.T) {
	for name, n := range map[string]curvature.Network{"hinge": withHinge(t), "unused": withUnused(), "none used": withoutParameters()} {
		for _, chunk := range []int{9, 4} {
			s := newOwn(n, 9, 3)
			s.o.Chunk = chunk
			want := differences(t, s)
			a := linearize(t, s, curvature.Hessian)
			for i, row := range dense(a) {
				if scale := norm(want); scale == 0 {
					near(t, name+": row of no Hessian", row, want[i], 0)
				} else {
					near(t, name+": row of the Hessian", append(row, scale), append(want[i], scale), 1e-7)
				}
			}
			zeroRows(t, name, s)
		}
	}
}

// zeroRows checks that everything answers, and what is known to be zero.
func zeroRows(t *testing.T, name string, s small[float64]) {
	p, opt := s.o.NewProbe(), curvature.EigenOptions[float64]{Tol: 1e-9}
	top, err := curvature.Lanczos(linearize(t, s, curvature.Hessian), opt)
	noError(t, err)
	ias, err := p.IAS(linearize(t, s, curvature.Hessian).(*curvature.Matrix[float64]), curvature.Sampling{Batch: 4, MaxBatches: 3})
	noError(t, err)
	if name != "none used" && ias.GG <= 0 {
		t.Errorf("%s: ‖g‖² = %g", name, ias.GG)
	}
	for _, k := range []curvature.Kind{curvature.Hessian, curvature.GaussNewton, curvature.Fisher, curvature.NTK} {
		opt.Start = start(t, s, k)
		l, err := p.BatchLambdaMax(k, s.theta, s.data, curvature.Sampling{Batch: 9, MaxBatches: 2}, opt)
		noError(t, err)
		switch {
		case k == curvature.Hessian:
			near(t, name+": λmax of the batch that is all", []float64{l.Mean.Mean, 1}, []float64{top.Values[0], 1}, 1e-9)
		case name == "none used" || k == curvature.GaussNewton && name == "hinge":
			equal(t, name+": λmax of a matrix of zeros", l.Mean.Mean, 0, 0)
		case l.Mean.Mean <= 0:
			t.Errorf("%s: λmax of matrix %d is %g", name, k, l.Mean.Mean)
		}
	}
	opt.Start = nil
	together, err := p.EpochLambdaMax(s.theta, s.data, 3, nil, opt)
	noError(t, err)
	for _, e := range together {
		if !e.Converged || !(e.Residuals[0] <= 1e-9) {
			t.Errorf("%s: λmax of a batch is %v", name, e)
		}
	}
	gn, err := p.BatchSharpnessGN(s.theta, s.data, curvature.Sampling{Batch: 3, MaxBatches: 3})
	noError(t, err)
	if name == "hinge" {
		equal(t, "Gauss–Newton sharpness of the hinge loss", gn.Ratio.Mean, 0, 0)
	}
}

// TestTopOfZeros: the top of a matrix of zeros, found from coarse to fine.
func TestTopOfZeros(t *testing.T) {
	s := newOwn(withHinge(t), 1100, 3)
	for _, k := range []curvature.Kind{curvature.Hessian, curvature.GaussNewton} {
		e, err := linearize(t, s, k).(*curvature.Matrix[float64]).Top(curvature.EigenOptions[float64]{})
		noError(t, err)
		if !e.Converged || k == curvature.GaussNewton && e.Values[0] != 0 {
			t.Errorf("matrix %d: λmax %v, converged %v", k, e.Values, e.Converged)
		}
	}
}

// start is a start vector: with one, the Hessians of batches are measured one by one.
func start(t *testing.T, s small[float64], k curvature.Kind) []float64 {
	v := make([]float64, linearize(t, s, k).Dim())
	for i := range v {
		v[i] = 1
	}
	return v
}

func linearize(t *testing.T, s small[float64], k curvature.Kind) curvature.Linearization[float64] {
	a, err := s.o.Linearization(k, s.data)
	noError(t, err)
	noError(t, a.Linearize(s.theta))
	return a
}

// differences is the Hessian by central differences of the gradient.
func differences(t *testing.T, s small[float64]) [][]float64 {
	const h = 1e-5
	rows := make([][]float64, len(s.theta))
	below := make([]float64, len(s.theta))
	for i, x := range s.theta {
		rows[i] = make([]float64, len(s.theta))
		for _, side := range []struct {
			x    float64
			grad []float64
		}{{x + h, rows[i]}, {x - h, below}} {
			s.theta[i] = side.x
			_, err := s.o.Gradient(side.grad, s.theta, s.data)
			noError(t, err)
		}
		s.theta[i] = x
		for j := range below {
			rows[i][j] = (rows[i][j] - below[j]) / (2 * h)
		}
	}
	return rows
}

// norm is the largest entry, in size.
func norm(m [][]float64) (largest float64) {
	for _, row := range m {
		for _, x := range row {
			largest = max(largest, x, -x)
		}
	}
	return largest
}
