package quadratic

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"eoss/experiments"
	"eoss/internal/fit"
)

// interaction compares IAS (Lee and Jang) with Batch Sharpness along e₂ of αI ± M, where
//
//	IAS = (α² + γ²)/α,   BatchSharpness = α(α² + 3γ²)/(α² + γ²).
func interaction(s *simulation) error {
	const source = "Appendix C, equation 11"
	e2 := mat.NewVecDense(2, []float64{0, 1})
	n := s.draws(100000)
	for _, c := range []struct {
		id, statement string
		gamma         float64
	}{
		{"ias-larger", "IAS − BatchSharpness > 0 along e₂ of αI ± M once γ > α (α = 1, γ = 1.2)", 1.2},
		{"ias-smaller", "IAS − BatchSharpness < 0 there for γ < α (α = 1, γ = 0.8): neither bounds the other", 0.8},
	} {
		p := twoPoint{1, c.gamma}
		ias, sharpness := p.ias(), 2/p.oneStep()
		s.simulated(c.id, source, c.statement, ias-sharpness, interactionGap(p.family(), e2, n, s.Seed), n,
			fmt.Sprintf("IAS %.3f, Batch Sharpness %.3f; 2/IAS is η_ms = %.3f here", ias, sharpness, p.meanSquare()))
	}
	p := twoPoint{1, 1}
	f := p.family()
	s.same("ias-cross", source, "they cross at γ = α: both are 2α", f.IAS(e2), f.BatchSharpness(e2), 1e-12, 0, "")
	x := normals(random(familySeed, "interaction"), 3)
	full := offCentre().Distinct(6)
	s.same("ias-full-batch", source, "IAS = BatchSharpness at b = n", full.IAS(x), full.BatchSharpness(x), 1e-12*full.IAS(x), 0, "six samples, d = 3")
	return nil
}

func (p twoPoint) ias() float64 { return (p.alpha*p.alpha + p.gamma*p.gamma) / p.alpha }

// interactionGap estimates IAS − BatchSharpness over n random mini-batches, with the delta method's interval.
func interactionGap(f Family, x *mat.VecDense, n int, seed uint64) experiments.Interval {
	rng := random(seed, "interaction")
	full := f.Mean()
	norm := mat.Dot(full.Gradient(x), full.Gradient(x))
	fullCurvature, curvature, squares := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		q := f[rng.IntN(len(f))]
		g := q.Gradient(x)
		fullCurvature[i], curvature[i], squares[i] = mat.Inner(g, full.A, g)/norm, mat.Inner(g, q.A, g), mat.Dot(g, g)
	}
	mean := stat.Mean(squares, nil)
	sharpness := stat.Mean(curvature, nil) / mean
	gap := make([]float64, n)
	for i := range gap {
		gap[i] = fullCurvature[i] - (curvature[i]-sharpness*squares[i])/mean - sharpness
	}
	value, half := fit.Mean(gap)
	return interval(value, value-half, value+half)
}
