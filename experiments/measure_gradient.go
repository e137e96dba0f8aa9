package experiments

import (
	"fmt"
	"slices"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// gradientNorm2 follows ‖g‖² and E‖g_B‖². The measurement batch_sharpness gives the second for nothing: where it is due too, only the
// first is written.
type gradientNorm2[T graph.Float] struct{ probe *curvature.Probe[T] }

func startGradientNorm2[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &gradientNorm2[T]{p.Objective.NewProbe()}, nil
}

func (g *gradientNorm2[T]) measure(m *Moment[T]) ([]record.Row, error) {
	if slices.Contains(m.due, "batch_sharpness") {
		grad := make([]T, len(m.Theta))
		_, err := m.Objective.Gradient(grad, m.Theta, m.Train)
		return []record.Row{{Name: "full_gradient_norm2", Value: curvature.Dot(grad, grad), N: m.Train.N}}, err
	}
	r, err := g.probe.GradientNorm2(m.Theta, m.Train, m.sampling())
	return []record.Row{m.estimate("gradient_norm2", r.Batch), {Name: "full_gradient_norm2", Value: r.Full, N: m.Train.N}}, err
}

// projectedOn is the number of eigenvectors that gradient_projection takes.
const projectedOn = 10

// gradientProjection follows the share of the full-batch gradient in the span of the top eigenvectors of the full-batch Hessian:
// rows gradient_projection_1, …_2, …_5 and …_10. Where an eigenvalue is repeated, as those of dead units are, a span that ends among its
// eigenvectors is any of many.
type gradientProjection[T graph.Float] struct {
	last []T
	grad []T
}

func startGradientProjection[T graph.Float](p *Problem[T]) (measurement[T], error) {
	return &gradientProjection[T]{grad: make([]T, len(p.Theta))}, nil
}

func (g *gradientProjection[T]) keep(k *keeper[T]) { k.vector("eigenvector", &g.last) }

func (g *gradientProjection[T]) measure(m *Moment[T]) ([]record.Row, error) {
	h, err := m.hessian()
	if err != nil {
		return nil, err
	}
	if _, err := m.Objective.Gradient(g.grad, m.Theta, m.Train); err != nil {
		return nil, err
	}
	opt := curvature.EigenOptions[T]{K: min(projectedOn, h.Dim()), Tol: m.Config.LmaxTol, Start: g.last, Seed: uint64(m.Step)}
	e, err := curvature.Lanczos(h, opt)
	if err != nil {
		return nil, err
	}
	g.last = e.Vectors[0]
	share := curvature.GradientProjection(g.grad, e.Vectors)
	var rows []record.Row
	for _, k := range []int{1, 2, 5, 10} {
		if k <= len(share) {
			rows = append(rows, record.Row{Name: fmt.Sprintf("gradient_projection_%d", k), Value: share[k-1], N: m.Train.N,
				Seed: opt.Seed, Residual: slices.Max(e.Residuals[:k])})
		}
	}
	rows[0].Products, rows[0].Unconverged = e.Products, unconverged(e)
	return rows, nil
}
