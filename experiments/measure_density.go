package experiments

import (
	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// Of a spectral density: Lanczos runs from random vectors, products in each, and points of the grid.
const (
	densityProbes = 5
	densitySteps  = 40
	densityPoints = 500
)

// spectralDensity follows the spectral density of the full-batch Hessian, (1/P) Σ_i N(λ; λ_i, σ²), by stochastic Lanczos
// quadrature. The curve goes to the folder spectral_density of the run directory, a file a step; the rows are its moments
// (1/P) tr H and (1/P) tr H², which the quadrature gives without smoothing.
type spectralDensity[T graph.Float] struct{}

func startDensity[T graph.Float](*Problem[T]) (measurement[T], error) {
	return spectralDensity[T]{}, nil
}

func (spectralDensity[T]) measure(m *Moment[T]) ([]record.Row, error) {
	h, err := m.hessian()
	if err != nil {
		return nil, err
	}
	seed := m.Config.SeedOrder + uint64(m.Step)
	d, err := curvature.SpectralDensity(h, curvature.DensityOptions{Probes: densityProbes, Steps: densitySteps, Points: densityPoints, Seed: seed})
	if err != nil {
		return nil, err
	}
	mean, square := m.estimate("spectral_density_mean", d.Moments[0]), m.estimate("spectral_density_mean_square", d.Moments[1])
	mean.Seed, square.Seed, mean.Products = seed, seed, d.Products
	rows := []record.Row{mean, square}
	if m.Dir == "" { // a measurement that is only printed
		return rows, nil
	}
	return rows, record.WriteDensity(m.Dir, record.Density{Step: m.Step, Grid: d.Grid, Density: d.Value,
		StdErr: d.StdErr, Width: d.Width, Probes: densityProbes, Products: d.Products, Seed: seed})
}
