package curvature

import (
	"fmt"

	"eoss/graph"
)

// Operator is a symmetric linear map on flat vectors; the algorithms of this package know nothing else.
type Operator[T graph.Float] interface {
	Dim() int
	// Apply computes dst = A·x. dst and x must not overlap.
	Apply(dst, x []T)
}

// Linearization is an operator that belongs to a set of samples at one θ.
type Linearization[T graph.Float] interface {
	Operator[T]
	// Linearize moves the operator to θ, which is kept by reference and must not change while
	// products are taken.
	Linearize(theta []T) error
	// Rebind moves the operator to other samples, to be linearised before use. The memory of the last ones is used again
	// when there are as many. Samples that do not fit the network are an error and change nothing.
	Rebind(d Data[T]) error
}

// Kind names a curvature matrix of a set of n samples with outputs f, J = ∂f/∂θ (n·c rows) and loss L = (1/n) Σ ℓ_i(f_i).
type Kind int

const (
	Hessian     Kind = iota // H = ∇²L
	GaussNewton             // G = (1/n) Σ J_iᵀ A_i J_i with A_i = ∂²ℓ_i/∂f_i²: H without the networks' own curvature
	Fisher                  // (1/n) JᵀJ, of size P: the Fisher matrix of outputs with Gaussian noise of variance 1
	NTK                     // (1/n) JJᵀ, of size n·c: the neural tangent kernel JJᵀ (Jacot et al., 2018) over n
)

// Linearization returns the matrix of that kind over the samples d, to be linearised at a θ before use.
func (o *Objective[T]) Linearization(k Kind, d Data[T]) (Linearization[T], error) {
	switch k {
	case Hessian:
		return o.Hessian(d)
	case GaussNewton:
		return o.GaussNewton(d)
	case Fisher:
		return o.matrix(fisherRecipe, d)
	case NTK:
		return o.ntk(d)
	}
	return nil, fmt.Errorf("curvature: no matrix of the kind %d", k)
}

// linearized is what linearisations have in common: one or more passes (programs) over the chunks of their samples.
type linearized[T graph.Float] struct {
	o      *Objective[T]
	passes []*recipe
	chunks [][]chunk[T] // by pass
	data   Data[T]
	theta  []T // nil: not linearised
	// outputs and losses are f and ℓ at θ, of a recipe that evaluates them; otherwise nil.
	outputs, losses []T
}

func (o *Objective[T]) linearized(d Data[T], passes ...*recipe) (linearized[T], error) {
	l := linearized[T]{o: o, passes: passes, data: d, chunks: make([][]chunk[T], len(passes))}
	if err := o.check(o.Dim(), len(d.X), len(d.Y), d.N); err != nil {
		return l, err
	}
	if passes[0].evaluates {
		l.outputs, l.losses = make([]T, d.N*o.Outputs), make([]T, d.N)
	}
	err := o.chunks(d.N, func(lo, hi int) error {
		for i, r := range passes {
			p, err := o.program(r, hi-lo, d.N)
			if err != nil {
				return err
			}
			c := chunk[T]{p: p, first: lo, data: d.Rows(lo, hi)}
			if r.evaluates {
				c.outputs, c.losses = l.outputs[lo*o.Outputs:hi*o.Outputs], l.losses[lo:hi]
			}
			l.chunks[i] = append(l.chunks[i], c)
		}
		return nil
	})
	if err == nil {
		l.keep()
	}
	return l, err
}

// Rebind implements Linearization.
func (l *linearized[T]) Rebind(d Data[T]) error {
	if err := l.o.check(l.o.Dim(), len(d.X), len(d.Y), d.N); err != nil {
		return err
	}
	if d.N != l.data.N {
		l.Release()
		l.data = Data[T]{} // of no samples, should the programs fail
		other, err := l.o.linearized(d, l.passes...)
		if err == nil {
			*l = other
		}
		return err
	}
	l.data, l.theta = d, nil
	for _, pass := range l.chunks {
		for i := range pass {
			pass[i].data = d.Rows(pass[i].first, pass[i].first+pass[i].data.N)
		}
	}
	return nil
}

// Linearize implements Linearization.
func (l *linearized[T]) Linearize(theta []T) error {
	if err := l.o.check(len(theta), len(l.data.X), len(l.data.Y), l.data.N); err != nil {
		return err
	}
	l.theta = theta
	for _, pass := range l.chunks {
		for i := range pass {
			if err := l.o.linearize(&pass[i], theta); err != nil {
				return err
			}
		}
	}
	return nil
}

// first returns the operator over the first few chunks, which it shares, up to a factor: they are still divided by the number of all samples.
func (l *linearized[T]) first(chunks int) linearized[T] {
	f := *l
	f.chunks = nil
	for _, pass := range l.chunks {
		f.chunks = append(f.chunks, pass[:chunks])
	}
	last := f.chunks[0][chunks-1]
	f.data, f.outputs, f.losses = l.data.Rows(0, last.first+last.data.N), nil, nil
	return f
}

// apply runs a pass over the first few chunks, times times each; bind gives each program the tangents and outputs of time t.
func (l *linearized[T]) apply(pass, chunks, times int, bind func(c *chunk[T], t int)) {
	if l.theta == nil {
		panic("curvature: Apply before Linearize")
	}
	for i := range chunks {
		c := &l.chunks[pass][i]
		r := l.o.at(c, l.theta)
		for t := range times {
			bind(c, t)
			c.p.Apply(r)
		}
	}
}

// must is for errors that checks before it have ruled out.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
