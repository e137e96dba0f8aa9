package graph

import "slices"

// Constant adds a tensor of fixed numbers, row-major. They belong to the graph: a program does not ask for their memory.
func (g *Graph) Constant(data []float64, shape ...int) *Node {
	n := g.Input("constant", shape...)
	if len(data) != n.shape.TotalSize() {
		panic(&BuildError{Op: "Constant", Shapes: []Shape{n.shape}, Reason: "the shape needs another number of elements than were given"})
	}
	n.constant = slices.Clone(data)
	return n
}

// constants gives the planned constants their memory.
func (p *Program[T]) constants() {
	for n, slot := range p.plan.inputs {
		if n.constant != nil {
			p.mem[slot] = elements[T](n.constant)
		}
	}
}

// elements are numbers in the type of a program.
func elements[T Float](x []float64) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}
