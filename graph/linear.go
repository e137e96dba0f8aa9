package graph

// LinearIn returns outputs, each linear in the inputs tangents, so that [CompileLinear] computes all of them by Apply: one that does not depend
// on the tangents, such as the zeros that [VJP] gives a parameter no output knows, becomes zeros that do.
func LinearIn(outputs, tangents []*Node) []*Node {
	if len(tangents) == 0 {
		panic(&BuildError{Op: "LinearIn", Shapes: shapesOf(outputs), Reason: "there are no tangents"})
	}
	depends := map[*Node]bool{}
	for _, n := range below(outputs, tangents) {
		depends[n] = true
	}
	smallest := tangents[0]
	for _, t := range tangents {
		if t.shape.TotalSize() < smallest.shape.TotalSize() {
			smallest = t
		}
	}
	linear := make([]*Node, len(outputs))
	for i, y := range outputs {
		if linear[i] = y; !depends[y] {
			every := axes(1)<<len(y.shape) - 1
			linear[i] = broadcast(ZerosLike(Sum(smallest)), y.shape, every)
		}
	}
	return linear
}
