package curvature

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a mean over draws, with its standard error.
type Estimate struct {
	Mean   float64
	StdErr float64
	N      int
}

// RelErr returns the standard error relative to the mean.
func (e Estimate) RelErr() float64 { return e.StdErr / math.Abs(e.Mean) }

// CI95 returns the 95 % confidence interval of the mean, by Student's t with N−1 degrees of freedom.
func (e Estimate) CI95() (lo, hi float64) {
	h := e.StdErr
	if h != 0 {
		h *= studentT(e.N)
	}
	return e.Mean - h, e.Mean + h
}

// studentT is the 0.975 quantile of Student's t for n draws; infinite for one.
func studentT(n int) float64 {
	if n < 2 {
		return math.Inf(1)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
}

// over divides by a number that is known exactly.
func (e Estimate) over(x float64) Estimate {
	return Estimate{e.Mean / x, e.StdErr / math.Abs(x), e.N}
}

// finite returns ErrNotFinite unless all the numbers are finite.
func finite(x ...float64) error {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ErrNotFinite
		}
	}
	return nil
}

// moments accumulates the means and covariance of pairs (x, y) (Welford's update).
type moments struct {
	exact      bool // one draw tells everything: no error
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

// mean estimates E[x]; of no draws it is NaN.
func (m *moments) mean() Estimate { return m.estimate(m.x, m.xx) }

// meanY estimates E[y].
func (m *moments) meanY() Estimate { return m.estimate(m.y, m.yy) }

func (m *moments) estimate(mean, squares float64) Estimate {
	if m.n == 0 {
		mean = math.NaN()
	}
	return Estimate{mean, m.stdErr(squares), m.n}
}

// ratio estimates E[x]/E[y] by the ratio of the means; its standard error is that of x − r·y
// divided by E[y] (the delta method).
func (m *moments) ratio() Estimate {
	r := m.x / m.y
	v := m.xx - 2*r*m.xy + r*r*m.yy
	return Estimate{r, m.stdErr(math.Max(v, 0)) / math.Abs(m.y), m.n}
}

// stdErr is the standard error of a mean whose draws have this sum of squared deviations.
func (m *moments) stdErr(squares float64) float64 {
	if m.exact {
		return 0
	}
	n := float64(m.n)
	return math.Sqrt(squares / (n * (n - 1)))
}
