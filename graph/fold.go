package graph

import "slices"

// folder rewrites the nodes a program computes: scalings of scalings are one, reshapes of reshapes show the first one's source, and equal
// nodes are one. The graph itself keeps every node, lest a derivative with respect to one that is passed by be zero.
type folder struct {
	of    map[*Node]*Node
	known map[folded]*Node
}

// folded identifies a node by what it computes: no op has more than two inputs.
type folded struct {
	op op
	in [2]*Node
}

func fold(outputs []*Node) []*Node {
	f := folder{of: map[*Node]*Node{}, known: map[folded]*Node{}}
	out := make([]*Node, len(outputs))
	for i, n := range outputs {
		out[i] = f.fold(n)
	}
	return out
}

func (f *folder) fold(n *Node) *Node {
	y, ok := f.of[n]
	if !ok {
		y = f.rewrite(n)
		f.of[n] = y
	}
	return y
}

func (f *folder) rewrite(n *Node) *Node {
	if n.op == nil {
		return n
	}
	in := make([]*Node, len(n.in))
	for i, c := range n.in {
		in[i] = f.fold(c)
	}
	switch o := n.op.(type) {
	case affineOp:
		if inner, ok := in[0].op.(affineOp); ok && inner.beta == 0 {
			o.alpha *= inner.alpha
			in[0] = in[0].in[0]
		}
		if o.alpha == 1 && o.beta == 0 {
			return in[0]
		}
		return f.node(n, o, in)
	case reshapeOp:
		if in[0] = source(in[0]); slices.Equal(in[0].shape, n.shape) {
			return in[0]
		}
	}
	return f.node(n, n.op, in)
}

// node is o(in...) in the place of n.
func (f *folder) node(n *Node, o op, in []*Node) *Node {
	key := folded{op: o}
	copy(key.in[:], in)
	if y, ok := f.known[key]; ok {
		return y
	}
	if o != n.op || !slices.Equal(in, n.in) {
		n = &Node{graph: n.graph, op: o, in: in, shape: n.shape, id: n.id}
		for _, c := range in { // the equal node that stands for an input may be a later one
			n.id = max(n.id, c.id)
		}
	}
	f.known[key] = n
	return n
}
