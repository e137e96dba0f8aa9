package fit

import (
	"maps"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Point is a measurement. Points of one Seed (of one network, one subset of the data, …) may share their errors; those of
// different seeds are independent.
type Point struct {
	X, Y float64
	Seed int
}

// SeedsFit is the line y = Intercept + Slope·x through the points of several seeds.
type SeedsFit struct {
	// Slope is the wider of the two intervals below, and the one to report. With Intercept the line goes through the mean of all points.
	Slope     Interval
	Intercept float64

	// Pooled is the line through all points, as if they were independent.
	Pooled LineFit

	// SeedSlopes are the slopes of the seeds alone, in the order of the seeds; SeedMean is their mean with Student's interval
	// over the seeds. SeedMean is the zero Interval when fewer than two seeds have a slope.
	SeedSlopes []float64
	SeedMean   Interval
}

// LineOverSeeds fits a line by least squares to the points of several seeds (see [Line]).
//
// Points of one seed are correlated, so that the pooled interval is too narrow wherever seeds differ in slope. Each seed's own
// slope is one independent observation whatever happens within the seed, and [MeanCI] of these is honest with few seeds too, at
// the price of a wide t(k−1). Neither is always the wider; the slope's interval is the wider of the two. With a single seed only
// the pooled one exists: it says how straight that seed's points are and nothing of other seeds. Seeds with fewer than two
// different x count in the pooled fit alone.
//
// It is an error when there are fewer than three points or fewer than two different x, or when a value is not finite.
func LineOverSeeds(points []Point) (SeedsFit, error) {
	var fit SeedsFit
	x, y := columns(points)
	var err error
	if fit.Pooled, err = Line(x, y, nil); err != nil {
		return SeedsFit{}, err
	}
	for _, seed := range bySeed(points) {
		x, y := columns(seed)
		if countDifferent(x) > 1 {
			_, slope := stat.LinearRegression(x, y, nil, false)
			fit.SeedSlopes = append(fit.SeedSlopes, slope)
		}
	}
	fit.Slope = fit.Pooled.Slope
	if len(fit.SeedSlopes) > 1 {
		if fit.SeedMean, err = MeanCI(fit.SeedSlopes); err != nil {
			return SeedsFit{}, err
		}
		if fit.SeedMean.Width() > fit.Slope.Width() {
			fit.Slope = fit.SeedMean
		}
	}
	fit.Intercept = stat.Mean(y, nil) - fit.Slope.Value*stat.Mean(x, nil)
	return fit, nil
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
