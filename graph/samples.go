package graph

import (
	"math/bits"
	"slices"
)

// PerSample refuses, by panicking with a *[BuildError], nodes under y that mix samples. The first axis of the inputs x numbers the
// samples; every node that depends on x must have an axis of the samples' own values, so that sample i of y is a function of sample i
// of x alone. Only then is a mean loss the mean of those over any parts of the samples, which sums in chunks, the mini-batch losses L_B
// and per-sample gradients rely on; batch normalization, whose outputs depend on the whole batch, is refused. So are constants, as they are or
// combined element by element, whose numbers differ along the samples. Other numbers that belong to places, such as a parameter with as
// many rows as there are samples, are not found out. Of a single sample everything passes: whoever wants to know looks at two.
func PerSample(y *Node, x ...*Node) { sampleAxes(y, x) }

// sampleAxes is the axis that numbers the samples in every node under y that depends on x; of a single sample, any is.
func sampleAxes(y *Node, x []*Node) map[*Node]int {
	axis := map[*Node]int{}
	y = fold([]*Node{y})[0] // shapes in between do not matter
	for _, n := range below([]*Node{y}, x) {
		if slices.Contains(x, n) || x[0].shape[0] == 1 {
			axis[n] = 0
			continue
		}
		from := make([]int, len(n.in))
		for i, c := range n.in {
			from[i] = -1
			if a, ok := axis[c]; ok {
				from[i] = a
			}
		}
		a := sampleAxis(n, from, x[0].shape[0])
		if a < 0 {
			panic(&BuildError{Op: n.op.name(), Shapes: shapesOf(n.in), Reason: "it mixes samples, which Forward and Loss must not do: " +
				"a value must come from one sample and stand at its place along one axis (no batch normalization)"})
		}
		refusePlaces(n, a, from)
		axis[n] = a
	}
	return axis
}

// refusePlaces refuses constants that n, whose axis a numbers the samples, takes along that axis: they have a number for each place.
func refusePlaces(n *Node, a int, from []int) {
	for i, c := range n.in {
		if from[i] < 0 && along(n, i, a) && variesAlong(c, a) {
			panic(&BuildError{Op: n.op.name(), Shapes: shapesOf(n.in), Reason: "a constant differs from sample to sample, " +
				"which Forward and Loss must not do: what stands at a place of one mini-batch stands elsewhere in another"})
		}
	}
}

// along says whether axis a of n is that of its input i.
func along(n *Node, i, a int) bool {
	switch o := n.op.(type) {
	case addOp, mulOp, gateOp:
		return true
	case addBiasOp:
		return i == 0
	case matMulOp:
		return a == 0 && len(n.shape) == 3
	case convOp:
		return i == 0 || o.groups > 0
	}
	return false
}

// variesAlong says whether n is a constant, or made of one element by element, whose numbers are not the same all along axis a.
func variesAlong(n *Node, a int) bool {
	switch n.op.(type) {
	case nil:
		size := n.shape[a+1:].TotalSize()
		for k, v := range n.constant {
			if k/size%n.shape[a] > 0 && v != n.constant[k-size] {
				return true
			}
		}
	case addOp, mulOp, gateOp, affineOp, pointwiseOp:
		return slices.ContainsFunc(n.in, func(c *Node) bool { return variesAlong(c, a) })
	case reshapeOp:
		if b := reshapedAxis(n.shape, source(n).shape, a, n.shape[a]); b >= 0 {
			return variesAlong(source(n), b)
		}
	}
	return false
}

// sampleAxis is the axis of n that numbers the samples, given those of its inputs, of which -1 stands for an input that does not depend
// on samples; -1 if n has none.
func sampleAxis(n *Node, from []int, samples int) int {
	switch o := n.op.(type) {
	case matMulOp:
		return o.sampleAxis(len(n.shape)-2, from)
	case convOp:
		if own := o.groups == samples && max(from[0], from[1]) == 0; own || from[0] == 0 && from[1] < 0 && o.makes != convWeight {
			return 0
		}
		return -1
	case sumOp:
		return o.over.removed(from[0])
	case broadcastOp:
		return o.over.restored(from[0])
	case reshapeOp:
		return reshapedAxis(n.in[0].shape, n.shape, from[0], samples)
	case addBiasOp:
		return o.sampleAxis(from)
	}
	a := slices.Max(from)
	for i, b := range from {
		if b >= 0 && (b != a || a >= len(n.shape) || n.in[i].shape[a] != n.shape[a]) {
			return -1
		}
	}
	return a
}

// sampleAxis: rows of the first factor, columns of the second, or the axis of both that numbers the products; matrices are the last
// two axes, the first of which is rows.
func (o matMulOp) sampleAxis(rows int, from []int) int {
	axis := [2]int{-1, -1} // in the product
	for k, flipped := range []bool{o.ta, o.tb} {
		if a := from[k] - rows; a >= 0 && flipped {
			axis[k] = rows + 1 - a
		} else {
			axis[k] = from[k]
		}
	}
	switch a, b := axis[0], axis[1]; {
	case a == b && a < rows, b < 0 && a <= rows:
		return a
	case a < 0 && b != rows:
		return b
	}
	return -1
}

// sampleAxis: a bias may be the samples' own numbers if it runs along them, and only then.
func (o addBiasOp) sampleAxis(from []int) int {
	switch {
	case from[1] < 0 && from[0] != o.axis:
		return from[0]
	case from[1] == 0 && (from[0] < 0 || from[0] == o.axis):
		return o.axis
	}
	return -1
}

// removed is where axis i is when the axes are removed, restored where it was before; -1: nowhere.
func (a axes) removed(i int) int {
	if a.has(i) {
		return -1
	}
	return i - bits.OnesCount8(uint8(a&(1<<i-1)))
}

func (a axes) restored(i int) int {
	for k := range maxRank {
		if a.removed(k) == i {
			return k
		}
	}
	return -1
}

// reshapedAxis is the axis of the shape to that numbers at least two samples as axis i of the shape from does; -1: none.
func reshapedAxis(from, to Shape, i, samples int) int {
	for k, size := range to {
		if size%samples == 0 && to[:k].TotalSize() == from[:i].TotalSize() {
			return k
		}
	}
	return -1
}
