package scaling

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

// swept is the mlp's sweep with what its runs settled at, of which Figures 6, 9 and 13 to 15 are.
type swept struct {
	family
	planned  []study.Run
	list     []levels
	diverged []string
}

func sweepOf(s *study.Set, r *study.Results) (swept, error) {
	f := families(s)[0]
	list, diverged, err := f.settled(r)
	return swept{f, f.runs(s), list, diverged}, err
}

// caption says what was trained and how far it came, since few runs of a sweep converge; then the runs that diverged, and the notes.
func (w swept) caption(title string, notes ...string) string {
	parts := []string{caption(title, w.planned)}
	if len(w.list) > 0 {
		parts = append(parts, endsOfLevels(w.list).loss())
	}
	parts = slices.Concat(parts, w.diverged, notes)
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

// ofSeed are the runs of the k-th seed.
func (w swept) ofSeed(k int) (own []levels) {
	for _, l := range w.list {
		if l.seed == k {
			own = append(own, l)
		}
	}
	return own
}

// missing are the batch sizes of which no run is left.
func (w swept) missing() (sizes []float64) {
	for _, run := range w.planned {
		b := run.Variables.Number("EOSS_BATCH")
		if !slices.ContainsFunc(w.list, func(l levels) bool { return float64(l.b) == b }) && !slices.Contains(sizes, b) {
			sizes = append(sizes, b)
		}
	}
	return sizes
}

// gaps are those of all runs, a group for every seed; of takes them from a seed's runs.
func (w swept) gaps(of func([]levels) []level) (all []fit.Point, groups []plots.GapGroup) {
	for k, seed := range w.seeds {
		p := of(w.ofSeed(k))
		g := plots.GapGroup{Label: fmt.Sprintf("seed %d", seed.seed)}
		for _, x := range p {
			g.Points = append(g.Points, x.measured())
		}
		all, groups = append(all, points(p)...), append(groups, g)
	}
	return all, groups
}

// toLargest is the gap of λmax to its largest plateau over b (Figure 9, left), where it is not zero.
func toLargest(own []levels) (all []level) {
	if len(own) == 0 {
		return nil
	}
	top := sharpest(own)
	for _, l := range own {
		if l.b != top.b {
			d := study.Difference([]experiments.Interval{top.lambda.Mean}, []experiments.Interval{l.lambda.Mean})
			all = append(all, level{l.b, l.seed, d[0]})
		}
	}
	return all
}

// sharpest is the run whose λmax is the largest.
func sharpest(own []levels) levels {
	return slices.MaxFunc(own, func(a, b levels) int { return cmp.Compare(a.lambda.Mean.Value, b.lambda.Mean.Value) })
}

// largestAt says which batch size toLargest leaves out, of every seed where they differ.
func (w swept) largestAt() string {
	var sizes []int
	var each []string
	for k, seed := range w.seeds {
		if own := w.ofSeed(k); len(own) > 0 {
			b := sharpest(own).b
			sizes, each = append(sizes, b), append(each, fmt.Sprintf("%d (seed %d)", b, seed.seed))
		}
	}
	if len(sizes) == 0 {
		return ""
	}
	text := strings.Join(each, ", ")
	if sizes = slices.Compact(sizes); len(sizes) == 1 {
		text = fmt.Sprint(sizes[0])
	}
	return "λ_{max} is largest at b = " + text + ", which has no gap to itself"
}
