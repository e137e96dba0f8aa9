package fit

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// BreakFit is a power law that bends once: log y = Level + Before·(u − log At) up to At and Level + After·(u − log At) from there, u = log x.
type BreakFit struct {
	At            Interval // the breakpoint, in units of x
	Before, After Interval // exponents
	Level         float64  // log y at the breakpoint, the mean over the seeds
	R2            float64  // of the variance within seeds
	Dropped       int      // points that had no finite logarithm

	// The search range, from the second x to the last but one. Where At reaches one of its ends, the data do not bound the
	// breakpoint on that side, and AtLowEnd or AtHighEnd says so.
	First, Last         float64
	AtLowEnd, AtHighEnd bool
}

// Height is the law at x, e^{Level} · (x/At)^{Before} up to At and e^{Level} · (x/At)^{After} from there.
func (f BreakFit) Height(x float64) float64 {
	u := math.Log(x / f.At.Value)
	return math.Exp(f.Level + f.Before.Value*min(u, 0) + f.After.Value*max(u, 0))
}

// Breakpoint fits a continuous line of two pieces to the logarithms by least squares,
//
//	log y = a(seed) + s·u + δ·max(0, u − c) + noise,   u = log x,
//
// with a level of its own for every seed, since what a seed's points share is mostly their level: the breakpoint and the slopes rest on
// differences within seeds. For fixed c this is linear, and the residual sum of squares R(c) is minimised over c by a grid and a
// golden-section search.
//
// The breakpoint's interval is the profile likelihood's: all c with R(c) ≤ R(ĉ)·(1 + F(1, n−k−3)/(n−k−3)), the 95 % quantile of
// Fisher's F, k seeds (Seber and Wild, Nonlinear Regression, sections 5.9 and 9.3); where that set has gaps it is the smallest interval
// around it. The slopes' intervals are ± t(n−k−3) standard errors of the linearised model, which has −δ·1{u > c} as the column of c
// (Muggeo 2003, Statistics in Medicine 22).
//
// A bend is always found, also in points on a straight line, where chance chooses it and no interval holds: see in the figure
// whether there is one. It is an error when there are
// fewer than five different x, or no more than k + 3 points.
func Breakpoint(points []Point) (BreakFit, error) {
	logs := logarithms(points)
	fit := BreakFit{Dropped: len(points) - len(logs)}
	u, _ := columns(logs)
	u = slices.Compact(slices.Sorted(slices.Values(u)))
	h := newHinge(logs)
	if len(u) < 5 || h.freedom < 1 {
		return BreakFit{}, fmt.Errorf("%d points at %d different x, of %d seeds, do not fix a breakpoint (%d points had no logarithm): give five x or more",
			len(logs), len(u), len(h.seeds), fit.Dropped)
	}
	first, last := u[1], u[len(u)-2]
	c := h.minimise(first, last)
	lo, hi := h.profile(c, first, last)
	fit.At = Interval{math.Exp(c), math.Exp(lo), math.Exp(hi)}
	fit.First, fit.Last = math.Exp(first), math.Exp(last)
	fit.AtLowEnd, fit.AtHighEnd = lo == first, hi == last
	if total := floats.Dot(h.y, h.y); total > 0 {
		fit.R2 = 1 - h.rss(c)/total
	}
	h.slopes(c, &fit)
	return fit, nil
}

// hinge is the model above. y and u are centred within each seed, so that the levels a(seed) are gone.
type hinge struct {
	points  []Point
	seeds   [][]int // the indices of each seed's points
	y, u    []float64
	freedom float64
}

func newHinge(logs []Point) *hinge {
	h := &hinge{points: slices.Concat(bySeed(logs)...)}
	for i, p := range h.points {
		if i == 0 || p.Seed != h.points[i-1].Seed {
			h.seeds = append(h.seeds, nil)
		}
		k := len(h.seeds) - 1
		h.seeds[k] = append(h.seeds[k], i)
	}
	h.u, h.y = columns(h.points)
	h.center(h.u)
	h.center(h.y)
	h.freedom = float64(len(h.points) - len(h.seeds) - 3)
	return h
}

// center subtracts from v its mean over each seed.
func (h *hinge) center(v []float64) {
	for _, seed := range h.seeds {
		mean := 0.0
		for _, i := range seed {
			mean += v[i] / float64(len(seed))
		}
		for _, i := range seed {
			v[i] -= mean
		}
	}
}

// bent is the centred column max(0, u − c).
func (h *hinge) bent(c float64) []float64 {
	v := make([]float64, len(h.points))
	for i, p := range h.points {
		v[i] = max(0, p.X-c)
	}
	h.center(v)
	return v
}

// coefficients of u and of the bent column, the first having been projected out of the second and of y (Frisch–Waugh).
func (h *hinge) coefficients(c float64) (slope, delta, rss float64) {
	b := h.bent(c)
	uu := floats.Dot(h.u, h.u)
	bu, yu := floats.Dot(b, h.u)/uu, floats.Dot(h.y, h.u)/uu
	floats.AddScaled(b, -bu, h.u)
	r := floats.AddScaledTo(make([]float64, len(h.y)), h.y, -yu, h.u)
	if bb := floats.Dot(b, b); bb > 1e-12*uu { // else no seed has points on both sides of c
		delta = floats.Dot(b, r) / bb
	}
	floats.AddScaled(r, -delta, b)
	return yu - delta*bu, delta, floats.Dot(r, r)
}

func (h *hinge) rss(c float64) float64 {
	_, _, rss := h.coefficients(c)
	return rss
}

const gridSize = 256

// minimise finds c of the smallest residuals in [first, last].
func (h *hinge) minimise(first, last float64) float64 {
	step := (last - first) / gridSize
	best, least := first, math.Inf(1)
	for i := range gridSize + 1 {
		c := first + float64(i)*step
		if r := h.rss(c); r < least {
			best, least = c, r
		}
	}
	a, b := max(first, best-step), min(last, best+step)
	golden := (math.Sqrt(5) - 1) / 2
	for range 40 { // to 1e-8 of a step
		l, r := b-golden*(b-a), a+golden*(b-a)
		if h.rss(l) < h.rss(r) {
			b = r
		} else {
			a = l
		}
	}
	if c := (a + b) / 2; h.rss(c) < least {
		return c
	}
	return best
}

// profile is the smallest interval around all c whose residuals the F test does not reject.
func (h *hinge) profile(best, first, last float64) (lo, hi float64) {
	limit := h.rss(best) * (1 + distuv.F{D1: 1, D2: h.freedom}.Quantile(0.95)/h.freedom)
	return h.crossing(best, first, limit), h.crossing(best, last, limit)
}

// crossing is the last c on the way from best to end whose residuals are within limit.
func (h *hinge) crossing(best, end, limit float64) float64 {
	at := func(share float64) float64 { return best + share*(end-best) }
	inside := 0.0
	for i := gridSize; i > 0; i-- {
		share := float64(i) / gridSize
		if h.rss(at(share)) > limit {
			continue
		}
		if i == gridSize {
			return end
		}
		inside = share
		break
	}
	outside := inside + 1.0/gridSize
	for range 40 {
		if middle := (inside + outside) / 2; h.rss(at(middle)) <= limit {
			inside = middle
		} else {
			outside = middle
		}
	}
	return at(inside)
}

// slopes sets the slopes, their intervals and the level.
func (h *hinge) slopes(c float64, fit *BreakFit) {
	before, delta, rss := h.coefficients(c)
	jump := make([]float64, len(h.points)) // ∂/∂c
	for i, p := range h.points {
		if p.X > c {
			jump[i] = -delta
		}
	}
	h.center(jump)
	columns := [][]float64{h.u, h.bent(c), jump}
	normal := mat.NewSymDense(3, nil)
	for i := range columns {
		for j := i; j < 3; j++ {
			normal.SetSym(i, j, floats.Dot(columns[i], columns[j]))
		}
	}
	sigma2, variances := rss/h.freedom, [2]float64{math.Inf(1), math.Inf(1)}
	var inverse mat.Dense
	if err := inverse.Inverse(normal); err == nil { // else there is no bend, and its place and the slopes beyond are anything
		variances[0] = sigma2 * max(0, inverse.At(0, 0))
		variances[1] = sigma2 * max(0, inverse.At(0, 0)+2*inverse.At(0, 1)+inverse.At(1, 1))
	}
	fit.Before = around(before, math.Sqrt(variances[0]), h.freedom)
	fit.After = around(before+delta, math.Sqrt(variances[1]), h.freedom)
	for _, seed := range h.seeds {
		level := 0.0
		for _, i := range seed {
			p := h.points[i]
			level += p.Y - before*(p.X-c) - delta*max(0, p.X-c)
		}
		fit.Level += level / float64(len(seed)) / float64(len(h.seeds))
	}
}
