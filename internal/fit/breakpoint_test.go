package fit

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// dense is the model of Breakpoint for fixed c without any elimination: a column for the level of every seed, one for u, one for
// max(0, u − c) and perhaps more, and the coefficients and the residual sum of squares by QR.
func dense(points []Point, seeds int, c float64, more ...[]float64) (columns *mat.Dense, coefficients []float64, rss float64) {
	columns, y := mat.NewDense(len(points), seeds+2+len(more), nil), mat.NewVecDense(len(points), nil)
	for i, p := range points {
		u := math.Log(p.X)
		columns.Set(i, p.Seed, 1)
		columns.Set(i, seeds, u)
		columns.Set(i, seeds+1, max(0, u-c))
		for k, column := range more {
			columns.Set(i, seeds+2+k, column[i])
		}
		y.SetVec(i, math.Log(p.Y))
	}
	var b, r mat.VecDense
	if err := b.SolveVec(columns, y); err != nil {
		panic(err)
	}
	r.MulVec(columns, &b)
	r.SubVec(y, &r)
	return columns, b.RawVector().Data, mat.Dot(&r, &r)
}

// profileByBruteForce is c with its profile interval, from steps over the whole range.
func profileByBruteForce(points []Point, seeds int, first, last, step, quantile, freedom float64) (c Interval, least float64) {
	least = math.Inf(1)
	each := func(f func(x, rss float64)) {
		for x := first; x < last; x += step {
			_, _, rss := dense(points, seeds, x)
			f(x, rss)
		}
	}
	each(func(x, rss float64) {
		if rss < least {
			c, least = Interval{x, x, x}, rss
		}
	})
	limit := least * (1 + quantile*quantile/freedom) // the square is the quantile of F(1, freedom)
	each(func(x, rss float64) {
		if rss <= limit {
			c.Lo, c.Hi = min(c.Lo, x), max(c.Hi, x)
		}
	})
	return c, least
}

// slopesByBruteForce are the slopes at c, ± quantile standard errors from the inverse of XᵀX that has the column of c too, and the mean of the
// seeds' levels at c.
func slopesByBruteForce(points []Point, seeds int, c, sigma2, quantile float64) (before, after Interval, level float64) {
	_, b, _ := dense(points, seeds, c)
	slope, delta, jump := b[seeds], b[seeds+1], make([]float64, len(points))
	for i, p := range points {
		if math.Log(p.X) > c {
			jump[i] = -delta
		}
	}
	for k := range seeds {
		level += (b[k] + slope*c) / float64(seeds)
	}
	x, _, _ := dense(points, seeds, c, jump)
	var inverse mat.Dense
	inverse.Mul(x.T(), x)
	if err := inverse.Inverse(&inverse); err != nil {
		panic(err)
	}
	interval := func(value float64, weights ...float64) Interval {
		w := mat.NewVecDense(seeds+3, append(make([]float64, seeds), weights...))
		half := quantile * math.Sqrt(sigma2*mat.Inner(w, &inverse, w))
		return Interval{value, value - half, value + half}
	}
	return interval(slope, 1, 0, 0), interval(slope+delta, 1, 1, 0), level
}

// TestBreakpointByBruteForce: noisy points of three seeds with 13, 10 and 9 of them.
func TestBreakpointByBruteForce(t *testing.T) {
	const seeds, step = 3, 4e-3
	all := bentPoints(rand.New(rand.NewPCG(5, 0)), 0.15, 0.5)
	points := append(all[:13:13], append(all[15:25:25], all[28:37]...)...)
	got, err := Breakpoint(points)
	if err != nil {
		t.Fatal(err)
	}
	freedom := float64(len(points) - seeds - 3)
	quantile := distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(0.975)
	c, least := profileByBruteForce(points, seeds, math.Log(got.First), math.Log(got.Last), step, quantile, freedom)
	before, after, level := slopesByBruteForce(points, seeds, c.Value, least/freedom, quantile)
	for name, v := range map[string]struct{ got, want, tol float64 }{
		"log At": {math.Log(got.At.Value), c.Value, step}, "its lower end": {math.Log(got.At.Lo), c.Lo, step}, "its upper end": {math.Log(got.At.Hi), c.Hi, step},
		"Before": {got.Before.Value, before.Value, step}, "its width": {got.Before.Width(), before.Width(), step * before.Width()},
		"After": {got.After.Value, after.Value, step}, "the width of After": {got.After.Width(), after.Width(), step * after.Width()},
		"Level": {got.Level, level, step},
	} {
		if math.Abs(v.got-v.want) > v.tol {
			t.Errorf("%s is %.6g, by brute force %.6g", name, v.got, v.want)
		}
	}
}
