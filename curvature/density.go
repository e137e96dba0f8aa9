package curvature

import (
	"fmt"
	"math"

	"eoss/graph"
)

// DensityOptions steer SpectralDensity. Zero fields take the values in brackets.
type DensityOptions struct {
	Probes int     // random start vectors [10]
	Steps  int     // Lanczos steps, one product each, from every one of them [80]
	Points int     // of the grid [2000]
	Width  float64 // σ of the Gaussians, as a share of the spectrum's range [0.005]
	Seed   uint64
}

// Density is the spectral density of a symmetric matrix of size P, (1/P) Σ_i N(λ; λ_i, σ²), on a grid that reaches five σ
// beyond the outermost Ritz values.
type Density struct {
	Grid   []float64
	Value  []float64 // density at the grid's points; it integrates to 1
	StdErr []float64 // over the probes
	Width  float64   // σ
	// Moments are (1/P) tr A and (1/P) tr A², which the quadrature of two steps or more reproduces exactly for each probe: to be checked against
	// a trace estimated otherwise.
	Moments  [2]Estimate
	Products int
}

// SpectralDensity estimates the spectral density of a by stochastic Lanczos quadrature (Golub and Welsch 1969; Lin, Saad and
// Yang 2016): m Lanczos steps from a random unit vector v give nodes θ_k and weights τ_k² with
// v·f(A)v = Σ_k τ_k² f(θ_k) for every polynomial f of degree below 2m, and E[v·f(A)v] = (1/P) tr f(A).
func SpectralDensity[T graph.Float](a Operator[T], opt DensityOptions) (Density, error) {
	setDefault(&opt.Probes, 10)
	setDefault(&opt.Steps, 80)
	setDefault(&opt.Points, 2000)
	if opt.Width == 0 {
		opt.Width = 0.005
	}
	if opt.Steps < 1 {
		return Density{}, fmt.Errorf("curvature: a spectral density from %d Lanczos steps", opt.Steps)
	}
	if opt.Probes < 2 {
		return Density{}, fmt.Errorf("curvature: a spectral density from %d probe: at least 2 are needed for a standard error", opt.Probes)
	}
	// The grid spans the range and ten σ; points σ apart integrate a Gaussian to 1e-8.
	if spacing := (1 + 10*opt.Width) / float64(opt.Points-1); spacing > opt.Width || opt.Points < 2 {
		return Density{}, fmt.Errorf("curvature: %d grid points are too few for Gaussians of width %g: take %d", opt.Points, opt.Width, 12+int(1/opt.Width))
	}
	q, memory := make([]quadrature, opt.Probes), memoryOf(a, min(opt.Steps, a.Dim())+1)
	for i := range q {
		var err error
		if q[i], err = lanczosQuadrature(a, opt.Steps, opt.Seed<<16+uint64(i), memory); err != nil {
			return Density{}, err
		}
	}
	return density(q, opt), nil
}

// quadrature is v·f(A)v = Σ_k weights[k] f(nodes[k]).
type quadrature struct{ nodes, weights []float64 }

func lanczosQuadrature[T graph.Float](a Operator[T], steps int, seed uint64, memory *vectors[T]) (quadrature, error) {
	steps = min(steps, a.Dim())
	l, err := newLanczos(a, EigenOptions[T]{Basis: max(steps, 4), Seed: seed, vectors: memory})
	if err != nil {
		return quadrature{}, err
	}
	defer func() { memory.give(append(l.v, l.w)...) }()
	for {
		if err := l.next(); err != nil {
			return quadrature{}, err
		}
		if len(l.v) == steps {
			break
		}
		l.extend()
	}
	l.solve()
	q := quadrature{nodes: l.values}
	for _, y := range l.vectors {
		q.weights = append(q.weights, y[0]*y[0])
	}
	return q, nil
}

func density(q []quadrature, opt DensityOptions) Density {
	lo, hi := math.Inf(1), math.Inf(-1)
	var d Density
	var first, second moments
	for _, p := range q {
		lo, hi = min(lo, p.nodes[len(p.nodes)-1]), max(hi, p.nodes[0])
		d.Products += len(p.nodes)
		first.add(p.sum(func(x float64) float64 { return x }), 1)
		second.add(p.sum(func(x float64) float64 { return x * x }), 1)
	}
	d.Moments = [2]Estimate{first.mean(), second.mean()}
	if hi == lo { // a multiple of the identity
		hi, lo = hi+math.Max(math.Abs(hi), 1)/2, lo-math.Max(math.Abs(lo), 1)/2
	}
	d.Width = opt.Width * (hi - lo)
	lo, hi = lo-5*d.Width, hi+5*d.Width
	for i := range opt.Points {
		x := lo + (hi-lo)*float64(i)/float64(opt.Points-1)
		var m moments
		for _, p := range q {
			m.add(p.sum(func(node float64) float64 { return gaussian((x - node) / d.Width) }), 1)
		}
		e := m.mean()
		d.Grid = append(d.Grid, x)
		d.Value = append(d.Value, e.Mean/d.Width)
		d.StdErr = append(d.StdErr, e.StdErr/d.Width)
	}
	return d
}

func (q quadrature) sum(f func(x float64) float64) float64 {
	s := 0.0
	for k, w := range q.weights {
		s += w * f(q.nodes[k])
	}
	return s
}

func gaussian(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
