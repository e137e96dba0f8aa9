package graph

import "fmt"

// groupLoss is the mean of the losses (n) of every group of n/groups consecutive samples.
func groupLoss(losses *Node, groups int) *Node {
	n := losses.shape.TotalSize()
	if len(losses.shape) != 1 || groups < 1 || n%groups != 0 {
		panic(&BuildError{Op: "differentiation by groups", Shapes: []Shape{losses.shape},
			Reason: fmt.Sprintf("the losses must be a vector that falls into %d equal groups", groups)})
	}
	return Scale(Sum(Reshape(losses, groups, n/groups), 1), float64(groups)/float64(n))
}

// GroupDerivatives cuts n samples into groups of n/groups consecutive ones, the mini-batches B, and returns for
// every group its loss L_B, the mean of its losses, and the first two derivatives of L_B along the
// group's own gradient g_B in params,
//
//	dl  = d/dε   L_B(θ + ε g_B) = ‖g_B‖²
//	d2l = d²/dε² L_B(θ + ε g_B) = g_B·H_B g_B      at ε = 0,
//
// each of shape (groups). One reverse pass and one pass of tangents serve all groups. The second derivative needs no second tangents: where the
// operands of y = op(x) move on straight lines, y bends by op″[ẋ, ẋ], and what that does to the loss the cotangent of y tells:
//
//	d2l = Σ_y ⟨ȳ, op″[ẋ, ẋ]⟩.
//
// A layer z·w whose samples a brought the cotangents d has the gradient aᵀd, and z·(aᵀd) = (z aᵀ)·d is made of products of
// the group's size. The gradients of a convolution's weights are formed, one for every group.
//
// The losses (n) must be of one sample each, and what lies between them and params must have the samples along
// its first axis. A parameter may enter any number of times, by MatMul(z, w, false, …), Conv(z, w, …) or AddBias(z, w, axis ≥ 1);
// another use is reported as a *BuildError.
func GroupDerivatives(losses *Node, params []*Node, groups int) (l, dl, d2l *Node) {
	l = groupLoss(losses, groups)
	c := newCurve(groups, params)
	for _, u := range usesOf(l, params, losses.shape[0]) {
		w := c.velocity[u.w]
		if tb, ok := u.matrix(); ok {
			w.terms = append(w.terms, term{u.z, u.ct, tb})
		} else {
			w.own = addNil(w.own, c.gradient(u))
		}
	}
	dl = orZero(c.derivative(l), l)
	return l, dl, orZero(c.secondDerivative(l, params), l)
}

func orZero(n, like *Node) *Node {
	if n == nil {
		return ZerosLike(like)
	}
	return n
}

// GroupHVP returns the Hessian-vector products of all groups' losses at once, in coordinates of a space that holds
// the range of every H_B and is far smaller than that of the parameters. For a layer a·w with the
// cotangents d it is the space of the matrices aᵀM + Nᵀd, M of d's shape and N of a's (left out where a does
// not depend on params): the derivative of the gradient aᵀd, whatever the direction, is aᵀḋ + ȧᵀd. A bias is itself. A convolution is refused.
//
// v are new inputs, the coordinates of a vector of every group; hv are those of H_B v, and dual the ones by which
// inner products of parameter vectors are taken: ⟨u, v⟩ = Σ_i ⟨u_i, dual_i⟩. Each has the groups one after
// another along its first axis. hv and dual are linear in v. Uses of params are restricted as for GroupDerivatives; losses that use none are a
// *BuildError.
func GroupHVP(losses *Node, params []*Node, groups int) (v, hv, dual []*Node) {
	l := groupLoss(losses, groups)
	c := newCurve(groups, params)
	moving := map[*Node]bool{}
	for _, n := range below([]*Node{l}, params) {
		moving[n] = true
	}
	var rates, duals []func() *Node // built once every velocity is known
	coordinate := func(rate, dual func() *Node, shape ...int) *Node {
		rates, duals = append(rates, rate), append(duals, dual)
		v = append(v, l.graph.Input("coordinate", shape...))
		return v[len(v)-1]
	}
	uses := usesOf(l, params, losses.shape[0])
	for _, u := range uses {
		w := c.velocity[u.w]
		tb, ok := u.matrix()
		switch {
		case ok:
			w.terms = append(w.terms, term{u.z, coordinate(
				func() *Node { return c.derivative(u.ct) },
				func() *Node { return c.product(u.z, w, tb) }, u.ct.shape...), tb})
			if moving[u.z] {
				w.terms = append(w.terms, term{coordinate(
					func() *Node { return c.derivative(u.z) },
					func() *Node { return c.product(u.ct, w, !tb) }, u.z.shape...), u.ct, tb})
			}
		case w.own == nil:
			checkBias(u)
			w.own = coordinate(
				func() *Node { return c.biasRate(u.w, uses) },
				func() *Node { return w.own }, groups, u.w.shape[0])
		}
	}
	if len(v) == 0 {
		panic(&BuildError{Op: "GroupHVP", Shapes: []Shape{losses.shape}, Reason: "the losses do not depend on the parameters"})
	}
	for i := range v {
		hv = append(hv, orZero(rates[i](), v[i]))
		dual = append(dual, duals[i]())
	}
	return v, hv, dual
}

// checkBias refuses a convolution: coordinates that are its whole weights would save nothing.
func checkBias(u use) {
	if _, ok := u.y.op.(addBiasOp); !ok {
		panic(&BuildError{Op: "GroupHVP", Shapes: shapesOf(u.y.in), Reason: "a parameter enters by " + u.y.op.name() + ", which has no small coordinates"})
	}
}

// biasRate is the derivative of the gradient of the bias b.
func (c *curve) biasRate(b *Node, uses []use) (sum *Node) {
	for _, u := range uses {
		if u.w == b {
			sum = addNil(sum, c.derivative(c.gradient(u)))
		}
	}
	return sum
}
