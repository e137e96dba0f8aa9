package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"eoss/internal/record"
)

// mostDensities is how many of a run's densities are drawn, one below the other.
const mostDensities = 3

// Densities draws the spectral density of the full-batch Hessian, (1/P) Σᵢ N(λ; λᵢ, σ²) for P parameters, at the first, a middle and the last step
// at which the run measured it, on a logarithmic axis down to a tenth of the height of one eigenvalue, 1/(P·σ√2π), and the threshold of λmax as a
// dashed line (see [Trajectory]).
//
// It is [ErrNothing] when the run has measured none.
func Densities(r *Run) (*Sheet, error) {
	all, err := record.ReadDensities(r.Dir)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w of %s: name spectral_density in EOSS_MEASURE and run again", ErrNothing, r.Dir)
	}
	lr, err := r.positive("EOSS_LR")
	if err != nil {
		return nil, err
	}
	levels, err := r.levels(map[string]bool{"lambda_max": true}, lr)
	if err != nil {
		return nil, err
	}
	var rows [][]*frame
	for _, d := range evenly(all, mostDensities) {
		f := newFrame("eigenvalue λ of the full-batch Hessian", "spectral density", false, true)
		f.density(d, r.Config.Params)
		for _, l := range levels {
			at := l.times / lr
			f.x.include(at)
			f.vertical(at, l.label+" = "+PlainNumber(at), threshold(l.dashes...))
		}
		rows = append(rows, []*frame{f})
	}
	shareX(rows)
	return newSheet(caption(r), figureWidth, vg.Length(1.2+1.7*float64(len(rows)))*vg.Inch, rows...), nil
}

// shareX gives frames below one another one axis, labelled below the last.
func shareX(rows [][]*frame) {
	last := rows[len(rows)-1][0]
	for _, row := range rows {
		last.x.include(row[0].x.lo, row[0].x.hi)
	}
	for _, row := range rows[:len(rows)-1] {
		row[0].upperOf(last)
	}
}

// density adds the curve of d, cut below a tenth of the height of one eigenvalue of params.
func (f *frame) density(d record.Density, params int) {
	least := 1 / (10 * math.Sqrt(2*math.Pi) * d.Width * float64(max(1, params)))
	points := make([]Measured, len(d.Grid))
	for i, x := range d.Grid {
		points[i] = Measured{X: x, Y: d.Density[i]}
		if d.Density[i] < least {
			points[i].Y = math.NaN()
		}
	}
	line := draw.LineStyle{Color: blue, Width: 1}
	for _, stretch := range f.stretches(points) {
		f.widen(stretch)
		f.Add(path{points: stretch, LineStyle: line})
	}
	f.entries = append(f.entries, entry{label: "at step " + PlainNumber(float64(d.Step)), sample: path{LineStyle: line}})
}

// evenly keeps at most n of the list: the first, the last, and others evenly between.
func evenly[E any](list []E, n int) []E {
	if len(list) <= n {
		return list
	}
	kept := make([]E, n)
	for i := range kept {
		kept[i] = list[i*(len(list)-1)/(n-1)]
	}
	return kept
}
