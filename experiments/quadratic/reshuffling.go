package quadratic

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/combin"
)

const sourceE = "Appendix E"

// curvatures are the a_i of the one-dimensional example, skewed so that odd moments count.
var curvatures = []float64{0.2, 0.5, 0.6, 1.1, 1.4, 2.6}

// factors returns 1 − ηa_i.
func factors(eta float64) []float64 {
	x := make([]float64, len(curvatures))
	for i, a := range curvatures {
		x[i] = 1 - eta*a
	}
	return x
}

// elementaryMean returns e_k(x)/C(n, k), the mean product of k values drawn without replacement.
func elementaryMean(x []float64, k int) float64 {
	e := make([]float64, k+1)
	e[0] = 1
	for _, v := range x {
		for j := k; j > 0; j-- {
			e[j] += v * e[j-1]
		}
	}
	return e[k] / float64(combin.Binomial(len(x), k))
}

// secondOrder returns (1−ηa)ᵏ − (η²σ²/(n−1))·C(k,2)·(1−ηa)^{k−2}, the mean product to O(η³).
func secondOrder(eta float64, k int) float64 {
	mean := average(factors(eta))
	correction := population{curvatures, curvatures}.moment(2, 0) * eta * eta / float64(len(curvatures)-1)
	return math.Pow(mean, float64(k)) - correction*float64(k*(k-1)/2)*math.Pow(mean, float64(k-2))
}

func reshuffling(s *simulation) error {
	const eta = 0.6
	x := factors(eta)
	exact := elementaryMean(x, 4)
	n := s.draws(100000)
	s.simulated("epoch-product", sourceE, "E Π_{j≤4} (1 − ηa_{B_j}) = e₄(1 − ηa_i)/C(6,4), b = 1, without replacement", exact,
		meanInterval(s.productDraws(x, 4, n, false)), n, fmt.Sprintf("(1 − ηa)⁴ = %.5f", math.Pow(average(x), 4)))
	s.simulated("epoch-product-replacement", sourceE+", equation 16", "with replacement it is (1 − ηa)⁴", math.Pow(average(x), 4),
		meanInterval(s.productDraws(x, 4, n, true)), n, "")
	s.same("epoch-second-order", sourceE, "(1−ηa)² − η²σ²/(n−1) is exact for k = 2", secondOrder(eta, 2), elementaryMean(x, 2), 1e-14, 0,
		"printed with + before the second term, which has no (1−ηa)^{k−2}")
	remainder := func(eta float64) float64 { return elementaryMean(factors(eta), 4) - secondOrder(eta, 4) }
	s.same("epoch-remainder", sourceE, "for k = 4 the remainder is O(η³): its order when η is halved", 3,
		math.Log2(remainder(2e-3)/remainder(1e-3)), 0.01, 0, "η 0.002 and 0.001")
	draws := s.productDraws(x, len(x), 1000, false)
	s.same("epoch-whole", sourceE, "k = n: the product is the same for every order, its spread", 0, slices.Max(draws)-slices.Min(draws), 1e-15, 1000, "")
	cumulants(s, eta)
	s.equation17()
	return nil
}

// productDraws draws products of k of the x.
func (s *simulation) productDraws(x []float64, k, n int, replacement bool) []float64 {
	rng := random(s.Seed, "products")
	draws := make([]float64, n)
	for i := range draws {
		draws[i] = 1
		order := rng.Perm(len(x))
		for j := range k {
			at := order[j]
			if replacement {
				at = rng.IntN(len(x))
			}
			draws[i] *= x[at]
		}
	}
	return draws
}

// slopesAndShifts returns 1 − ηa_i and a_i x* + b_i, for some b_i and x* = −b/a.
func slopesAndShifts(eta float64) population {
	b := []float64{0.3, -1.2, 0.4, 2, -0.7, 0.9}
	star := -average(b) / average(curvatures)
	y := make([]float64, len(b))
	for i := range y {
		y[i] = curvatures[i]*star + b[i]
	}
	return population{factors(eta), y}
}

// cumulants checks (18) and (19) as sums over partitions, for k ≤ 4, against the mean over all orders.
func cumulants(s *simulation, eta float64) {
	p := slopesAndShifts(eta)
	worst, printed := 0.0, 0.0
	for k := 2; k <= 4; k++ {
		same := population{p.x, p.x}
		exact := elementaryMean(p.x, k)
		worst = max(worst, math.Abs(same.productMean(k)-exact))
		printed = max(printed, math.Abs(math.Pow(average(p.x), float64(k))-same.cumulant(k, false)-exact))
	}
	s.same("equation18", "equation 18", "E Π_{j≤k} (1 − ηa_{B_j}) = Σ over partitions Π κ(block), joint cumulants of draws without replacement: largest error",
		0, worst, 1e-14, 3, fmt.Sprintf("k = 2, 3, 4; with the one term −κ_k of the text: %.2g", printed))

	const k = 4
	byPartitions, single := 0.0, 0.0
	for j := 1; j <= k; j++ {
		byPartitions += p.productMean(k - j + 1)
		single -= p.cumulant(k-j+1, true)
	}
	orders := combin.Permutations(len(p.x), k)
	enumerated := 0.0
	for _, order := range orders {
		for j := range order {
			term := p.y[order[j]]
			for _, h := range order[j+1:] {
				term *= p.x[h]
			}
			enumerated += term / float64(len(orders))
		}
	}
	s.same("equation19", "equation 19", "E Σ_j [Π_{h>j} (1 − ηa_{B_h})](a_{B_j}x* + b_{B_j}) as sums over partitions, against all orders", byPartitions, enumerated, 1e-14,
		len(orders), fmt.Sprintf("k = 4; with one cumulant a term: %.4f", single))
}

// equation17 checks x_k − x* = Π_j (1 − ηa_{B_j})(x_0 − x*) − η Σ_j [Π_{h>j} (1 − ηa_{B_h})](a_{B_j}x* + b_{B_j}) along random orders,
// and (15), its mean for k = 1.
func (s *simulation) equation17() {
	const eta, start, k, cases = 0.6, 1.7, 5, 1000 // the start is x_0 − x*
	p := slopesAndShifts(eta)
	rng := random(familySeed, "equation 17")
	worst, printed := 0.0, 0.0
	for range cases {
		order := rng.Perm(len(p.x))[:k]
		error := start
		product, sum := 1.0, 0.0
		for _, i := range order {
			error -= eta * (curvatures[i]*error + p.y[i]) // a step, as x − η(a_i x + b_i) with x = x* + error
			product, sum = product*p.x[i], sum*p.x[i]+p.y[i]
		}
		worst = max(worst, math.Abs(error-(product*start-eta*sum)))
		printed = max(printed, math.Abs(error-(product*start-sum)))
	}
	s.same("equation17", "equation 17", "x_k − x* = Π(1 − ηa_{B_j})(x_0 − x*) − η Σ_j [Π_{h>j}(1 − ηa_{B_h})](a_{B_j}x* + b_{B_j}): largest error", 0, worst, 1e-13, cases,
		fmt.Sprintf("k = 5; as printed, without η before the sum: %.2g", printed))
	mean, shift := 0.0, average(p.y)
	for i, a := range curvatures {
		mean += (start - eta*(a*start+p.y[i])) / float64(len(p.y))
	}
	s.same("equation15", "equations 15, 16", "E[x⁺ − x*] = E[(1 − ηa_B)(x − x*)] − η E[a_B x* + b_B] = (1 − ηa)(x − x*), batches uniform", average(p.x)*start-eta*shift, mean,
		1e-14, len(p.y), "the last term vanishes for uniform batches, with or without the missing η")
}
