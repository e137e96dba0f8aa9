package graph

import (
	"fmt"
	"slices"
)

// half is the steps of a program that run together.
type half[T Float] struct {
	steps []instruction[T]
	bound bool // the inputs and outputs have memory
}

// instruction computes one slot from others.
type instruction[T Float] struct {
	run  kernel[T]
	dst  int
	in   []int
	args [][]T
}

// run runs one half on the memory that is there. Without some of it kernels would fail, or leave what happens to be there.
func (p *Program[T]) run(h *half[T]) {
	if !h.bound {
		p.checkBound(h)
		h.bound = true
	}
	for i := range h.steps {
		ins := &h.steps[i]
		for j, s := range ins.in {
			ins.args[j] = p.mem[s]
		}
		ins.run(p.mem[ins.dst], ins.args)
	}
}

// checkBound refuses a half that reads an input, or writes an output, which was never bound.
func (p *Program[T]) checkBound(h *half[T]) {
	for _, ins := range h.steps {
		for _, s := range ins.in {
			p.checkSlot(s)
		}
		p.checkSlot(ins.dst)
	}
}

func (p *Program[T]) checkSlot(slot int) {
	if p.mem[slot] != nil {
		return
	}
	for n, s := range p.plan.inputs {
		if s == slot {
			panic(&BuildError{Op: "a run", Shapes: []Shape{n.shape}, Reason: "the input " + n.sym.Name() + " was never bound: call BindInput first"})
		}
	}
	i := slices.Index(p.plan.outputs, slot)
	panic(&BuildError{Op: "a run", Shapes: []Shape{p.outputs[i].shape}, Reason: fmt.Sprintf("output %d was never bound: call BindOutput first", i)})
}
