package fit

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Point is a measurement. Points of one Seed (of one network, one subset of the data, …) may share their errors; those of
// different seeds are independent.
type Point struct {
	X, Y float64
	Seed int
}

// PowerFit is the power law y = e^{Intercept} · x^{Exponent}.
type PowerFit struct {
	// Exponent is the wider of the two intervals below, and the one to report. With Intercept the law goes through the mean of all (log x, log y).
	Exponent  Interval
	Intercept float64

	// Pooled is the line through all points (log x, log y), as if they were independent.
	Pooled LineFit

	// SeedSlopes are the slopes of the seeds alone, in the order of the seeds; SeedMean is their mean with Student's interval
	// over the seeds. SeedMean is the zero Interval when fewer than two seeds have a slope.
	SeedSlopes []float64
	SeedMean   Interval

	Dropped int // points that were left out: x or y was not a positive finite number
}

// PowerLaw fits a power law by least squares on the logarithms: slope and intercept of log y against log x (see [Line]).
//
// Points of one seed are correlated, so that the pooled interval is too narrow wherever seeds differ in slope. Each seed's own slope is one independent
// observation whatever happens within the seed, and [MeanCI] of these is honest with few seeds too, at the price of a wide t(k−1). Neither is always the wider; the exponent's interval is the wider of
// the two. With a single seed only the pooled one exists: it says how straight that seed's points are and nothing of other
// seeds. Seeds with fewer than two different x count in the pooled fit alone.
//
// It is an error when fewer than three positive points or two different x are left.
func PowerLaw(points []Point) (PowerFit, error) {
	var fit PowerFit
	logs := logarithms(points)
	fit.Dropped = len(points) - len(logs)
	x, y := columns(logs)
	var err error
	if fit.Pooled, err = Line(x, y, nil); err != nil {
		return PowerFit{}, fmt.Errorf("power law through %d points, of which %d are not positive: %w", len(points), fit.Dropped, err)
	}
	for _, seed := range bySeed(logs) {
		x, y := columns(seed)
		if countDifferent(x) > 1 {
			_, slope := stat.LinearRegression(x, y, nil, false)
			fit.SeedSlopes = append(fit.SeedSlopes, slope)
		}
	}
	fit.Exponent = fit.Pooled.Slope
	if len(fit.SeedSlopes) > 1 {
		if fit.SeedMean, err = MeanCI(fit.SeedSlopes); err != nil {
			return PowerFit{}, err
		}
		if fit.SeedMean.Width() > fit.Exponent.Width() {
			fit.Exponent = fit.SeedMean
		}
	}
	fit.Intercept = stat.Mean(y, nil) - fit.Exponent.Value*stat.Mean(x, nil)
	return fit, nil
}

// At is the law at x.
func (f PowerFit) At(x float64) float64 { return math.Exp(f.Intercept + f.Exponent.Value*math.Log(x)) }

// logarithms transforms points and leaves out those that have no finite logarithm.
func logarithms(points []Point) []Point {
	var logs []Point
	for _, p := range points {
		p.X, p.Y = math.Log(p.X), math.Log(p.Y)
		if finite("", []float64{p.X, p.Y}) == nil {
			logs = append(logs, p)
		}
	}
	return logs
}

func columns(points []Point) (x, y []float64) {
	for _, p := range points {
		x, y = append(x, p.X), append(y, p.Y)
	}
	return x, y
}

// bySeed groups points by seed, seeds rising.
func bySeed(points []Point) [][]Point {
	groups := map[int][]Point{}
	for _, p := range points {
		groups[p.Seed] = append(groups[p.Seed], p)
	}
	var sorted [][]Point
	for _, seed := range slices.Sorted(maps.Keys(groups)) {
		sorted = append(sorted, groups[seed])
	}
	return sorted
}
