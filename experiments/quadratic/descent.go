package quadratic

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// offCentre is six samples in three dimensions with b_i ≠ 0; its mini-batches are the 15 pairs.
func offCentre() Family { return randomFamily(random(familySeed, "off centre"), 6, 3, false) }

func descent(s *simulation) error {
	f := offCentre().Distinct(2)
	x := normals(random(familySeed, "descent point"), 3)
	s.lemma3(f, x)
	s.lemmas12(f.Mean())
	s.equation9(f.Mean())
	s.recursion()
	return nil
}

// lemma3 checks E[f_B(x⁺) − f_B(x)] = −η E‖g_B‖²(1 − η·BatchSharpness/2).
func (s *simulation) lemma3(f Family, x *mat.VecDense) {
	sharpness := f.BatchSharpness(x)
	gradient := 0.0
	for _, q := range f {
		g := q.Gradient(x)
		gradient += mat.Dot(g, g) / float64(len(f))
	}
	formula := func(eta float64) float64 { return -eta * gradient * (1 - eta*sharpness/2) }
	eta := 1.5 / sharpness
	enumerated := 0.0
	for _, q := range f {
		enumerated += (q.Value(q.Step(x, eta)) - q.Value(x)) / float64(len(f))
	}
	const source = "Lemma 3, equation 10"
	s.same("lemma3-identity", source, "E[f_B(x⁺) − f_B(x)] = −η E‖g_B‖² (1 − η·BatchSharpness/2), over all 15 mini-batches",
		formula(eta), enumerated, 1e-12*math.Abs(formula(eta)), len(f), fmt.Sprintf("η = 1.5/BatchSharpness = %.4f", eta))
	n := s.draws(100000)
	s.simulated("lemma3-change", source, "the same change over random mini-batches", formula(eta), meanInterval(lossChanges(f, x, eta, n, s.Seed)), n, "")
	s.simulated("lemma3-edge", source, "the change of sign is at η = 2/BatchSharpness",
		2/sharpness, root(func(eta float64) []float64 { return lossChanges(f, x, eta, n, s.Seed) }, 1/sharpness, 4/sharpness), n, "")
}

// lemmas12 runs gradient descent: ‖x_t − x*‖ and f do not grow up to η = 2/λmax, and do beyond.
func (s *simulation) lemmas12(q Quadratic) {
	lambda, _ := largest(q.A)
	x0 := normals(random(familySeed, "gradient descent"), q.A.SymmetricDim())
	edge := func(grows func(last, next float64) bool, of func(x *mat.VecDense) float64, all bool) float64 {
		return bisect(func(eta float64) float64 {
			x, last := x0, of(x0)
			for t := range 4000 {
				x = q.Step(x, eta)
				next := of(x)
				if (all || t == 3999) && grows(last, next) {
					return 1
				}
				last = next
			}
			return -1
		}, 1/lambda, 4/lambda)
	}
	star := q.minimum()
	bottom := q.Value(star)
	excess := func(x *mat.VecDense) float64 { return q.Value(x) - bottom }
	distance := func(x *mat.VecDense) float64 {
		var d mat.VecDense
		d.SubVec(x, star)
		return mat.Norm(&d, 2)
	}
	diverges := func(_, next float64) bool { return !(next < 1) }
	rises := func(last, next float64) bool { return next > last+1e-12 }
	const tolerance = 0.001
	s.same("lemma1-distance", "Lemma 1", "gradient descent: ‖x_t − x*‖ does not diverge up to η = 2/λmax(A)", 2/lambda, edge(diverges, distance, false),
		tolerance*2/lambda, 4000, "steps; divergence: more than 1 at the end; a growth of (1+δ)^4000 shows δ of 0.0003")
	s.same("lemma1-loss", "Lemma 1", "the same for f(x_t) − f(x*)", 2/lambda, edge(diverges, excess, false), tolerance*2/lambda, 4000, "")
	s.same("lemma2", "Lemma 2", "gradient descent: f never rises up to η = 2/λmax(A), and does beyond", 2/lambda, edge(rises, excess, true),
		tolerance*2/lambda, 4000, "the rise must exceed 1e-12")
}

// minimum returns x* = −A⁻¹b.
func (q Quadratic) minimum() *mat.VecDense {
	x := new(mat.VecDense)
	x.MulVec(power(q.A, -1), q.B)
	x.ScaleVec(-1, x)
	return x
}

// equation9 counts random (x, η) at which f(x⁺) ≤ f(x) and 2‖∇f‖² ≥ η ∇fᵀA∇f disagree.
func (s *simulation) equation9(q Quadratic) {
	rng := random(familySeed, "equation 9")
	lambda, _ := largest(q.A)
	cases, wrong, printed := s.draws(10000), 0, 0
	for range cases {
		x, eta := normals(rng, q.A.SymmetricDim()), (1+9*rng.Float64())/lambda
		g := q.Gradient(x)
		falls := q.Value(q.Step(x, eta)) <= q.Value(x)
		curvature := mat.Inner(g, q.A, g)
		if falls != (2*mat.Dot(g, g) >= eta*curvature) {
			wrong++
		}
		if falls != (2*mat.Norm(g, 2) >= eta*curvature) {
			printed++
		}
	}
	s.same("equation9", "equation 9", "f(x⁺) ≤ f(x) exactly when 2‖∇f‖² ≥ η ∇fᵀA∇f: random (x, η) against it", 0, float64(wrong), 0, cases,
		fmt.Sprintf("as printed, with ‖∇f‖ not squared: %d are against it", printed))
}

// recursion checks x⁺ − x* = (I − ηA_B)(x − x*) − η(A_B x* + b_B), the error after (7).
func (s *simulation) recursion() {
	samples := offCentre()
	star := samples.Mean().minimum()
	rng := random(familySeed, "recursion")
	worst, printed := 0.0, 0.0
	const cases, b, eta = 1000, 2, 0.1
	for range cases {
		batch := samples.Average(rng.Perm(len(samples))[:b])
		x := normals(rng, 3)
		var error, want, rest mat.VecDense
		error.SubVec(x, star)
		want.MulVec(Contraction(batch.A, eta), &error)
		rest.MulVec(batch.A, star)
		var sum mat.VecDense // Σ_{i∈B} A_i x*, as it is printed
		sum.ScaleVec(b, &rest)
		rest.AddVec(&rest, batch.B)
		sum.AddVec(&sum, batch.B)
		error.SubVec(batch.Step(x, eta), star)
		error.SubVec(&error, &want)
		sum.AddScaledVec(&error, eta, &sum)
		error.AddScaledVec(&error, eta, &rest)
		worst, printed = max(worst, mat.Norm(&error, 2)), max(printed, mat.Norm(&sum, 2))
	}
	s.same("recursion", "after equation 7", "x⁺ − x* = (I − ηA_B)(x − x*) − η(A_B x* + b_B): largest error", 0, worst, 1e-12, cases,
		fmt.Sprintf("as printed, without 1/b before Σ A_i x*: %.2g", printed))
}
