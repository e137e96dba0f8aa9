package graph

// SumOfSquares returns, for every w of wrt, Σ_i (∂y_i/∂w)² entrywise, where y (n) holds one number per sample and row i of
// every node between w and y that depends on other inputs than wrt belongs to sample i alone, without making the n gradients. Nil stands
// for a w that is used in a way for which there is no short cut. There is one for
//
//   - the weight of one matrix product whose other operand has the samples as rows: sample i's gradient is δ_i a_iᵀ, and its
//     squares sum to (δ²)ᵀ(a²), one product more;
//   - a vector added once along axis 1 (AddBias): the gradient is δ_i, summed over further axes.
func SumOfSquares(y *Node, wrt []*Node) []*Node {
	users := map[*Node][]*Node{}
	for _, n := range below([]*Node{y}, wrt) {
		for _, x := range n.in {
			users[x] = append(users[x], n)
		}
	}
	onSamples := dependents(y, wrt)
	out := make([]*Node, len(wrt))
	for i, w := range wrt {
		if u := users[w]; len(u) == 1 && onSamples[u[0].in[0]] {
			out[i] = squaredCotangent(y, u[0], w)
		}
	}
	return out
}

// squaredCotangent is Σ_i (∂y_i/∂w)² for w's only user u, or nil.
func squaredCotangent(y, u, w *Node) *Node {
	if u.in[0] == w || u.shape[0] != y.shape[0] {
		return nil
	}
	ct := func() *Node { return VJP([]*Node{y}, []*Node{Affine(y, 0, 1)}, []*Node{u})[0] }
	switch o := u.op.(type) {
	case matMulOp:
		if !o.ta {
			return o.weight(square(u.in[0]), square(ct()))
		}
	case addBiasOp:
		if o.axis == 1 {
			delta := ct()
			if len(u.shape) > 2 {
				delta = apply(sumOp{o.others(u.shape) &^ 1}, delta)
			}
			return Sum(square(delta), 0)
		}
	}
	return nil
}

func square(x *Node) *Node { return Mul(x, x) }

// weight is the cotangent rule of a product's second operand.
func (o matMulOp) weight(a, ct *Node) *Node {
	if o.tb {
		return MatMul(ct, a, true, false)
	}
	return MatMul(a, ct, true, false)
}
