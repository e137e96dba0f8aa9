package quadratic

import "math"

// population is the finite population of Appendix E: k members drawn without replacement give X_1, …, X_{k−1} and a last Y,
// where a member i has the values X = x[i] and Y = y[i].
type population struct{ x, y []float64 }

// moment returns (1/n) Σ_i (x_i − x̄)ᵖ(y_i − ȳ)^q.
func (p population) moment(px, py int) float64 {
	mx, my := average(p.x), average(p.y)
	sum := 0.0
	for i := range p.x {
		sum += math.Pow(p.x[i]-mx, float64(px)) * math.Pow(p.y[i]-my, float64(py))
	}
	return sum / float64(len(p.x))
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// cumulant returns the joint cumulant of that many draws without replacement, of which the last is Y and the others are X (last: is Y
// among them?). The draws are dependent, so these do not vanish; with the central moments m of the population
//
//	κ₂ = −m₂/(n−1),  κ₃ = 2m₃/((n−1)(n−2)),  κ₄ = (3n²m₂² − 6nm₄)/(n(n−1)(n−2)(n−3)) − 3κ₂².
func (p population) cumulant(order int, last bool) float64 {
	n, y := float64(len(p.x)), 0
	if last {
		y = 1
	}
	switch order {
	case 1:
		if last {
			return average(p.y)
		}
		return average(p.x)
	case 2:
		return -p.moment(2-y, y) / (n - 1)
	case 3:
		return 2 * p.moment(3-y, y) / ((n - 1) * (n - 2))
	case 4:
		pairs := 3*n*n*p.moment(2, 0)*p.moment(2-y, y) - 6*n*p.moment(4-y, y)
		return pairs/(n*(n-1)*(n-2)*(n-3)) - 3*p.cumulant(2, false)*p.cumulant(2, last)
	}
	return math.NaN()
}

// productMean returns E[X_1⋯X_{k−1}Y] for k ≤ 4 as the sum over all partitions of the k draws of the products of their blocks'
// joint cumulants: what equations 18 and 19 abbreviate to one term.
func (p population) productMean(k int) float64 {
	total := 0.0
	for _, blocks := range setPartitions(k) {
		product := 1.0
		for _, block := range blocks {
			product *= p.cumulant(len(block), block[len(block)-1] == k-1)
		}
		total += product
	}
	return total
}

// setPartitions returns all partitions of {0, …, k−1} into blocks of rising members.
func setPartitions(k int) [][][]int {
	if k == 0 {
		return [][][]int{nil}
	}
	var all [][][]int
	for _, smaller := range setPartitions(k - 1) {
		for b := range len(smaller) + 1 {
			var blocks [][]int
			for i, block := range smaller {
				block = append([]int(nil), block...)
				if i == b {
					block = append(block, k-1)
				}
				blocks = append(blocks, block)
			}
			if b == len(smaller) {
				blocks = append(blocks, []int{k - 1})
			}
			all = append(all, blocks)
		}
	}
	return all
}
