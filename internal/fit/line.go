package fit

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// LineFit is the line y = Intercept + Slope·x.
type LineFit struct {
	Intercept, Slope Interval
	R2               float64 // 1 − Σ w r² / Σ w (y − ȳ)²; 1 for a constant y that is met
	N                int     // points
}

// Line fits a line by least squares, with weights w ∝ 1/σ² of the values y, or w = nil for equal ones:
//
//	slope = Sxy/Sxx ± t(n−2)·σ̂/√Sxx,   intercept = ȳ − slope·x̄ ± t(n−2)·σ̂·√(1/Σw + x̄²/Sxx),
//	σ̂² = Σ w r² / (n − 2),   Sxx = Σ w (x − x̄)²,   Sxy = Σ w (x − x̄)(y − ȳ)
//
// (Seber and Lee, chapter 6). The weights need only be right up to a factor, since σ̂ is estimated. The intervals are exact for
// independent normal errors. It is an error when there are fewer than three points or fewer than two different x, when the
// lengths differ, when a value is not finite, or when a weight is not positive.
func Line(x, y, w []float64) (LineFit, error) {
	if err := checkLine(x, y, w); err != nil {
		return LineFit{}, err
	}
	n := float64(len(x))
	intercept, slope := stat.LinearRegression(x, y, w, false)
	var sum, sxx, syy, rss float64
	mx, my := stat.Mean(x, w), stat.Mean(y, w)
	for i := range x {
		weight := 1.0
		if w != nil {
			weight = w[i]
		}
		r := y[i] - my - slope*(x[i]-mx)
		sum += weight
		sxx += weight * (x[i] - mx) * (x[i] - mx)
		syy += weight * (y[i] - my) * (y[i] - my)
		rss += weight * r * r
	}
	sigma := math.Sqrt(rss / (n - 2))
	fit := LineFit{
		Slope:     around(slope, sigma/math.Sqrt(sxx), n-2),
		Intercept: around(intercept, sigma*math.Sqrt(1/sum+mx*mx/sxx), n-2),
		R2:        1, N: len(x),
	}
	if syy > 0 {
		fit.R2 = 1 - rss/syy
	}
	return fit, nil
}

// ErrFewPoints is that of a fit whose points leave no freedom.
var ErrFewPoints = errors.New("points do not make a line with an interval: give three or more")

// ErrOnePlace is that of a fit whose points stand above each other.
var ErrOnePlace = errors.New("a line needs two different ones")

func checkLine(x, y, w []float64) error {
	if len(x) != len(y) || w != nil && len(w) != len(x) {
		return fmt.Errorf("%d x, %d y and %d weights: give one of each a point", len(x), len(y), len(w))
	}
	if len(x) < 3 {
		return fmt.Errorf("%d %w", len(x), ErrFewPoints)
	}
	for _, v := range []struct {
		name   string
		values []float64
	}{{"x", x}, {"y", y}, {"weights", w}} {
		if err := finite(v.name, v.values); err != nil {
			return err
		}
	}
	for i, weight := range w {
		if !(weight > 0) {
			return fmt.Errorf("weights[%d] is %g: weights are 1/σ² and positive", i, weight)
		}
	}
	if countDifferent(x) < 2 {
		return fmt.Errorf("every point has x = %g: %w", x[0], ErrOnePlace)
	}
	return nil
}

func countDifferent(x []float64) int {
	seen := map[float64]bool{}
	for _, v := range x {
		seen[v] = true
	}
	return len(seen)
}
