package fit

import (
	"fmt"
	"math"
)

// PowerFit is the power law y = e^{Intercept} · x^{Exponent}. With Intercept it goes through the mean of all (log x, log y).
type PowerFit struct {
	Exponent Interval // Slope
	SeedsFit          // through all (log x, log y)
	Dropped  int      // points that were left out: x or y was not a positive finite number
}

// PowerLaw fits a power law by least squares on the logarithms: slope and intercept of log y against log x, as [LineOverSeeds] does.
//
// It is an error when fewer than three positive points or two different x are left.
func PowerLaw(points []Point) (PowerFit, error) {
	logs := logarithms(points)
	fit := PowerFit{Dropped: len(points) - len(logs)}
	var err error
	if fit.SeedsFit, err = LineOverSeeds(logs); err != nil {
		return PowerFit{}, fmt.Errorf("power law through %d points, of which %d are not positive: %w", len(points), fit.Dropped, err)
	}
	fit.Exponent = fit.Slope
	return fit, nil
}

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
