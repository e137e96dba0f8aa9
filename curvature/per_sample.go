package curvature

import (
	"math"
	"slices"

	"eoss/graph"
)

// GradientVariance writes the diagonal of S, the population covariance (÷ n) of the per-sample gradients ∇ℓ_i over the
// samples d at θ, into diag and g = ∇L into grad, and returns tr S. The batch noise of n samples is S/b (with replacement;
// without, times (n−b)/(n−1)).
//
// S_pp = (1/n) Σ_i (∂ℓ_i/∂θ_p)² − g_p². For linear layers the sum costs one matrix product more than the gradient (on the
// paper's MLP the whole takes about half longer than a gradient); other parameters (of convolutions, and of whatever enters the
// network in another way) take a gradient sample by sample, n runs of the network with batches of one: some thirty gradients. The difference is one of sums in
// T: float32 knows S_pp to a few 10⁻⁶ g_p² only, so take float64 where the samples' gradients agree within a hundredth. Gradients that are
// not finite are ErrNotFinite.
func (o *Objective[T]) GradientVariance(diag, grad, theta []T, d Data[T]) (trace float64, err error) {
	_, trace, err = o.gradientVariance(diag, grad, theta, d, make([]T, 1))
	if err == nil {
		err = finite(trace)
	}
	return trace, err
}

// gradientVariance is GradientVariance with memory for one number of the caller's; it returns L too.
func (o *Objective[T]) gradientVariance(diag, grad, theta []T, d Data[T], scratch []T) (loss, trace float64, err error) {
	for _, size := range [...]int{len(diag), len(grad), len(theta)} {
		if err := o.check(size, len(d.X), len(d.Y), d.N); err != nil {
			return 0, 0, err
		}
	}
	s, err := o.squares()
	if err != nil {
		return 0, 0, err
	}
	clear(diag)
	clear(grad)
	n := float64(d.N)
	err = o.chunks(d.N, func(lo, hi int) error {
		sum, err := o.addSquares(s, diag, grad, theta, d.Rows(lo, hi), scratch)
		loss += sum / n
		return err
	})
	if err == nil {
		err = o.addSingly(s, diag, theta, d)
	}
	for i, sum := range grad {
		g := float64(sum) / n
		v := math.Max(0, float64(diag[i])/n-g*g)
		grad[i], diag[i] = T(g), T(v)
		trace += v
	}
	return loss, trace, err
}

// squares are the programs of GradientVariance: which parameters have the short cut depends on the network.
type squares[T graph.Float] struct {
	short  *recipe // adds Σ ℓ_i, Σ ∇ℓ_i and the sums of squares that have a short cut
	single *recipe // the gradients of one sample that have none
	has    []bool  // by parameter tensor

	grad [][]T       // of one sample, by parameter tensor; nil where there is a short cut
	sum  [][]float64 // of their squares
}

func (o *Objective[T]) squares() (*squares[T], error) {
	if o.perSample != nil {
		return o.perSample, nil
	}
	has, err := o.shortCuts()
	if err != nil {
		return nil, err
	}
	q := &squares[T]{has: has, grad: make([][]T, len(o.Params)), sum: make([][]float64, len(o.Params))}
	q.short = &recipe{adding: true, build: func(s symbols) []*graph.Node {
		ones := graph.Affine(s.losses, 0, 1)
		g := graph.VJP([]*graph.Node{s.losses}, []*graph.Node{ones}, s.theta)
		return slices.Concat([]*graph.Node{s.loss}, g, pick(has, graph.SumOfSquares(s.losses, s.theta), true))
	}}
	q.single = &recipe{build: func(s symbols) []*graph.Node {
		return graph.Gradient(s.loss, pick(has, s.theta, false))
	}}
	for i, sh := range o.Params {
		if !has[i] {
			q.grad[i], q.sum[i] = make([]T, sh.TotalSize()), make([]float64, sh.TotalSize())
		}
	}
	o.perSample = q
	return q, nil
}

// shortCuts says which parameter tensors have a short cut, for any number of samples: those that have it for one sample and for two, as a
// node with as many rows as samples in both cases has a row per sample.
func (o *Objective[T]) shortCuts() (has []bool, err error) {
	has = slices.Repeat([]bool{true}, len(o.Params))
	for m := 1; m <= 2 && err == nil; m++ {
		_, err = graph.Build[T](func(g *graph.Graph) {
			s := o.symbols(g, m, 1)
			for i, sum := range graph.SumOfSquares(s.losses, s.theta) {
				has[i] = has[i] && sum != nil
			}
		})
	}
	return has, err
}

// pick returns the entries of the list, one per parameter tensor, of tensors that have, or lack, a short cut.
func pick[E any](has []bool, list []E, short bool) (picked []E) {
	for i, e := range list {
		if has[i] == short {
			picked = append(picked, e)
		}
	}
	return picked
}

// addSquares adds a chunk's Σ ∇ℓ_i to grad and its sums of squares to diag, and returns Σ ℓ_i.
func (o *Objective[T]) addSquares(s *squares[T], diag, grad, theta []T, d Data[T], loss []T) (float64, error) {
	p, err := o.program(s.short, d.N, 1)
	if err != nil {
		return 0, err
	}
	out := 1 + len(o.Params)
	err = bindFlat(diag, p.s.theta, func(i int, part []T) error {
		if !s.has[i] {
			return nil
		}
		out++
		return p.BindOutput(out-1, part)
	})
	if err != nil {
		return 0, err
	}
	return o.evaluate(s.short, 1, theta, d, loss, grad)
}

// addSingly adds the squares of the gradients that have no short cut, sample by sample.
func (o *Objective[T]) addSingly(s *squares[T], diag, theta []T, d Data[T]) error {
	if !slices.Contains(s.has, false) {
		return nil
	}
	p, err := o.program(s.single, 1, 1)
	if err != nil {
		return err
	}
	out := 0
	for i, g := range s.grad {
		if !s.has[i] {
			if err := p.BindOutput(out, g); err != nil {
				return err
			}
			clear(s.sum[i])
			out++
		}
	}
	for i := range d.N {
		if err := p.bind(theta, d.Rows(i, i+1)); err != nil {
			return err
		}
		p.Run()
		for k, g := range s.grad {
			for j, x := range g {
				s.sum[k][j] += float64(x) * float64(x)
			}
		}
	}
	return bindFlat(diag, p.s.theta, func(i int, part []T) error {
		for j, x := range s.sum[i] {
			part[j] = T(x)
		}
		return nil
	})
}
