package curvature

import (
	"math"

	"eoss/graph"
)

// GradientVariance writes the diagonal of S, the population covariance (÷ n) of the per-sample gradients ∇ℓ_i over the
// samples d at θ, into diag and g = ∇L into grad, and returns tr S. The batch noise of n samples is S/b (with replacement;
// without, times (n−b)/(n−1)).
//
// S_pp = (1/n) Σ_i (∂ℓ_i/∂θ_p)² − g_p². For linear layers the sum costs one matrix product more than the gradient (on the
// paper's MLP the whole takes a fifth longer than a gradient); other parameters (of convolutions, and of whatever enters the
// network in another way) take a gradient sample by sample, n runs of the network with batches of one: some thirty gradients.
func (o *Objective[T]) GradientVariance(diag, grad, theta []T, d Data[T]) (trace float64, err error) {
	for _, flat := range [][]T{diag, grad, theta} {
		if err := o.check(len(flat), len(d.X), len(d.Y), d.N); err != nil {
			return 0, err
		}
	}
	s, err := o.squares()
	if err != nil {
		return 0, err
	}
	clear(diag)
	clear(grad)
	err = o.chunks(d.N, func(lo, hi int) error { return o.addSquares(s, diag, grad, theta, d.Rows(lo, hi)) })
	if err == nil {
		err = o.addSingly(s, diag, theta, d)
	}
	n := float64(d.N)
	for i, sum := range grad {
		g := float64(sum) / n
		v := math.Max(0, float64(diag[i])/n-g*g)
		grad[i], diag[i] = T(g), T(v)
		trace += v
	}
	return trace, err
}

// squares are the programs of GradientVariance: which parameters have the short cut depends on the network.
type squares struct {
	short  *recipe // adds Σ ∇ℓ_i and the sums of squares that have a short cut
	single *recipe // the gradients of one sample that have none
	has    []bool  // by parameter tensor
}

func (o *Objective[T]) squares() (*squares, error) {
	if o.perSample != nil {
		return o.perSample, nil
	}
	q := &squares{has: make([]bool, len(o.Params))}
	q.short = &recipe{adding: true, build: func(s symbols) []*graph.Node {
		all := graph.SumOfSquares(s.losses, s.theta)
		for i := range all {
			q.has[i] = all[i] != nil
		}
		ones := graph.Affine(s.losses, 0, 1)
		g := graph.VJP([]*graph.Node{s.losses}, []*graph.Node{ones}, s.theta)
		return append(g, pick(q, all, true)...)
	}}
	q.single = &recipe{build: func(s symbols) []*graph.Node {
		return graph.Gradient(s.loss, pick(q, s.theta, false))
	}}
	if _, err := o.program(q.short, 1, 1); err != nil { // finds out what has a short cut
		return nil, err
	}
	o.perSample = q
	return q, nil
}

// pick returns the entries of the list, one per parameter tensor, of tensors that have, or lack, a short cut.
func pick[E any](q *squares, list []E, short bool) (picked []E) {
	for i, e := range list {
		if q.has[i] == short {
			picked = append(picked, e)
		}
	}
	return picked
}

// parts cuts a flat vector into the parameter tensors.
func (o *Objective[T]) parts(flat []T) (parts [][]T) {
	for _, s := range o.Params {
		parts, flat = append(parts, flat[:s.TotalSize()]), flat[s.TotalSize():]
	}
	return parts
}

// addSquares adds a chunk's Σ ∇ℓ_i to grad and its sums of squares to diag.
func (o *Objective[T]) addSquares(s *squares, diag, grad, theta []T, d Data[T]) error {
	p, err := o.program(s.short, d.N, 1)
	if err != nil {
		return err
	}
	if err := p.bind(theta, d); err != nil {
		return err
	}
	for i, part := range append(o.parts(grad), pick(s, o.parts(diag), true)...) {
		if err := p.BindOutput(i, part); err != nil {
			return err
		}
	}
	p.Run()
	return nil
}

// addSingly adds the squares of the gradients that have no short cut, sample by sample.
func (o *Objective[T]) addSingly(s *squares, diag, theta []T, d Data[T]) error {
	to := pick(s, o.parts(diag), false)
	if len(to) == 0 {
		return nil
	}
	p, err := o.program(s.single, 1, 1)
	if err != nil {
		return err
	}
	g, sum := make([][]T, len(to)), make([][]float64, len(to))
	for i := range to {
		g[i], sum[i] = make([]T, len(to[i])), make([]float64, len(to[i]))
		if err := p.BindOutput(i, g[i]); err != nil {
			return err
		}
	}
	for i := range d.N {
		if err := p.bind(theta, d.Rows(i, i+1)); err != nil {
			return err
		}
		p.Run()
		for k := range g {
			for j, x := range g[k] {
				sum[k][j] += float64(x) * float64(x)
			}
		}
	}
	for k := range sum {
		for j, x := range sum[k] {
			to[k][j] = T(x)
		}
	}
	return nil
}
