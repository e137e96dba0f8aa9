package curvature

import "math"

// accuracy is how well an eigenvalue is to be known, relative to it: Tol and ErrTol of EigenOptions.
type accuracy struct{ tol, errTol float64 }

func (o EigenOptions[T]) accuracy() accuracy { return accuracy{o.Tol, o.ErrTol} }

// reached is the rule by which every search for an eigenpair of A ends: with r = ‖Ay − λy‖ and the gap from λ to the next eigenvalue,
//
//	r ≤ max(tol·|λ|, rounding)   or   r < gap and r²/gap ≤ errTol·|λ|.
//
// There is nothing to gain below the rounding of a product. The second is the bound on λ's own error (Parlett, The Symmetric
// Eigenvalue Problem, section 11.7).
func (a accuracy) reached(lambda, r, gap, rounding float64) bool {
	lambda = math.Abs(lambda)
	return r <= math.Max(a.tol*lambda, rounding) || gap > r && r*r/gap <= a.errTol*lambda
}
