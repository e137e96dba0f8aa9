package graph

import "slices"

// curve is θ + ε·θ̇_B, another one for every group B of samples. The θ̇_B of a matrix is not formed: it is a sum of
// products of matrices with one row per sample. A parameter has no derivative here, as it would have to be
// one per group; what its motion does to the nodes that use it has.
type curve struct {
	groups   int
	velocity map[*Node]*velocity // of every parameter
	dot      map[*Node]*Node     // dn/dε, of the nodes differentiated so far; nil: n does not move
}

// velocity is how a parameter moves in every group: a matrix by Σ pᵀq over the terms, another parameter by its part of own, which has
// the groups along its first axis and then the parameter's.
type velocity struct {
	terms []term
	own   *Node
}

// term is pᵀq, of the group's rows of p and q, or its transpose where the weight is used transposed otherwise than tb.
type term struct {
	p, q *Node
	tb   bool
}

// use is a node by which the parameter w enters: y = z·op(w), y = conv(z, w), or y = z + w along an axis.
type use struct {
	y, z, w *Node
	ct      *Node // the cotangent of y
}

// matrix says whether w is a factor of a matrix product, and whether it is transposed.
func (u use) matrix() (tb, ok bool) {
	o, ok := u.y.op.(matMulOp)
	return o.tb, ok
}

// usesOf finds every use of params under l, a value per group of the n samples, and the cotangents of Σ l.
func usesOf(l *Node, params []*Node, n int) (uses []use) {
	isParam := map[*Node]bool{}
	for _, w := range params {
		isParam[w] = true
	}
	onSamples := dependents(l, params)
	var ys []*Node
	for _, y := range below([]*Node{l}, params) {
		for i, w := range y.in {
			if isParam[w] {
				checkUse(y, i, n, onSamples)
				uses, ys = append(uses, use{y: y, z: y.in[0], w: w}), append(ys, y)
			}
		}
	}
	for k, ct := range VJP([]*Node{l}, []*Node{Affine(l, 0, 1)}, ys) {
		uses[k].ct = ct
	}
	return uses
}

// dependents are the nodes under l that depend on an input which is neither a parameter nor constant.
func dependents(l *Node, params []*Node) map[*Node]bool {
	var inputs []*Node
	for _, n := range l.graph.nodes {
		if n.op == nil && n.constant == nil && !slices.Contains(params, n) {
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
	case convOp:
		ok = i == 1 && o.makes == convOutput && o.groups == 0
	case addBiasOp:
		ok = i == 1 && o.axis >= 1
	}
	if !ok || !onSamples[y.in[0]] || y.shape[0]%n != 0 {
		panic(&BuildError{Op: "differentiation by groups", Shapes: shapesOf(y.in), Reason: "a parameter enters by " + y.op.name() +
			", which is not the product MatMul(z, w, false, …), the convolution Conv(z, w, …) or the bias AddBias(z, w, axis ≥ 1) of samples z"})
	}
}

func newCurve(groups int, params []*Node) *curve {
	c := &curve{groups: groups, velocity: map[*Node]*velocity{}, dot: map[*Node]*Node{}}
	for _, w := range params {
		c.velocity[w], c.dot[w] = &velocity{}, nil
	}
	return c
}

// derivative returns dn/dε at 0, of a node in which no θ̇_B enters.
func (c *curve) derivative(n *Node) *Node {
	if v, ok := c.dot[n]; ok {
		return v
	}
	dx, some := make([]*Node, len(n.in)), false
	for i, x := range n.in {
		dx[i] = c.derivative(x)
		some = some || dx[i] != nil
	}
	var v *Node
	if some {
		v = n.op.jvp(n, dx)
	}
	for _, w := range n.in {
		if vel, ok := c.velocity[w]; ok {
			v = addNil(v, c.move(n, n.in[0], vel))
		}
	}
	c.dot[n] = v
	return v
}

// move returns what the motion of a parameter adds to the derivative of y = op(z, parameter).
func (c *curve) move(y, z *Node, vel *velocity) *Node {
	switch o := y.op.(type) {
	case matMulOp:
		return c.product(z, vel, o.tb)
	case convOp:
		o.groups = c.groups
		return apply(o, z, vel.own)
	}
	return c.spread(vel.own, y)
}

// gradient is the part of the gradient of u's parameter, which is not a matrix, that comes from u: (groups, …).
func (c *curve) gradient(u use) *Node {
	if o, ok := u.y.op.(convOp); ok {
		o.makes, o.groups = convWeight, c.groups
		return apply(o, u.z, u.ct)
	}
	return c.gather(u.ct, u.y)
}

// product returns z·ẇ, or z·ẇᵀ for tb, group by group.
func (c *curve) product(z *Node, vel *velocity, tb bool) (sum *Node) {
	columns := 0
	for _, t := range vel.terms {
		p, q := t.p, t.q
		if t.tb != tb {
			p, q = q, p
		}
		sum, columns = addNil(sum, chain(c.cut(z), c.cut(p), c.cut(q))), q.shape[1]
	}
	return Reshape(sum, z.shape[0], columns)
}

// cut shows the rows of a matrix as a matrix for every group.
func (c *curve) cut(x *Node) *Node { return Reshape(x, c.groups, x.shape[0]/c.groups, x.shape[1]) }

// chain returns z·pᵀ·q of matrices z (r,k), p (s,k), q (s,m), bracketed the cheaper way.
func chain(z, p, q *Node) *Node {
	r, k, s, m := z.shape[1], z.shape[2], p.shape[1], q.shape[2]
	if r*s*(k+m) <= k*m*(r+s) {
		return MatMul(MatMul(z, p, false, true), q, false, false)
	}
	return MatMul(z, MatMul(p, q, true, false), false, false)
}

// gather returns what x, of y's shape, gives the bias that y adds: its sums over each group's samples, (groups, c).
func (c *curve) gather(x, y *Node) *Node {
	outer, width, inner := y.op.(addBiasOp).blocks(y.shape)
	if inner > 1 {
		x = Sum(Reshape(x, outer, width, inner), 2)
	}
	return Sum(Reshape(x, c.groups, outer/c.groups, width), 1)
}

// spread is gather's adjoint: b (groups, c) repeated to y's shape.
func (c *curve) spread(b, y *Node) *Node {
	outer, width, inner := y.op.(addBiasOp).blocks(y.shape)
	b = Broadcast(b, Shape{c.groups, outer / c.groups, width}, 1)
	if inner > 1 {
		b = Broadcast(Reshape(b, outer, width), Shape{outer, width, inner}, 2)
	}
	return Reshape(b, y.shape...)
}
