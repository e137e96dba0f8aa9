package graph

import (
	"fmt"
	"slices"
	"sort"
)

// below returns the nodes that outputs need and that depend on one of from, in topological order.
func below(outputs, from []*Node) []*Node {
	source := map[*Node]bool{}
	for _, n := range from {
		source[n] = true
	}
	depends := map[*Node]bool{}
	var list []*Node
	var visit func(n *Node) bool
	visit = func(n *Node) bool {
		d, seen := depends[n]
		if seen {
			return d
		}
		d = source[n]
		for _, c := range n.in {
			if visit(c) {
				d = true
			}
		}
		depends[n] = d
		if d {
			list = append(list, n)
		}
		return d
	}
	for _, n := range outputs {
		visit(n)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].id < list[j].id })
	return list
}

// VJP returns, for every w of wrt, the cotangent w̄ = Σ_k (∂outputs_k/∂w)ᵀ cotangents_k: one reverse pass.
// Its result is a graph of the same ops, so VJP can be applied to it again. Only nodes on a path
// from wrt to the outputs get a cotangent. A w the outputs do not depend on gets zeros.
func VJP(outputs, cotangents, wrt []*Node) []*Node {
	if len(cotangents) != len(outputs) {
		panic(&BuildError{Op: "VJP", Shapes: shapesOf(outputs), Reason: fmt.Sprintf("there must be a cotangent for every output, not %d for %d", len(cotangents), len(outputs))})
	}
	ct := map[*Node]*Node{}
	for k, y := range outputs {
		if !slices.Equal(y.shape, cotangents[k].shape) {
			panic(&BuildError{Op: "VJP", Shapes: []Shape{y.shape, cotangents[k].shape}, Reason: "a cotangent has its output's shape"})
		}
		ct[y] = addNil(ct[y], cotangents[k])
	}
	path := below(outputs, wrt)
	on := map[*Node]bool{}
	for _, n := range path {
		on[n] = true
	}
	for i := len(path) - 1; i >= 0; i-- {
		y := path[i]
		if ct[y] == nil {
			continue
		}
		for j, x := range y.in {
			if on[x] {
				ct[x] = addNil(ct[x], y.op.vjp(y, ct[y], j))
			}
		}
	}
	out := make([]*Node, len(wrt))
	for i, w := range wrt {
		if out[i] = ct[w]; out[i] == nil {
			out[i] = ZerosLike(w)
		}
	}
	return out
}

// Gradient returns ∂loss/∂w for every w of wrt, for a scalar loss.
func Gradient(loss *Node, wrt []*Node) []*Node {
	if loss.shape.TotalSize() != 1 {
		panic(&BuildError{Op: "Gradient", Shapes: []Shape{loss.shape}, Reason: "the loss must be a scalar"})
	}
	return VJP([]*Node{loss}, []*Node{Affine(loss, 0, 1)}, wrt)
}

// JVP returns the tangent of every output, Σ_k ∂output/∂wrt_k · tangents_k: one forward pass.
func JVP(outputs, wrt, tangents []*Node) []*Node {
	if len(tangents) != len(wrt) {
		panic(&BuildError{Op: "JVP", Shapes: shapesOf(wrt), Reason: fmt.Sprintf("there must be a tangent for every input, not %d for %d", len(tangents), len(wrt))})
	}
	dot := map[*Node]*Node{}
	for k, w := range wrt {
		if !slices.Equal(w.shape, tangents[k].shape) {
			panic(&BuildError{Op: "JVP", Shapes: []Shape{w.shape, tangents[k].shape}, Reason: "a tangent has its input's shape"})
		}
		dot[w] = addNil(dot[w], tangents[k])
	}
	for _, y := range below(outputs, wrt) {
		if y.op == nil {
			continue
		}
		dx, some := make([]*Node, len(y.in)), false
		for j, x := range y.in {
			dx[j] = dot[x]
			some = some || dx[j] != nil
		}
		if some {
			dot[y] = addNil(dot[y], y.op.jvp(y, dx))
		}
	}
	out := make([]*Node, len(outputs))
	for i, y := range outputs {
		if out[i] = dot[y]; out[i] == nil {
			out[i] = ZerosLike(y)
		}
	}
	return out
}

// HVP returns the Hessian-vector product H·v of a scalar loss by double backward: with g the
// gradient graph, H·v = (∂g/∂w)ᵀ v because H is symmetric (Pearlmutter 1994).
func HVP(loss *Node, wrt, v []*Node) []*Node { return VJP(Gradient(loss, wrt), v, wrt) }

// HVPForward returns the same product as the tangent of the gradient along v, forward over reverse.
func HVPForward(loss *Node, wrt, v []*Node) []*Node { return JVP(Gradient(loss, wrt), wrt, v) }
