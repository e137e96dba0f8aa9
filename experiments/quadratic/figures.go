package quadratic

import (
	"fmt"
	"math"

	"eoss/internal/fit"
	"eoss/plots"
)

// Figure is one panel: curves of exact values, and points that were simulated.
type Figure struct {
	Name    string  `json:"name"` // of its file
	Title   string  `json:"title"`
	Caption string  `json:"caption"`
	X       Axis    `json:"x"`
	Y       Axis    `json:"y"`
	Curves  []Curve `json:"curves"`
}

// Axis is a label and a scale; Lo and Hi are the range to show.
type Axis struct {
	Label string  `json:"label"`
	Log   bool    `json:"log"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
}

// Curve is a line, or points with their 95 % intervals. Every value is finite, and positive on a logarithmic axis.
type Curve struct {
	Name   string    `json:"name"`
	Points bool      `json:"points,omitempty"` // markers without a line
	Dashed bool      `json:"dashed,omitempty"`
	Like   int       `json:"like,omitempty"` // 1, 2, …: has the colour of the curve of that number
	X      []float64 `json:"x"`
	Y      []float64 `json:"y"`
	Lo     []float64 `json:"lo,omitempty"` // the interval of each Y
	Hi     []float64 `json:"hi,omitempty"`
}

// line samples f on 200 steps from lo to hi, equal or, on a logarithmic axis, of equal ratio; what is not finite is left out.
func line(name string, lo, hi float64, log bool, f func(x float64) float64) Curve {
	c := Curve{Name: name}
	for i := range 201 {
		t := float64(i) / 200
		x := lo + t*(hi-lo)
		if log {
			x = lo * math.Pow(hi/lo, t)
		}
		if y := f(x); !math.IsNaN(y) && !math.IsInf(y, 0) {
			c.X, c.Y = append(c.X, x), append(c.Y, y)
		}
	}
	return c
}

func (c Curve) dashed() Curve { c.Dashed = true; return c }

// simulated is a curve of points in the colour of another.
func simulated(name string, like int) Curve { return Curve{Name: name, Points: true, Like: like} }

// count is a number of draws, as captions give it.
func count(n int) string { return plots.PlainNumber(float64(n)) }

// point adds a simulated point.
func (c *Curve) point(x, y, lo, hi float64) {
	c.X, c.Y, c.Lo, c.Hi = append(c.X, x), append(c.Y, y), append(c.Lo, lo), append(c.Hi, hi)
}

func figures(s *simulation) error {
	// In the order of the paper: the first two before those of Appendix F, which came with their facts.
	s.figures = append([]Figure{s.plane(), s.growth()}, s.figures...)
	return nil
}

// plane is the three thresholds of αI ± M as γ against α at η = 1.
func (s *simulation) plane() Figure {
	n := s.draws(10000)
	f := Figure{Name: "thresholds", Title: "Stability of SGD on αI ± M at η = 1",
		Caption: fmt.Sprintf("αI ± M, M = diag(0, γ), η = 1, b = 1, n = 2: the γ at which coordinate 2 becomes unstable. Lines: closed forms; points: simulated roots with 95 %% intervals, 6 steps (mean square) and 100 (almost surely), %s and %s products, seed %d. The full-batch Hessian αI is the same at every γ.", count(n), count(n/10), s.Seed),
		X:       Axis{Label: "α", Lo: 0.5, Hi: 2.05}, Y: Axis{Label: "γ", Hi: 2}}
	oneStep := func(a float64) float64 { return a * math.Sqrt((2-a)/(3*a-2)) }
	square := func(a float64) float64 { return math.Sqrt(2*a - a*a) }
	sure := func(a float64) float64 { return math.Sqrt(1 + (1-a)*(1-a)) }
	f.Curves = []Curve{
		line("one step (equation 4), where γ ≤ α", 1, 2, false, oneStep),
		line("mean square, with replacement", 0.5, 2, false, square),
		line("almost surely, and without replacement", 0.5, 2, false, sure),
		line("every step expands: γ > max(α, 2/η − α)", 0.5, 2, false, func(a float64) float64 { return max(a, 2-a) }).dashed(),
		{Name: "full batch: α = 2/η", Dashed: true, X: []float64{2, 2}, Y: []float64{0, 2}},
	}
	one, ms, as := simulated("one step, simulated", 1), simulated("mean square, simulated", 2), simulated("almost surely, simulated", 3)
	for i := range 7 {
		alpha := 0.6 + 0.2*float64(i)
		rng := func() string { return fmt.Sprintf("plane %d", i) }
		add := func(c *Curve, exact float64, draws func(p twoPoint) []float64) {
			r := root(func(gamma float64) []float64 { return draws(twoPoint{alpha, gamma}) }, 0.6*exact, 1.6*exact)
			c.point(alpha, float64(r.Value), float64(r.Lo), float64(r.Hi))
		}
		if alpha >= 1 {
			add(&one, oneStep(alpha), func(p twoPoint) []float64 { return p.stepChanges(1, n, random(s.Seed, rng())) })
		}
		add(&ms, square(alpha), func(p twoPoint) []float64 { return p.products(1, n, 3, true, false, random(s.Seed, rng())) })
		add(&as, sure(alpha), func(p twoPoint) []float64 { return p.products(1, n/10, 50, true, true, random(s.Seed, rng())) })
	}
	f.Curves = append(f.Curves, one, ms, as)
	return f
}

// growth is the growth a step along e₂ against η, with replacement and without.
func (s *simulation) growth() Figure {
	p := twoPoint{1, 0.8}
	n := s.draws(20000)
	f := Figure{Name: "replacement", Title: "Growth of coordinate 2 a step, with and without replacement",
		Caption: fmt.Sprintf("αI ± M at α = 1, γ = 0.8, b = 1, n = 2: half the logarithm of the growth of E x², and the mean of log|x|, a step. Lines: exact; points: simulated with 95 %% intervals, 10 steps (mean square) and 100 (log), %s and %s products, seed %d. Zero is crossed at η = %.3f and %.3f.", count(n), count(n/10), s.Seed, p.meanSquare(), p.reshuffled()),
		X:       Axis{Label: "η", Lo: 0.65, Hi: 1.6}, Y: Axis{Label: "log growth a step", Lo: -1, Hi: 0.6}}
	f.Curves = []Curve{
		line("E x², with replacement", 0.65, 1.6, false, p.meanSquareGrowth),
		line("E x², without replacement; log|x| with", 0.65, 1.6, false, p.reshuffledGrowth),
		{Name: "stability", Dashed: true, X: []float64{0.65, 1.6}, Y: []float64{0, 0}},
	}
	with, without, log := simulated("E x² with, simulated", 1), simulated("E x² without, simulated", 2), simulated("log|x| with, simulated", 0)
	for i := range 9 {
		eta := 0.7 + 0.1*float64(i)
		mean, half := fit.Mean(p.products(eta, n, 5, true, false, random(s.Seed, "growth")))
		rate := func(growth float64) float64 { return math.Log(1+growth) / 20 }
		with.point(eta, rate(mean), rate(mean-half), rate(mean+half))
		mean, half = fit.Mean(p.products(eta, 100, 5, false, false, random(s.Seed, "growth")))
		without.point(eta, rate(mean), rate(mean-half), rate(mean+half))
		mean, half = fit.Mean(p.products(eta, n/10, 50, true, true, random(s.Seed, "growth")))
		log.point(eta, mean, mean-half, mean+half)
	}
	f.Curves = append(f.Curves, with, without, log)
	return f
}

// gapFigure is the gap of λmax of averaged matrices against b, without a spike and with one.
func (s *simulation) gapFigure(free, spiked []gapPoint, l float64, n int) Figure {
	const d = float64(dimension)
	lo, hi := 3.0, 20000.0
	f := Figure{Name: "random-matrices", Title: "λmax of averages of b random matrices",
		Caption: fmt.Sprintf("E λ_{max} of the mean of b matrices xxᵀ, x ~ N(0, I), less 1, and x ~ N(0, diag(ℓ, 1, …, 1)), less ℓ; d = %d, ℓ = %g; %s simulations a point with 95 %% intervals, seed %d. The two terms of d/b + 2√(d/b) are equal at b = d/4 = %d.", dimension, l, count(n), s.Seed, dimension/4),
		X:       Axis{Label: "batch size b", Log: true, Lo: lo, Hi: hi}, Y: Axis{Label: "gap of λ_{max}", Log: true, Lo: 0.003, Hi: 200}}
	f.Curves = []Curve{
		line("d/b + 2√(d/b)", lo, hi, true, func(b float64) float64 { return WishartGap(d, b) }),
		line("d/b: slope −1", lo, hi, true, func(b float64) float64 { return d / b }).dashed(),
		line("2√(d/b): slope −½", lo, hi, true, func(b float64) float64 { return 2 * math.Sqrt(d/b) }).dashed(),
		line("with a spike: ℓd/((ℓ−1)b)", 64, hi, true, func(b float64) float64 { return spikedGap(l, d, b) }),
	}
	for _, c := range []struct {
		name   string
		like   int
		points []gapPoint
	}{{"simulated", 1, free}, {"with a spike, simulated", 4, spiked}} {
		curve := simulated(c.name, c.like)
		for _, p := range c.points {
			curve.point(p.b, p.gap, p.gap-p.half, p.gap+p.half)
		}
		f.Curves = append(f.Curves, curve)
	}
	return f
}

// bernsteinFigure is E‖M̄ − M‖ against b under its bound.
func (s *simulation) bernsteinFigure(all []deviation, n int) Figure {
	f := Figure{Name: "bernstein", Title: "Deviation of averages under the matrix Bernstein bound",
		Caption: fmt.Sprintf("Averages of b matrices ±uuᵀ, u uniform on the sphere in m = %d dimensions: B = 1, σ² = 1/%d; %s simulations a point with 95 %% intervals, seed %d.", rankOne, rankOne, count(n), s.Seed),
		X:       Axis{Label: "batch size b", Log: true, Lo: 0.8, Hi: 1300}, Y: Axis{Label: "E ‖average − M‖", Log: true, Lo: 0.005, Hi: 3}}
	bound := func(variance, b float64) func(float64) float64 {
		return func(x float64) float64 {
			log := math.Log(2 * rankOne)
			return math.Sqrt(2*variance*log/x) + b*log/(3*x)
		}
	}
	norms := simulated("simulated", 0)
	for _, d := range all {
		norms.point(float64(d.b), d.norm, d.norm-d.half, d.norm+d.half)
	}
	f.Curves = []Curve{
		line("√(2σ² log 2m / b) + B log 2m / (3b)", 1, 1024, true, bound(1.0/rankOne, 1)),
		line("first term: slope −½", 1, 1024, true, bound(1.0/rankOne, 0)).dashed(),
		line("second term: slope −1", 1, 1024, true, bound(0, 1)).dashed(),
		norms,
	}
	return f
}
