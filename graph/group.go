package graph

import "fmt"

// GroupDerivatives cuts n samples into groups of n/groups consecutive ones, the mini-batches B, and returns for
// every group its loss L_B, the mean of its losses, and the first two derivatives of L_B along the
// group's own gradient g_B in params,
//
//	dl  = d/dε   L_B(θ + ε g_B) = ‖g_B‖²
//	d2l = d²/dε² L_B(θ + ε g_B) = g_B·H_B g_B      at ε = 0,
//
// each of shape (groups). One reverse pass serves all groups; after it tangents only run forward, and no g_B is
// ever formed: the weight w of z·w moves by w̄ = aᵀd in a group whose samples a brought the cotangents d,
// and z·w̄ = (z aᵀ)·d is made of products of the size of the group.
//
// The losses (n) must be of one sample each, and what lies between them and params must have the samples along
// its first axis. A parameter may enter any number of times, by MatMul(z, w, false, …) or AddBias(z, w, axis ≥ 1);
// another use is reported as a *BuildError.
func GroupDerivatives(losses *Node, params []*Node, groups int) (l, dl, d2l *Node) {
	n := losses.shape.TotalSize()
	if len(losses.shape) != 1 || groups < 1 || n%groups != 0 {
		panic(&BuildError{Op: "GroupDerivatives", Shapes: []Shape{losses.shape}, Reason: fmt.Sprintf("the losses must be a vector that falls into %d equal groups", groups)})
	}
	l = Scale(Sum(Reshape(losses, groups, n/groups), 1), float64(groups)/float64(n))
	c := newCurve(l, params, n, groups)
	dl = c.derivative(l)
	if dl == nil {
		dl = ZerosLike(l)
	}
	d2l = c.derivative(dl)
	if d2l == nil {
		d2l = ZerosLike(l)
	}
	return l, dl, d2l
}

// curve is θ + ε g_B, another one for every group B. A parameter has no derivative of its own, as it would
// have to be one per group; what it does to the nodes that use it has.
type curve struct {
	groups int
	uses   map[*Node][]use
	dot    map[*Node]*Node        // dn/dε, of the nodes differentiated so far; nil: n does not move
	moves  map[*Node]func() *Node // derivatives of the nodes that stand for z·w̄, in which w̄ does not move
}

// use is a node by which a parameter enters, with the cotangent that comes back to it.
type use struct{ y, ct *Node }

// newCurve finds every use of the parameters and the gradients' factors there.
func newCurve(l *Node, params []*Node, n, groups int) *curve {
	c := &curve{groups: groups, uses: map[*Node][]use{}, dot: map[*Node]*Node{}, moves: map[*Node]func() *Node{}}
	for _, w := range params {
		c.dot[w], c.uses[w] = nil, nil
	}
	onSamples := c.dependents(l)
	var users []*Node
	for _, y := range below([]*Node{l}, params) {
		for i, w := range y.in {
			if _, ok := c.uses[w]; ok {
				checkUse(y, i, n, onSamples)
				users = append(users, y)
			}
		}
	}
	for k, ct := range VJP([]*Node{l}, []*Node{Affine(l, 0, 1)}, users) {
		w := users[k].in[1]
		c.uses[w] = append(c.uses[w], use{users[k], ct})
	}
	return c
}

// dependents are the nodes under l that depend on an input which is not a parameter.
func (c *curve) dependents(l *Node) map[*Node]bool {
	var inputs []*Node
	for _, n := range l.graph.nodes {
		if _, param := c.uses[n]; n.op == nil && !param {
			inputs = append(inputs, n)
		}
	}
	set := map[*Node]bool{}
	for _, n := range below([]*Node{l}, inputs) {
		set[n] = true
	}
	return set
}

// checkUse refuses a node y that a parameter, its input i, enters in a way that has no rule here.
func checkUse(y *Node, i, n int, onSamples map[*Node]bool) {
	ok := false
	switch o := y.op.(type) {
	case matMulOp:
		ok = i == 1 && !o.ta && len(y.shape) == 2
	case addBiasOp:
		ok = i == 1 && o.axis >= 1
	}
	if !ok || !onSamples[y.in[0]] || y.shape[0]%n != 0 {
		panic(&BuildError{Op: "GroupDerivatives", Shapes: shapesOf(y.in),
			Reason: "a parameter enters by " + y.op.name() + ", which is not the product MatMul(z, w, false, …) or the bias AddBias(z, w, axis ≥ 1) of samples z"})
	}
}

// derivative returns dn/dε: d/dε is one derivation of the whole graph, its own results included.
func (c *curve) derivative(n *Node) *Node {
	if v, ok := c.dot[n]; ok {
		return v
	}
	var v *Node
	if move, ok := c.moves[n]; ok {
		v = move()
	} else {
		v = c.byOp(n)
	}
	c.dot[n] = v
	return v
}

func (c *curve) byOp(n *Node) (v *Node) {
	dx, some := make([]*Node, len(n.in)), false
	for i, x := range n.in {
		dx[i] = c.derivative(x)
		some = some || dx[i] != nil
	}
	if some {
		v = n.op.jvp(n, dx)
	}
	for _, w := range n.in {
		if uses, ok := c.uses[w]; ok {
			v = addNil(v, c.move(n, n.in[0], uses))
		}
	}
	return v
}

// move returns what the motion of a parameter w adds to the derivative of y = op(z, w), or of such a y's derivative.
func (c *curve) move(y, z *Node, uses []use) *Node {
	if z == nil {
		return nil
	}
	var v *Node
	if _, ok := y.op.(matMulOp); ok {
		v = c.product(z, uses)
		c.moves[v] = func() *Node { return c.move(y, c.derivative(z), uses) }
	} else {
		v = c.bias(y, uses)
		c.dot[v] = nil
	}
	return v
}

// product returns z·w̄, w̄ = Σ aᵀd over the uses a·w of w with cotangents d, group by group.
func (c *curve) product(z *Node, uses []use) (sum *Node) {
	for _, u := range uses {
		sum = addNil(sum, chain(c.cut(z), c.cut(u.y.in[0]), c.cut(u.ct)))
	}
	return Reshape(sum, z.shape[0], uses[0].ct.shape[1])
}

// cut shows the rows of a matrix as one matrix for every group.
func (c *curve) cut(x *Node) *Node { return Reshape(x, c.groups, x.shape[0]/c.groups, x.shape[1]) }

// chain returns z·aᵀ·d of matrices z (p,k), a (q,k), d (q,m), bracketed the cheaper way.
func chain(z, a, d *Node) *Node {
	p, k, q, m := z.shape[1], z.shape[2], a.shape[1], d.shape[2]
	if p*q*(k+m) <= k*m*(p+q) {
		return MatMul(MatMul(z, a, false, true), d, false, false)
	}
	return MatMul(z, MatMul(a, d, true, false), false, false)
}

// bias returns the motion of a bias, the sum of its cotangents over each group's samples, in y's shape.
func (c *curve) bias(y *Node, uses []use) *Node {
	var sum *Node
	for _, u := range uses {
		outer, width, inner := u.y.op.(addBiasOp).blocks(u.y.shape)
		ct := u.ct
		if inner > 1 {
			ct = Sum(Reshape(ct, outer, width, inner), 2)
		}
		sum = addNil(sum, Sum(Reshape(ct, c.groups, outer/c.groups, width), 1))
	}
	outer, width, inner := y.op.(addBiasOp).blocks(y.shape)
	b := Broadcast(sum, Shape{c.groups, outer / c.groups, width}, 1)
	if inner > 1 {
		b = Broadcast(Reshape(b, outer, width), Shape{outer, width, inner}, 2)
	}
	return Reshape(b, y.shape...)
}
