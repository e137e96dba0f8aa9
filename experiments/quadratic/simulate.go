package quadratic

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"eoss/experiments"
	"eoss/internal/fit"
)

// random returns the stream of that name: a PCG whose second seed is the name's FNV-1a hash.
func random(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// interval is an estimate with its 95 % interval.
func interval(value, lo, hi float64) experiments.Interval {
	return experiments.Interval{Value: experiments.Real(value), Lo: experiments.Real(lo), Hi: experiments.Real(hi)}
}

// alone is a number without an interval: of an identity, or a count.
func alone(value float64) experiments.Interval { return interval(value, math.NaN(), math.NaN()) }

func meanInterval(draws []float64) experiments.Interval {
	mean, half := fit.Mean(draws)
	return interval(mean, mean-half, mean+half)
}

// root solves E[X(η)] = 0 for the mean of draws of X that rises through zero between lo and hi. The draws at all η must
// use the same random numbers. Its interval holds every η at which zero lies in the 95 % interval of the mean.
func root(draws func(eta float64) []float64, lo, hi float64) experiments.Interval {
	at := func(side float64) float64 {
		return bisectFor(20, func(eta float64) float64 {
			mean, half := fit.Mean(draws(eta))
			return mean + side*half
		}, lo, hi)
	}
	return interval(at(0), at(1), at(-1))
}

// walker draws random members of a family and applies x ← (I − ηA_B)x.
type walker struct {
	d         int
	steps     []float64 // (I − ηA_B), row by row, one after another
	x, scaled []float64
	rng       *rand.Rand
}

func newWalker(f Family, eta float64, rng *rand.Rand) *walker {
	w := &walker{d: f.Dim(), x: make([]float64, f.Dim()), scaled: make([]float64, f.Dim()), rng: rng}
	for _, q := range f {
		w.steps = append(w.steps, Contraction(q.A, eta).RawMatrix().Data...)
	}
	return w
}

func (w *walker) step() {
	size := w.d * w.d
	at := w.rng.IntN(len(w.steps)/size) * size
	for i := range w.scaled {
		sum := 0.0
		for j, x := range w.x {
			sum += w.steps[at+i*w.d+j] * x
		}
		w.scaled[i] = sum
	}
	w.x, w.scaled = w.scaled, w.x
}

func square(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// squareGrowth draws ‖x_T‖² − ‖x_0‖² of n trajectories with E[x_0x_0ᵀ] = M, by mini-batch steps on the centred family.
func squareGrowth(f Family, eta float64, start *mat.SymDense, n, steps int, rng *rand.Rand) []float64 {
	w := newWalker(f, eta, rng)
	draw := startWith(start)
	growth := make([]float64, n)
	for i := range growth {
		draw(w.x, rng)
		before := square(w.x)
		for range steps {
			w.step()
		}
		growth[i] = square(w.x) - before
	}
	return growth
}

// logGrowth draws the mean of log‖x_{t+1}‖/‖x_t‖ of n chains, each over that many steps after 50 that forget the start.
func logGrowth(f Family, eta float64, n, steps int, rng *rand.Rand) []float64 {
	w := newWalker(f, eta, rng)
	rates := make([]float64, n)
	for i := range rates {
		for j := range w.x {
			w.x[j] = rng.NormFloat64()
		}
		log := 0.0
		for t := range 50 + steps {
			w.step()
			norm := math.Sqrt(square(w.x))
			for j := range w.x {
				w.x[j] /= norm
			}
			if t >= 50 {
				log += math.Log(norm)
			}
		}
		rates[i] = log / float64(steps)
	}
	return rates
}

// startWith returns a function that draws x = Σ ±√λ_i v_i with random signs, (λ_i, v_i) the eigenpairs of M: E[xxᵀ] = M and
// ‖x‖² = tr M always, so that the growth from it has lighter tails than from a normal x.
func startWith(m *mat.SymDense) func(x []float64, rng *rand.Rand) {
	lambda, v := eigen(m)
	return func(x []float64, rng *rand.Rand) {
		clear(x)
		for i, l := range lambda {
			length := math.Sqrt(max(l, 0))
			if rng.IntN(2) == 0 {
				length = -length
			}
			for j := range x {
				x[j] += length * v.At(j, i)
			}
		}
	}
}

// slope returns the slope of log y over log x between two points, and the 95 % half width from those of the y.
func slope(x1, y1, half1, x2, y2, half2 float64) (value, half float64) {
	run := math.Log(x2 / x1)
	return math.Log(y2/y1) / run, math.Hypot(half1/y1, half2/y2) / math.Abs(run)
}
