package graph

import "fmt"

var poolOps = []string{"MaxIndex", "MaxGather", "MaxScatter", "AvgPool", "AvgUnpool"}

// MaxPool returns the largest element of every 2×2 window, with stride 2, of images x (n, c, h, w): (n, c, ⌊h/2⌋, ⌊w/2⌋). An odd last
// row or column is dropped. Of equal elements the first in row-major order counts, and NaN as the largest.
//
// It is a gather whose indices the forward pass fixes: linear in x at places whose derivative is zero.
func MaxPool(x *Node) *Node { return apply(gatherOp{}, x, apply(maxIndexOp{}, x)) }

// maxIndexOp is the place of the largest element in every 2×2 window: 0, 1, 2 or 3 in row-major order. It is constant but
// for jumps: its derivative is zero.
type maxIndexOp struct{}

// gatherOp picks from every 2×2 window of its first input the element its second input tells; scatterOp, its
// adjoint, puts elements there, among zeros, in images h×w.
type (
	gatherOp  struct{}
	scatterOp struct{ h, w int }
)

// pooled is the shape of images after windows of k×k.
func pooled(in Shape, kh, kw int) (Shape, string) {
	if len(in) != 4 {
		return nil, "the images must have four axes (n, c, h, w)"
	}
	if kh < 1 || kw < 1 || in[2] < kh || in[3] < kw {
		return nil, fmt.Sprintf("windows of %d×%d do not fit into the images", kh, kw)
	}
	return Shape{in[0], in[1], in[2] / kh, in[3] / kw}, ""
}

func (maxIndexOp) name() string                     { return "MaxIndex" }
func (maxIndexOp) infer(in []Shape) (Shape, string) { return pooled(in[0], 2, 2) }
func (maxIndexOp) vjp(_, _ *Node, _ int) *Node      { return nil }
func (maxIndexOp) jvp(_ *Node, _ []*Node) *Node     { return nil }
func (maxIndexOp) kernels(in []Shape, _ Shape) kernels {
	return kernels{f32: maxIndex[float32](in[0]), f64: maxIndex[float64](in[0])}
}

func (gatherOp) name() string { return "MaxGather" }
func (gatherOp) infer(in []Shape) (Shape, string) {
	s, reason := pooled(in[0], 2, 2)
	if reason == "" && !s.Eq(in[1]) {
		return nil, fmt.Sprintf("the indices must have shape %v", s)
	}
	return s, reason
}
func (gatherOp) vjp(y, ct *Node, i int) *Node {
	if i == 1 {
		return nil
	}
	return apply(scatterOp{y.in[0].shape[2], y.in[0].shape[3]}, ct, y.in[1])
}
func (o gatherOp) jvp(y *Node, dx []*Node) *Node { return firstTangent(o, y, dx) }

// firstTangent is the tangent of an op that is linear in its first input and has derivative zero in its second.
func firstTangent(o op, y *Node, dx []*Node) *Node {
	if dx[0] == nil {
		return nil
	}
	return apply(o, dx[0], y.in[1])
}
func (gatherOp) kernels(in []Shape, _ Shape) kernels {
	return kernels{
		f32: gatherWindows[float32](in[0], false), f64: gatherWindows[float64](in[0], false),
		add32: gatherWindows[float32](in[0], true), add64: gatherWindows[float64](in[0], true),
	}
}

func (scatterOp) name() string { return "MaxScatter" }
func (o scatterOp) infer(in []Shape) (Shape, string) {
	return Shape{in[0][0], in[0][1], o.h, o.w}, ""
}
func (o scatterOp) vjp(y, ct *Node, i int) *Node {
	if i == 1 {
		return nil
	}
	return apply(gatherOp{}, ct, y.in[1])
}
func (o scatterOp) jvp(y *Node, dx []*Node) *Node { return firstTangent(o, y, dx) }
func (o scatterOp) kernels(_ []Shape, out Shape) kernels {
	return kernels{
		f32: scatterWindows[float32](out, false), f64: scatterWindows[float64](out, false),
		add32: scatterWindows[float32](out, true), add64: scatterWindows[float64](out, true),
	}
}

// avgPoolOp averages kh×kw windows; avgUnpoolOp, its adjoint, spreads elements evenly over the windows of images h×w.
type (
	avgPoolOp   struct{ kh, kw int }
	avgUnpoolOp struct{ kh, kw, h, w int }
)

// AvgPool returns the mean of every kh×kw window, side by side, of images x (n, c, h, w): (n, c, ⌊h/kh⌋, ⌊w/kw⌋). Rows and columns that
// do not fill a window are dropped.
func AvgPool(x *Node, kh, kw int) *Node { return apply(avgPoolOp{kh, kw}, x) }

// GlobalAvgPool returns the mean over rows and columns of images x (n, c, h, w), as (n, c).
func GlobalAvgPool(x *Node) *Node {
	if len(x.shape) != 4 {
		panic(&BuildError{Op: "GlobalAvgPool", Shapes: []Shape{x.shape}, Reason: "the images must have four axes (n, c, h, w)"})
	}
	return Scale(Sum(x, 2, 3), 1/float64(x.shape[2]*x.shape[3]))
}

func (avgPoolOp) name() string                       { return "AvgPool" }
func (o avgPoolOp) infer(in []Shape) (Shape, string) { return pooled(in[0], o.kh, o.kw) }
func (o avgPoolOp) vjp(y, ct *Node, _ int) *Node {
	return apply(avgUnpoolOp{o.kh, o.kw, y.in[0].shape[2], y.in[0].shape[3]}, ct)
}
func (o avgPoolOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o avgPoolOp) kernels(in []Shape, _ Shape) kernels {
	return kernels{
		f32: averageWindows[float32](in[0], o.kh, o.kw, false), f64: averageWindows[float64](in[0], o.kh, o.kw, false),
		add32: averageWindows[float32](in[0], o.kh, o.kw, true), add64: averageWindows[float64](in[0], o.kh, o.kw, true),
	}
}

func (avgUnpoolOp) name() string { return "AvgUnpool" }
func (o avgUnpoolOp) infer(in []Shape) (Shape, string) {
	return Shape{in[0][0], in[0][1], o.h, o.w}, ""
}
func (o avgUnpoolOp) vjp(_, ct *Node, _ int) *Node  { return apply(avgPoolOp{o.kh, o.kw}, ct) }
func (o avgUnpoolOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o avgUnpoolOp) kernels(_ []Shape, out Shape) kernels {
	return kernels{
		f32: spreadWindows[float32](out, o.kh, o.kw, false), f64: spreadWindows[float64](out, o.kh, o.kw, false),
		add32: spreadWindows[float32](out, o.kh, o.kw, true), add64: spreadWindows[float64](out, o.kh, o.kw, true),
	}
}
