package quadratic

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

const sourceI = "Appendix I"

// diagonal is Appendix I: f(x) = Σ_j a_j b_j x_j on z₁ = ((1,0), 1) and z₂ = ((0,1), −1), loss the mean of (f − y)²; θ = (a₁, a₂, b₁, b₂).
type diagonal struct {
	objective *curvature.Objective[float64]
	data      curvature.Data[float64]
}

func newDiagonal() (diagonal, error) {
	m, err := models.New(models.Spec{Name: "diaglin", Input: graph.Shape{2}, Outputs: 1})
	if err != nil {
		return diagonal{}, err
	}
	loss, err := models.LossNamed("mse", 1)
	if err != nil {
		return diagonal{}, err
	}
	o := curvature.NewObjective[float64](curvature.Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: loss})
	return diagonal{o, curvature.Data[float64]{N: 2, X: []float64{1, 0, 0, 1}, Y: []float64{1, -1}}}, nil
}

// topOf returns λ_i = 2(a_i² + b_i²), the top eigenvalue of H(z_i) at the fit; 4 at least, because |a_i b_i| = 1.
func topOf(theta []float64, i int) float64 {
	return 2 * (theta[i]*theta[i] + theta[2+i]*theta[2+i])
}

// along returns c_iv_i = ∇L(z_i): v_i is (b_i, a_i) normalised in the places of (a_i, b_i), c_i = 2(a_i b_i − y_i)√(a_i² + b_i²).
func (l diagonal) along(theta []float64, i int) []float64 {
	residual := theta[i]*theta[2+i] - l.data.Y[i]
	g := make([]float64, 4)
	g[i], g[2+i] = 2*residual*theta[2+i], 2*residual*theta[i]
	return g
}

// products returns ∇L and H∇L over the samples from first to the one before end, by the network's own derivatives.
func (l diagonal) products(theta []float64, first, end int) (g, hg []float64, err error) {
	d := l.data.Rows(first, end)
	h, err := l.objective.Hessian(d)
	if err != nil {
		return nil, nil, err
	}
	if err := h.Linearize(theta); err != nil {
		return nil, nil, err
	}
	g, hg = make([]float64, 4), make([]float64, 4)
	if _, err := l.objective.Gradient(g, theta, d); err != nil {
		return nil, nil, err
	}
	h.Apply(hg, g)
	return g, hg, nil
}

// fit returns a network that fits both samples: b_i = y_i/a_i.
func (l diagonal) fit(a1, a2 float64) []float64 { return []float64{a1, a2, 1 / a1, -1 / a2} }

func diagonalNetwork(s *simulation) error {
	l, err := newDiagonal()
	if err != nil {
		return err
	}
	if err := s.fitted(l); err != nil {
		return err
	}
	if err := s.alignment(l); err != nil {
		return err
	}
	return s.converges(l)
}

// fitted checks the eigenvalues at a fit against Lanczos on the network.
func (s *simulation) fitted(l diagonal) error {
	theta := l.fit(1.6, 0.7)
	l1, l2 := topOf(theta, 0), topOf(theta, 1)
	p := l.objective.NewProbe()
	exact := curvature.EigenOptions[float64]{Tol: 1e-12, Seed: s.Seed}
	one, err := p.Top(curvature.Hessian, theta, l.data.Rows(0, 1), exact)
	if err != nil {
		return err
	}
	full, err := p.Top(curvature.Hessian, theta, l.data, exact)
	if err != nil {
		return err
	}
	single, err := p.BatchLambdaMax(curvature.Hessian, theta, l.data, curvature.Sampling{Batch: 1, Scheme: curvature.Epoch, Seed: s.Seed}, exact)
	if err != nil {
		return err
	}
	const tolerance = 1e-9
	s.same("diagonal-sample", sourceI, "at the fit λmax(H(z₁)) = λ₁ = 2(a₁² + b₁²), loss without ½", l1, one.Values[0], tolerance, 0, "Lanczos on the model diaglin")
	s.same("diagonal-full", sourceI+", equation 22", "λmax = max(λ₁, λ₂)/2", max(l1, l2)/2, full.Values[0], tolerance, 0, "")
	s.same("diagonal-batch", sourceI+", equation 23", "λ¹max = (λ₁ + λ₂)/2", (l1+l2)/2, single.Mean.Mean, tolerance, 0, "both mini-batches of one sample")

	rng := random(familySeed, "fits")
	cases, below, above := s.draws(2000), 0, 0
	for range cases {
		theta := l.fit(math.Exp(rng.NormFloat64()), math.Exp(rng.NormFloat64()))
		l1, l2 := topOf(theta, 0), topOf(theta, 1)
		if min(l1, l2) < 4-1e-12 {
			below++
		}
		if max(l1, l2) > (l1+l2)-4+1e-9 {
			above++
		}
	}
	s.same("diagonal-bound", sourceI, "λ_i ≥ 4 at every fit: random fits against it", 0, float64(below), 0, cases,
		"4 is reached at |a_i| = |b_i| = 1; the text has 2, of a loss with ½")
	s.same("diagonal-level", sourceI, "λ¹max = λ leaves max(λ₁, λ₂) ≤ 2λ − 4, where λmax = λ has 2λ: random fits against it", 0, float64(above), 0, cases,
		"the text has 2λ − 2")
	return nil
}

// nearFit is how far from the fit the alignments are taken, which hold to first order in it.
const nearFit = 1e-6

// alignment checks (24), mended: H(z₁)∇L(z₁) = c₁λ₁v₁ and H∇L = ¼(c₁λ₁v₁ + c₂λ₂v₂) as the residuals vanish.
func (s *simulation) alignment(l diagonal) error {
	theta := l.fit(1.6, 0.7)
	for i, shift := range []float64{1, -2, 0.5, 3} {
		theta[i] += nearFit * shift
	}
	_, one, err := l.products(theta, 0, 1)
	if err != nil {
		return err
	}
	g, full, err := l.products(theta, 0, 2)
	if err != nil {
		return err
	}
	const tolerance = 100 * nearFit
	v1, v2, l1, l2 := l.along(theta, 0), l.along(theta, 1), topOf(theta, 0), topOf(theta, 1)
	s.same("diagonal-alignment-sample", "equation 24", "H(z₁)∇L(z₁) = c₁λ₁v₁ near the fit: relative error", 0, misfit(one, l1, v1, 0, v2), tolerance, 0,
		fmt.Sprintf("the residuals are of order %g; with λ₁² as printed: %.2g", nearFit, misfit(one, l1*l1, v1, 0, v2)))
	s.same("diagonal-alignment-full", "equation 24", "H∇L = ¼(c₁λ₁v₁ + c₂λ₂v₂) near the fit: relative error", 0, misfit(full, l1/4, v1, l2/4, v2), tolerance, 0,
		fmt.Sprintf("with λ² and ½ as printed: %.2g", misfit(full, l1*l1/2, v1, l2*l2/2, v2)))

	sharpness, err := l.objective.NewProbe().BatchSharpness(theta, l.data, curvature.Sampling{Batch: 1, Scheme: curvature.Epoch, Seed: s.Seed})
	if err != nil {
		return err
	}
	s.same("diagonal-half", sourceI, "g·Hg/‖g‖² of the full batch is b/n = ½ of Batch Sharpness at b = 1", 0.5, floats.Dot(g, full)/floats.Dot(g, g)/sharpness.Ratio.Mean,
		tolerance, 0, "the two gradients are orthogonal")
	return nil
}

// misfit returns ‖x − (α v + β w)‖/‖x‖.
func misfit(x []float64, alpha float64, v []float64, beta float64, w []float64) float64 {
	rest := append([]float64(nil), x...)
	floats.AddScaled(rest, -alpha, v)
	floats.AddScaled(rest, -beta, w)
	return floats.Norm(rest, 2) / floats.Norm(x, 2)
}

// converges runs gradient descent on the network from random starts.
func (s *simulation) converges(l diagonal) error {
	rng := random(s.Seed, "gradient flow")
	const starts, steps, eta = 10, 2000, 0.05
	worst := 0.0
	g := make([]float64, 4)
	for range starts {
		theta := make([]float64, 4)
		for i := range theta {
			theta[i] = rng.NormFloat64()
		}
		for range steps {
			if _, err := l.objective.Gradient(g, theta, l.data); err != nil {
				return err
			}
			floats.AddScaled(theta, -eta, g)
		}
		for i := range 2 {
			worst = max(worst, math.Abs(math.Abs(theta[i]*theta[2+i])-1))
		}
	}
	s.same("diagonal-fit", sourceI, "gradient descent on a diagonal network ends at |a₁b₁| = |a₂b₂| = 1: largest deviation", 0, worst, 1e-9, starts,
		"normal starts, η = 0.05, 2000 steps")
	return nil
}
