// Package fit has the statistics that the claims rest on: straight lines, power laws, a breakpoint and means, each with a
// 95 % confidence interval.
//
// Points come from training runs. The runs of one seed share data, initialisation and the draws of every estimate, so their
// errors are correlated, and n points of k seeds are not n independent observations. [LineOverSeeds], [PowerLaw] and
// [Breakpoint] are told the seed of every point and say what they make of it.
//
// Student's t and Fisher's F are gonum's (stat/distuv). The textbook is Seber and Lee, Linear Regression Analysis, 2nd ed.
package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is an estimate with its 95 % confidence interval.
type Interval struct{ Value, Lo, Hi float64 }

// Width is Hi − Lo.
func (i Interval) Width() float64 { return i.Hi - i.Lo }

// Student is the 97.5 % quantile of Student's distribution: a 95 % interval reaches so many standard errors to each
// side. Below one degree of freedom there is none: infinity.
func Student(freedom float64) float64 {
	if freedom < 1 {
		return math.Inf(1)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.975)
}

// around is value ± t·stderr, t of [Student].
func around(value, stderr, freedom float64) Interval {
	half := Student(freedom) * stderr
	return Interval{value, value - half, value + half}
}

// finite refuses values that are NaN or infinite.
func finite(name string, values []float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s[%d] is %g: leave out what is not finite before fitting", name, i, v)
		}
	}
	return nil
}
