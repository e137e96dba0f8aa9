package graph

import "fmt"

var sliceOps = []string{"Slice", "Embed"}

// grid says where a small tensor's elements stand in a large one: along axis i, element k at from[i] + k·step[i].
type grid struct {
	large, small dims
	from, step   [maxRank]int
}

// sliceOp reads a grid's elements; embedOp, its adjoint, writes them among zeros.
type (
	sliceOp struct{ grid }
	embedOp struct{ grid }
)

// SliceStrided returns every step[i]-th element of x along axis i, from the first on: x[::step[0], ::step[1], …].
func SliceStrided(x *Node, step ...int) *Node {
	g := wholeGrid(x)
	if len(step) != len(x.shape) {
		panic(&BuildError{Op: "SliceStrided", Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("there must be one step for every axis, not %d", len(step))})
	}
	for i, s := range step {
		if s < 1 {
			panic(&BuildError{Op: "SliceStrided", Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("step %d of axis %d must be at least 1", s, i)})
		}
		g.step[i], g.small.size[i] = s, ceilDiv(x.shape[i], s)
	}
	return apply(sliceOp{g}, x)
}

// Crop returns x without its first before and last after elements along an axis.
func Crop(x *Node, axis, before, after int) *Node {
	g := endsGrid("Crop", x, axis, before, after)
	if g.small.size[axis] -= before + after; g.small.size[axis] < 1 {
		panic(&BuildError{Op: "Crop", Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("removing %d and %d elements of axis %d leaves none", before, after, axis)})
	}
	g.from[axis] = before
	return apply(sliceOp{g}, x)
}

// Pad returns x with before zeros in front of it and after zeros behind it along an axis: Crop's adjoint.
func Pad(x *Node, axis, before, after int) *Node {
	g := endsGrid("Pad", x, axis, before, after)
	g.large.size[axis] += before + after
	g.from[axis] = before
	return apply(embedOp{g}, x)
}

// ZeroPadShortcut returns the shortcut without parameters of a residual block (He et al. 2016, option A), for images x (n, c, h, w):
// every stride-th row and column, from the first on, of x's channels, which stand in the middle of channels channels whose
// others are zero. There must be at least x's.
func ZeroPadShortcut(x *Node, channels, stride int) *Node {
	refuse := func(reason string) {
		panic(&BuildError{Op: "ZeroPadShortcut", Shapes: []Shape{x.shape}, Reason: reason})
	}
	if len(x.shape) != 4 {
		refuse("the images must have four axes (n, c, h, w)")
	}
	if c := x.shape[1]; channels < c || stride < 1 {
		refuse(fmt.Sprintf("there must be at least the %d channels of the images, not %d, and stride %d must be at least 1", c, channels, stride))
	}
	if stride > 1 {
		x = SliceStrided(x, 1, 1, stride, stride)
	}
	if c := x.shape[1]; channels != c {
		x = Pad(x, 1, (channels-c)/2, (channels-c+1)/2)
	}
	return x
}

// wholeGrid is all of x.
func wholeGrid(x *Node) grid {
	g := grid{large: dimsOf(x.shape), small: dimsOf(x.shape)}
	for i := range g.step {
		g.step[i] = 1
	}
	return g
}

// endsGrid is all of x, when an axis may lose or gain that many elements at its ends.
func endsGrid(op string, x *Node, axis, before, after int) grid {
	if axis < 0 || axis >= len(x.shape) {
		panic(&BuildError{Op: op, Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("there is no axis %d", axis)})
	}
	if before < 0 || after < 0 {
		panic(&BuildError{Op: op, Shapes: []Shape{x.shape}, Reason: fmt.Sprintf("the numbers of elements, %d and %d, must be at least 0", before, after)})
	}
	return wholeGrid(x)
}

func (sliceOp) name() string                    { return "Slice" }
func (o sliceOp) infer([]Shape) (Shape, string) { return o.small.shape(), "" }
func (o sliceOp) vjp(_, ct *Node, _ int) *Node  { return apply(embedOp(o), ct) }
func (o sliceOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o sliceOp) kernels([]Shape, Shape) kernels {
	return kernels{f32: slice[float32](o.grid), f64: slice[float64](o.grid)}
}

func (embedOp) name() string                    { return "Embed" }
func (o embedOp) infer([]Shape) (Shape, string) { return o.large.shape(), "" }
func (o embedOp) vjp(_, ct *Node, _ int) *Node  { return apply(sliceOp(o), ct) }
func (o embedOp) jvp(_ *Node, dx []*Node) *Node { return apply(o, dx[0]) }
func (o embedOp) kernels([]Shape, Shape) kernels {
	return kernels{
		f32: embed[float32](o.grid, false), f64: embed[float64](o.grid, false),
		add32: embed[float32](o.grid, true), add64: embed[float64](o.grid, true),
	}
}

// eachRow calls f on every row, along the last axis, of the small tensor: its first element there and in the large tensor.
func (g grid) eachRow(f func(small, large int)) {
	g.axis(0, 0, 0, f)
}

func (g grid) axis(i, small, large int, f func(small, large int)) {
	small, large = small*g.small.size[i], large*g.large.size[i]+g.from[i]
	if i == g.small.rank-1 {
		f(small, large)
		return
	}
	for k := range g.small.size[i] {
		g.axis(i+1, small+k, large+k*g.step[i], f)
	}
}

func (g grid) last() (n, step int) { return g.small.size[g.small.rank-1], g.step[g.small.rank-1] }

func slice[T Float](g grid) kernel[T] {
	n, step := g.last()
	return func(dst []T, in [][]T) {
		g.eachRow(func(small, large int) {
			to, from := dst[small:small+n], in[0][large:]
			if step == 1 {
				copy(to, from)
				return
			}
			for k := range to {
				to[k] = from[k*step]
			}
		})
	}
}

func embed[T Float](g grid, add bool) kernel[T] {
	n, step := g.last()
	return func(dst []T, in [][]T) {
		if !add {
			clear(dst)
		}
		g.eachRow(func(small, large int) {
			from, to := in[0][small:small+n], dst[large:]
			if step == 1 {
				addVec(to[:n], to[:n], from)
				return
			}
			for k, v := range from {
				to[k*step] += v
			}
		})
	}
}
