package graph

import (
	"fmt"
	"slices"
)

var reduceOps = []string{"Sum", "Broadcast", "AddBias"}

// axes is a set of axis numbers, a bit each.
type axes uint8

func axesOf(list []int) (a axes) {
	for _, i := range list {
		a |= 1 << i
	}
	return a
}

func (a axes) has(i int) bool { return a>>i&1 == 1 }

// without returns the shape that is left when the axes are removed; a scalar has shape (1).
func (a axes) without(s Shape) Shape {
	var out Shape
	for i, d := range s {
		if !a.has(i) {
			out = append(out, d)
		}
	}
	if out == nil {
		out = Shape{1}
	}
	return out
}

// blocks views a full shape as outer × mid × inner where either mid alone is reduced (inMid) or
// outer and inner are.
func (a axes) blocks(s Shape) (outer, mid, inner int, inMid, ok bool) {
	type group struct {
		size    int
		reduced bool
	}
	var g []group
	for i, d := range s {
		if k := len(g) - 1; k >= 0 && g[k].reduced == a.has(i) {
			g[k].size *= d
		} else {
			g = append(g, group{d, a.has(i)})
		}
	}
	one := group{1, false}
	switch {
	case len(g) == 1 && g[0].reduced:
		g = []group{one, g[0], one}
	case len(g) == 1:
		g = []group{g[0], {1, true}, one}
	case len(g) == 2 && g[0].reduced:
		g = []group{one, g[0], g[1]}
	case len(g) == 2:
		g = []group{g[0], g[1], one}
	case len(g) != 3:
		return 0, 0, 0, false, false
	}
	return g[0].size, g[1].size, g[2].size, g[1].reduced, true
}

// sumOp sums over axes and removes them; broadcastOp is its adjoint.
type sumOp struct{ over axes }

// Sum returns the sum of x over the given axes, which are removed; without axes, over all.
func Sum(x *Node, over ...int) *Node {
	if len(over) == 0 {
		for i := range x.shape {
			over = append(over, i)
		}
	}
	checkAxes("Sum", x, over, len(x.shape))
	return apply(sumOp{axesOf(over)}, x)
}

// checkAxes refuses axes that a tensor of that rank does not have.
func checkAxes(op string, x *Node, over []int, rank int) {
	for _, a := range over {
		if a < 0 || a >= rank {
			panic(&BuildError{Op: op, Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("there is no axis %d", a)})
		}
	}
}

func (sumOp) name() string { return "Sum" }
func (o sumOp) infer(in []Shape) (Shape, string) {
	if _, _, _, _, ok := o.over.blocks(in[0]); !ok {
		return nil, "more than three alternating groups of axes: sum in two steps"
	}
	return o.over.without(in[0]), ""
}
func (o sumOp) vjp(y, ct *Node, _ int) *Node  { return broadcast(ct, y.in[0].shape, o.over) }
func (o sumOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o sumOp) kernels(in []Shape, _ Shape) kernels {
	outer, mid, inner, inMid, _ := o.over.blocks(in[0])
	if inMid {
		return kernels{f32: sumMid[float32](outer, mid, inner), f64: sumMid[float64](outer, mid, inner)}
	}
	return kernels{f32: sumEnds[float32](outer, mid, inner), f64: sumEnds[float64](outer, mid, inner)}
}

// broadcastOp repeats x along new axes, to the shape to.
type broadcastOp struct {
	to   dims
	over axes
}

// Broadcast repeats x along the axes over of the wider shape to: y[…, i, …] = x[… , …].
func Broadcast(x *Node, to Shape, over ...int) *Node {
	checkAxes("Broadcast", x, over, len(to))
	return broadcast(x, to, axesOf(over))
}

func broadcast(x *Node, to Shape, over axes) *Node {
	return apply(broadcastOp{newDims("Broadcast", x, to), over}, x)
}

func (broadcastOp) name() string { return "Broadcast" }
func (o broadcastOp) infer(in []Shape) (Shape, string) {
	to := o.to.shape()
	if !slices.Equal(o.over.without(to), in[0]) {
		return nil, fmt.Sprintf("removing the repeated axes from %v does not leave this shape", to)
	}
	if _, _, _, _, ok := o.over.blocks(to); !ok {
		return nil, "more than three alternating groups of axes: broadcast in two steps"
	}
	return to, ""
}
func (o broadcastOp) vjp(_, ct *Node, _ int) *Node  { return apply(sumOp{o.over}, ct) }
func (o broadcastOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o broadcastOp) kernels(_ []Shape, out Shape) kernels {
	outer, mid, inner, inMid, _ := o.over.blocks(out)
	if inMid {
		return kernels{
			f32: repeatMid[float32](outer, mid, inner, false), f64: repeatMid[float64](outer, mid, inner, false),
			add32: repeatMid[float32](outer, mid, inner, true), add64: repeatMid[float64](outer, mid, inner, true),
		}
	}
	return kernels{
		f32: repeatEnds[float32](outer, mid, inner, false), f64: repeatEnds[float64](outer, mid, inner, false),
		add32: repeatEnds[float32](outer, mid, inner, true), add64: repeatEnds[float64](outer, mid, inner, true),
	}
}

// addBiasOp is x + Broadcast(b) without the broadcast being stored.
type addBiasOp struct{ axis int }

// AddBias returns x + b with b (c) running along one axis of x (…, c, …): the bias of a linear layer
// has axis 1 of (n, c), of a convolution axis 1 of (n, c, h, w).
func AddBias(x, b *Node, axis int) *Node { return apply(addBiasOp{axis}, x, b) }

func (addBiasOp) name() string { return "AddBias" }
func (o addBiasOp) infer(in []Shape) (Shape, string) {
	if o.axis < 0 || o.axis >= len(in[0]) || len(in[1]) != 1 || in[1][0] != in[0][o.axis] {
		return nil, fmt.Sprintf("the bias must be a vector as long as axis %d", o.axis)
	}
	return in[0], ""
}
func (o addBiasOp) others(s Shape) (over axes) {
	for i := range s {
		if i != o.axis {
			over |= 1 << i
		}
	}
	return over
}
func (o addBiasOp) vjp(y, ct *Node, i int) *Node {
	if i == 0 {
		return ct
	}
	return apply(sumOp{o.others(y.shape)}, ct)
}
func (o addBiasOp) jvp(y *Node, dx []*Node) *Node {
	switch {
	case dx[1] == nil:
		return dx[0]
	case dx[0] == nil:
		return broadcast(dx[1], y.shape, o.others(y.shape))
	}
	return apply(o, dx...)
}

// blocks views a shape as outer × bias × inner.
func (o addBiasOp) blocks(s Shape) (outer, mid, inner int) {
	return s[:o.axis].TotalSize(), s[o.axis], s[o.axis+1:].TotalSize()
}
func (o addBiasOp) kernels(_ []Shape, out Shape) kernels {
	outer, mid, inner := o.blocks(out)
	return kernels{f32: addBias[float32](outer, mid, inner, nil), f64: addBias[float64](outer, mid, inner, nil), inPlace: 1}
}
