package curvature

import (
	"fmt"

	"eoss/graph"
	"eoss/graph/blas"
)

// chunk is one program over some samples.
type chunk[T graph.Float] struct {
	p        *program[T]
	first    int // sample
	data     Data[T]
	outputs  []T // f and ℓ, of a recipe that evaluates them
	losses   []T
	residual *graph.Residual[T] // nil: recomputed
	keep     bool
}

// transient is the linearisation of the chunk used last among those that are not kept, of any matrix of the objective.
type transient[T graph.Float] struct {
	memory   graph.Arena[T]
	residual *graph.Residual[T]
	owner    *chunk[T] // nil: of no chunk
}

// needs are the bytes that evaluations need whatever is kept: those of the program that needs most of each.
type needs struct {
	scratch    int // buffers
	residual   int // one linearisation
	once, each int // what kernels borrow, and each of their threads
	vectors    int // of eigenvalues of batches that are found side by side
	basis      int // of Lanczos runs with matrices of size P, at most
}

// count adds a program.
func (n *needs) count(p interface {
	ScratchBytes() int
	ResidualBytes() int
	Borrows() (once, each int)
}) {
	once, each := p.Borrows()
	n.scratch, n.residual = max(n.scratch, p.ScratchBytes()), max(n.residual, p.ResidualBytes())
	n.once, n.each = max(n.once, once), max(n.each, each)
}

// least is what nothing can do without. Lanczos takes its vectors as it goes on, seldom as many as its basis has, and is not refused for
// want of room for all of them.
func (n *needs) least() int {
	return n.scratch + n.residual + n.once + blas.Threads()*n.each + n.vectors
}

// WorkingSet returns the bytes that the full-data evaluation of n samples needs at least, whatever Memory says: the buffers and the
// kernels' scratch memory of the largest program over a chunk, and one linearisation of these matrices. When they fit in Memory the buffers
// and the linearisation are also reserved: call it before the first evaluation, because memory that grows from program to program is not
// given back. It shrinks with Chunk. What λmax of batches side by side needs is part of it once such batches have been measured. The vectors
// of Lanczos are not: room for them is left when linearisations are kept. The matrices are of size P: not the NTK.
func (o *Objective[T]) WorkingSet(n int, matrices ...Kind) (int, error) {
	recipes := []*recipe{outputsRecipe}
	ofSizeP := map[Kind]*recipe{Hessian: hessianRecipe, GaussNewton: gaussNewtonRecipe, Fisher: fisherRecipe}
	for _, k := range matrices {
		if ofSizeP[k] == nil {
			return 0, fmt.Errorf("curvature: the working set of the kind %d: it is that of Hessian, GaussNewton and Fisher only", k)
		}
		recipes = append(recipes, ofSizeP[k])
	}
	for _, r := range recipes {
		denominator := n
		if r == outputsRecipe {
			denominator = 1
		}
		if _, err := o.program(r, min(n, o.Chunk), denominator); err != nil {
			return 0, err
		}
	}
	if len(matrices) > 0 {
		o.basis(min(defaultBasis, o.Dim()) + 1)
	}
	least := o.needs.least()
	if o.Memory == 0 || least <= o.Memory {
		o.scratch.Reserve(o.needs.scratch)
		o.transient.memory.Reserve(o.needs.residual)
	}
	return least, nil
}

// keep decides which chunks keep their linearisation: the first ones, while the objective's memory has room.
func (l *linearized[T]) keep() {
	for _, pass := range l.chunks {
		for i := range pass {
			size := pass[i].p.ResidualBytes()
			if l.o.Memory == 0 || l.o.needs.least()+l.o.needs.basis+l.o.kept+size <= l.o.Memory {
				pass[i].keep = true
				l.o.kept += size
			}
		}
	}
}

// Release gives the memory of the kept linearisations back to the objective. The operator cannot be used again.
func (l *linearized[T]) Release() {
	for _, pass := range l.chunks {
		for i := range pass {
			if pass[i].keep {
				l.o.kept -= pass[i].p.ResidualBytes()
			}
			l.o.forget(&pass[i])
		}
	}
	l.chunks, l.theta = nil, nil
}

// forget marks the transient linearisation as no longer the chunk's.
func (o *Objective[T]) forget(c *chunk[T]) {
	if o.transient.owner == c {
		o.transient.owner = nil
	}
}

// bind gives the program what a linearisation reads and writes.
func (c *chunk[T]) bind(theta []T) error {
	if err := c.p.bind(theta, c.data); err != nil || c.losses == nil {
		return err
	}
	first := len(c.p.s.theta)
	if err := c.p.BindOutput(first, c.outputs); err != nil {
		return err
	}
	return c.p.BindOutput(first+1, c.losses)
}

// linearize computes what the chunk keeps.
func (o *Objective[T]) linearize(c *chunk[T], theta []T) error {
	o.forget(c)
	if !c.keep {
		return nil
	}
	if err := c.bind(theta); err != nil {
		return err
	}
	c.residual = c.p.Linearize(c.residual)
	return nil
}

// at returns the chunk's linearisation at θ, until the next call. One that is not kept is computed, unless it was the last one.
func (o *Objective[T]) at(c *chunk[T], theta []T) *graph.Residual[T] {
	if c.keep {
		return c.residual
	}
	if o.transient.owner != c {
		must(c.bind(theta))
		o.linearizeHere(c.p)
		o.transient.owner = c
	}
	return o.transient.residual
}

// linearizeHere returns p's linearisation where it lasts until another one is made there.
func (o *Objective[T]) linearizeHere(p *program[T]) *graph.Residual[T] {
	t := &o.transient
	t.residual, t.owner = p.Linearize(p.ResidualIn(&t.memory)), nil
	return t.residual
}
