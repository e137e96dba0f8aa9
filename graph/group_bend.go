package graph

// secondDerivative is d²l/dε² of l, a value per group: the sum, over the nodes y that bend, of ⟨ȳ, op″[ẋ, ẋ]⟩.
func (c *curve) secondDerivative(l *Node, params []*Node) (sum *Node) {
	var bent []*Node
	for _, y := range below([]*Node{l}, params) {
		if c.bends(y) {
			bent = append(bent, y)
		}
	}
	for i, ct := range VJP([]*Node{l}, []*Node{Affine(l, 0, 1)}, bent) {
		sum = addNil(sum, c.bend(bent[i], ct))
	}
	return sum
}

// operands are the derivatives of the operands of y = op(a, b), of a bilinear op: b's is the velocity of a parameter, or a node.
func (c *curve) operands(y *Node) (da, db *Node, vel *velocity) {
	da = c.derivative(y.in[0])
	if vel = c.velocity[y.in[1]]; vel == nil {
		db = c.derivative(y.in[1])
	}
	return da, db, vel
}

// bends says whether y has a second derivative of its own along the curve.
func (c *curve) bends(y *Node) bool {
	switch y.op.(type) {
	case mulOp, matMulOp, convOp:
		da, db, vel := c.operands(y)
		return da != nil && (db != nil || vel != nil)
	case pointwiseOp:
		return c.slope(y) != nil
	}
	return false // linear in what moves
}

// slope is the derivative of f′(x) for y = f(x), or nil.
func (c *curve) slope(y *Node) *Node {
	f := functions[y.op.(pointwiseOp).f]
	if f.deriv == nil || c.derivative(y.in[0]) == nil {
		return nil
	}
	return c.derivative(f.deriv(y.in[0], y))
}

// bend returns ⟨ct, op″[ẋ, ẋ]⟩ of every group, ct being y's cotangent.
func (c *curve) bend(y, ct *Node) *Node {
	if _, ok := y.op.(pointwiseOp); ok {
		return c.inner(ct, Mul(c.derivative(y.in[0]), c.slope(y)))
	}
	da, db, vel := c.operands(y)
	o, isConv := y.op.(convOp)
	switch {
	case vel == nil:
		ct = c.inner(ct, apply(y.op, da, db))
	case isConv: // ⟨ȳ, conv(ż, ẇ)⟩ by the smaller tensor
		o.makes, o.groups = convWeight, c.groups
		ct = c.inner(vel.own, apply(o, da, ct))
	default:
		ct = c.inner(ct, c.move(y, da, vel))
	}
	return Scale(ct, 2)
}

// inner is ⟨a, b⟩ of every group.
func (c *curve) inner(a, b *Node) *Node {
	return Sum(Reshape(Mul(a, b), c.groups, a.shape.TotalSize()/c.groups), 1)
}
