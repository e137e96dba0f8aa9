package graph

import (
	"fmt"
	"slices"
)

var shapeOps = []string{"Reshape"}

// maxRank is the largest number of axes a tensor may have.
const maxRank = 6

// dims is a shape as a comparable value, for ops that carry one.
type dims struct {
	rank int
	size [maxRank]int
}

func dimsOf(s Shape) dims {
	d := dims{rank: len(s)}
	copy(d.size[:], s)
	return d
}

// newDims is the shape to that an op is to make of x.
func newDims(op string, x *Node, to Shape) dims {
	if reason := noShape(to); reason != "" {
		panic(&BuildError{Op: op, Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("the new shape %v: %s", to, reason)})
	}
	return dimsOf(to)
}

// noShape says why no tensor has the shape s, or nothing.
func noShape(s Shape) string {
	switch {
	case len(s) < 1 || len(s) > maxRank:
		return fmt.Sprintf("a tensor has from one to %d axes", maxRank)
	case slices.Min(s) < 1:
		return "every size must be positive"
	}
	return ""
}

func (d dims) shape() Shape { return append(Shape{}, d.size[:d.rank]...) }

// reshapeOp shows the same elements, row-major, in another shape: no work, no memory.
type reshapeOp struct{ to dims }

// Reshape returns x's elements, in row-major order, in another shape of the same total size.
func Reshape(x *Node, shape ...int) *Node {
	to := Shape(shape)
	if slices.Equal(to, x.shape) { // Shape.Eq would call (2), (1,2) and (2,1) equal
		return x
	}
	return apply(reshapeOp{newDims("Reshape", x, to)}, x)
}

// Flatten returns x (n, …) as a matrix (n, everything else).
func Flatten(x *Node) *Node { return Reshape(x, x.shape[0], x.shape.TotalSize()/x.shape[0]) }

func (reshapeOp) name() string { return "Reshape" }
func (o reshapeOp) infer(in []Shape) (Shape, string) {
	to := o.to.shape()
	if to.TotalSize() != in[0].TotalSize() {
		return nil, fmt.Sprintf("the new shape %v has another number of elements", to)
	}
	return to, ""
}
func (reshapeOp) vjp(y, ct *Node, _ int) *Node   { return Reshape(ct, y.in[0].shape...) }
func (reshapeOp) jvp(y *Node, dx []*Node) *Node  { return Reshape(dx[0], y.shape...) }
func (reshapeOp) kernels([]Shape, Shape) kernels { return kernels{alias: true} }
