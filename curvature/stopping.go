package curvature

import "math"

// stopping is the rule that ends an estimate: the 95 % interval by Student's t is no wider than that of a relative
// standard error of relErr with many draws. Draws that are all zero have no relative error: they go on as long as there are more.
//
// A rule that looks at its own data stops on lucky streaks, and their intervals miss too often. Most of the harm comes from
// streaks among the first few draws: with looks from the second on, 95 % intervals cover 89 % of the time (normal draws),
// with the first look at the eighth 93 %. Between looks the number of draws grows by a quarter.
type stopping struct {
	relErr   float64 // 0 never stops
	min, max int
	look     int // the number of draws at which the rule looks next
}

// firstLook is the number of draws before which the rule does not look, unless there are no more.
const firstLook = 8

// met says whether n draws are enough for every estimate.
func (s *stopping) met(n int, estimates func() []Estimate) bool {
	if s.relErr <= 0 || n < max(s.look, s.min, firstLook) && n < s.max {
		return false
	}
	s.look = n + max(1, n/4)
	for _, e := range estimates() {
		if e.StdErr == 0 {
			if e.Mean == 0 && n < s.max { // as when few batches have a loss at all
				return false
			}
			continue
		}
		if h := studentT(e.N) / normalQuantile * e.StdErr; !(h <= s.relErr*math.Abs(e.Mean)) {
			return false
		}
	}
	return true
}

// normalQuantile is the 0.975 quantile of the normal distribution.
const normalQuantile = 1.959964
