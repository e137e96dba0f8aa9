package curvature

import "math"

// Estimate is a mean over draws, with its standard error.
type Estimate struct {
	Mean   float64
	StdErr float64
	N      int
}

// RelErr returns the standard error relative to the mean.
func (e Estimate) RelErr() float64 { return e.StdErr / math.Abs(e.Mean) }

// moments accumulates the means and covariance of pairs (x, y) (Welford's update).
type moments struct {
	n          int
	x, y       float64
	xx, xy, yy float64
}

func (m *moments) add(x, y float64) {
	m.n++
	dx, dy := x-m.x, y-m.y
	m.x += dx / float64(m.n)
	m.y += dy / float64(m.n)
	m.xx += dx * (x - m.x)
	m.xy += dx * (y - m.y)
	m.yy += dy * (y - m.y)
}

// mean estimates E[x].
func (m *moments) mean() Estimate {
	n := float64(m.n)
	return Estimate{m.x, math.Sqrt(m.xx / (n * (n - 1))), m.n}
}

// ratio estimates E[x]/E[y] by the ratio of the means; its standard error is that of x − r·y
// divided by E[y] (the delta method).
func (m *moments) ratio() Estimate {
	n, r := float64(m.n), m.x/m.y
	v := m.xx - 2*r*m.xy + r*r*m.yy
	return Estimate{r, math.Sqrt(math.Max(v, 0)/(n*(n-1))) / math.Abs(m.y), m.n}
}
