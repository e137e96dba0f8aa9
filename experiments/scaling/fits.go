package scaling

import (
	"fmt"
	"math"

	"eoss/experiments"
	"eoss/internal/fit"
	"eoss/plots"
)

// power fits gap ∝ v^s to the points with b in a range, v being the variable of b, and returns the exponent and what a figure draws.
func power(all []fit.Point, of plots.Variable, lo, hi float64) (fit.PowerFit, plots.GapFit, error) {
	kept := between(all, lo, hi)
	moved := make([]fit.Point, len(kept))
	for i, p := range kept {
		moved[i] = fit.Point{X: of.At(p.X), Y: p.Y, Seed: p.Seed}
	}
	f, err := fit.PowerLaw(moved)
	if err != nil {
		return f, plots.GapFit{}, fmt.Errorf("b from %g to %g: %w", lo, hi, err)
	}
	return f, plots.GapFit{Of: of, Log: true, Intercept: f.Intercept, Slope: f.Exponent.Value,
		SlopeLo: f.Exponent.Lo, SlopeHi: f.Exponent.Hi, R2: f.Pooled.R2, Range: plots.Range{From: lo, To: hi}}, nil
}

// line fits gap = a + s·v to the points with b in a range.
func line(all []fit.Point, of plots.Variable, lo, hi float64) (plots.GapFit, error) {
	var moved []fit.Point
	for _, p := range between(all, lo, hi) {
		if !math.IsNaN(p.Y) {
			moved = append(moved, fit.Point{X: of.At(p.X), Y: p.Y, Seed: p.Seed})
		}
	}
	f, err := fit.LineOverSeeds(moved)
	if err != nil {
		return plots.GapFit{}, fmt.Errorf("b from %g to %g: %w", lo, hi, err)
	}
	return plots.GapFit{Of: of, Intercept: f.Intercept, Slope: f.Slope.Value, SlopeLo: f.Slope.Lo, SlopeHi: f.Slope.Hi,
		R2: f.Pooled.R2, Range: plots.Range{From: lo, To: hi}}, nil
}

// bentLaw is what a figure draws of the bend of λmax, in a unit.
func bentLaw(bend fit.BreakFit, unit float64) *plots.BentLaw {
	return &plots.BentLaw{Of: "λ_{max}", At: bend.At.Value, Level: bend.Height(bend.At.Value) / unit,
		Before: plots.Exponent(bend.Before), After: plots.Exponent(bend.After), R2: bend.R2}
}

func interval(i fit.Interval) experiments.Interval {
	return experiments.Interval{Value: experiments.Real(i.Value), Lo: experiments.Real(i.Lo), Hi: experiments.Real(i.Hi)}
}
