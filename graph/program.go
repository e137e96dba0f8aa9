package graph

import "fmt"

// Program runs a graph on reused memory. Inputs and outputs live in the caller's slices, given by
// BindInput and BindOutput; everything else in buffers planned once from the lifetimes of the values. A program
// belongs to one goroutine at a time.
//
// A program compiled by CompileLinear has two halves: Linearize runs what does not depend on the
// tangents and keeps what the other half needs; Apply runs the other half, once per tangent.
type Program[T Float] struct {
	plan    *plan
	outputs []*Node
	fixed   half[T]
	varying half[T]
	mem     [][]T // by slot
	arena   *Arena[T]
	version int          // of the arena, in which the buffers lie
	whole   *Residual[T] // of Run
}

// Residual is what a linearisation keeps: the values Apply reads, and the inputs it was made at.
type Residual[T Float] struct {
	mem [][]T // by slot; nil where nothing is kept
}

// Compile plans a program that computes outputs. T must be the type the graph was built with.
func Compile[T Float](outputs ...*Node) (*Program[T], error) {
	return compile[T](outputs, planOptions{})
}

// CompileSum plans a program that adds every output to what its memory holds: a sum over several
// runs costs no pass of its own where the last operation is a product.
func CompileSum[T Float](outputs ...*Node) (*Program[T], error) {
	return compile[T](outputs, planOptions{adding: true})
}

// CompileLinear plans a two-halved program of outputs that are linear in the inputs tangents. With
// adding, outputs are added to what their memory holds, as by CompileSum. Outputs that do not depend on the tangents are
// stored, by Linearize.
func CompileLinear[T Float](outputs, tangents []*Node, adding bool) (*Program[T], error) {
	return compile[T](outputs, planOptions{tangents: tangents, adding: adding})
}

// CompileUpdate plans a program like CompileSum's in which an output may share its memory with one of the
// inputs targets: θ ← θ + u(θ) in place. No target is written before its last read.
func CompileUpdate[T Float](outputs, targets []*Node) (*Program[T], error) {
	return compile[T](outputs, planOptions{adding: true, targets: targets})
}

func compile[T Float](outputs []*Node, opt planOptions) (*Program[T], error) {
	if len(outputs) == 0 {
		return nil, fmt.Errorf("graph: a program needs at least one output")
	}
	g := outputs[0].graph
	if g.dtype != DtypeOf[T]() {
		return nil, fmt.Errorf("graph: the graph holds %v, the program was asked for %v", g.dtype, DtypeOf[T]())
	}
	for _, t := range opt.tangents {
		if t.op != nil {
			return nil, fmt.Errorf("graph: the tangent %v is not an input", t)
		}
	}
	pl := newPlan(outputs, opt)
	p := &Program[T]{plan: pl, outputs: outputs, mem: make([][]T, len(pl.slots)), arena: &Arena[T]{}}
	for i := range pl.steps {
		st := &pl.steps[i]
		ins := instruction[T]{dst: st.dst, in: st.in, args: make([][]T, len(st.in))}
		ins.run = stepKernel[T](st)
		if st.varying {
			p.varying.steps = append(p.varying.steps, ins)
		} else {
			p.fixed.steps = append(p.fixed.steps, ins)
		}
	}
	p.constants()
	return p, nil
}

// stepKernel returns what a step runs: the node's op, its accumulating form, or a copy.
func stepKernel[T Float](st *step) kernel[T] {
	switch {
	case st.node == nil && st.accumulate:
		return func(dst []T, in [][]T) { addVec(dst, dst, in[0]) }
	case st.node == nil:
		return func(dst []T, in [][]T) { copy(dst, in[0]) }
	case st.then != nil:
		outer, mid, inner := st.node.op.(addBiasOp).blocks(st.node.shape)
		return addBias(outer, mid, inner, vecOf[T](*st.then))
	}
	store, add := kernelOf[T](st.node.op.kernels(shapesOf(st.node.in), st.node.shape))
	if st.accumulate {
		return add
	}
	return store
}

// BindInput says where an input is read from.
func (p *Program[T]) BindInput(n *Node, data []T) error {
	if n.constant != nil {
		return fmt.Errorf("graph: %v has its numbers already", n)
	}
	if err := fits(n, len(data)); err != nil {
		return err
	}
	if slot, ok := p.plan.inputs[n]; ok { // else the outputs do not depend on it
		p.mem[slot] = data
	}
	return nil
}

// BindOutput says where output i, in the order given to Compile, is written. Its memory must not
// overlap another output's, nor an input's unless that is a target of CompileUpdate.
func (p *Program[T]) BindOutput(i int, data []T) error {
	if err := fits(p.outputs[i], len(data)); err != nil {
		return err
	}
	p.mem[p.plan.outputs[i]] = data
	return nil
}

func fits(n *Node, length int) error {
	if want := n.shape.TotalSize(); length != want {
		return fmt.Errorf("graph: %v needs %d elements, got %d", n, want, length)
	}
	return nil
}

// Run computes all outputs. The first time it panics with a *BuildError when an input or output was never bound, as Linearize and
// Apply do for their half.
func (p *Program[T]) Run() {
	if len(p.plan.kept) > 0 { // between the halves; a residual of Linearize stays as it is
		p.whole = p.Linearize(p.whole)
	} else {
		p.prepare()
		p.run(&p.fixed)
	}
	p.run(&p.varying)
}

// Linearize runs the half that does not depend on the tangents and returns what Apply needs; the
// memory of r, when it is not nil, is used again. The inputs bound now are remembered by reference.
func (p *Program[T]) Linearize(r *Residual[T]) *Residual[T] {
	p.prepare()
	if r == nil {
		r = &Residual[T]{mem: make([][]T, len(p.mem))}
	}
	for _, s := range p.plan.kept {
		if r.mem[s] == nil {
			r.mem[s] = make([]T, p.plan.slots[s].size)
		}
		p.mem[s] = r.mem[s]
	}
	p.run(&p.fixed)
	for _, s := range p.plan.fixedInputs {
		r.mem[s] = p.mem[s]
	}
	return r
}

// Apply computes the outputs at the tangents bound now, at the linearisation r. Other inputs stay bound as they are.
func (p *Program[T]) Apply(r *Residual[T]) {
	p.prepare()
	for _, s := range p.plan.kept {
		p.mem[s] = r.mem[s]
	}
	p.exchangeInputs(r)
	defer p.exchangeInputs(r)
	p.run(&p.varying)
}

// exchangeInputs trades the inputs bound now for those that r remembers.
func (p *Program[T]) exchangeInputs(r *Residual[T]) {
	for _, s := range p.plan.fixedInputs {
		p.mem[s], r.mem[s] = r.mem[s], p.mem[s]
	}
}

// ResidualBytes returns the memory one linearisation keeps, in bytes, inputs excluded.
func (p *Program[T]) ResidualBytes() int {
	n := 0
	for _, s := range p.plan.kept {
		n += roundUp(p.plan.slots[s].size)
	}
	return n * sizeOf[T]()
}

// ScratchBytes returns the memory of the buffers, in bytes, which all linearisations share, and all programs of an arena.
func (p *Program[T]) ScratchBytes() int {
	n := 0
	for _, s := range p.plan.scratch {
		n += roundUp(s)
	}
	return n * sizeOf[T]()
}

// Borrows returns the scratch memory, in bytes, that the kernels borrow from a stock of the whole process while they run: so much once, and
// so much for each of blas.Threads. The stock keeps the largest of all programs.
func (p *Program[T]) Borrows() (once, each int) {
	for _, st := range p.plan.steps {
		if st.node == nil {
			continue
		}
		if o, ok := st.node.op.(borrower); ok {
			a, b := o.borrows(shapesOf(st.node.in))
			once, each = max(once, a), max(each, b)
		}
	}
	return once * sizeOf[T](), each * sizeOf[T]()
}

func sizeOf[T Float]() int { return int(DtypeOf[T]().Size()) }
