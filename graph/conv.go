package graph

import "fmt"

var convOps = []string{"Conv", "ConvInput", "ConvWeight"}

// The three tensors of a convolution, and the places of convOp.makes.
const (
	convOutput = iota // y (n, out, oh, ow)
	convInput         // x (n, in, h, w)
	convWeight        // w (out, in, kh, kw)
)

// convOp is one member of the triple that the trilinear form ⟨y, conv(x, w)⟩ defines: it makes one of y, x and w
// out of the other two, and its derivatives are the members that make those.
type convOp struct {
	makes       int
	h, w        int // of the images
	kh, kw      int
	stride, pad int
	groups      int // of samples that have weights of their own; 0: all samples have the same
}

// Conv returns the cross-correlation of images x (n, in, h, w) with weights w (out, in, kh, kw),
//
//	y[n,o,i,j] = Σ_{c,p,q} w[o,c,p,q] · x[n, c, stride·i+p−pad, stride·j+q−pad],
//
// zero outside the image, of shape (n, out, ⌊(h+2pad−kh)/stride⌋+1, ⌊(w+2pad−kw)/stride⌋+1).
func Conv(x, w *Node, stride, pad int) *Node {
	h, wd := imageSize(x)
	kh, kw := imageSize(w)
	return apply(convOp{convOutput, h, wd, kh, kw, stride, pad, 0}, x, w)
}

// ConvGroups is Conv with other weights for every group of n/g consecutive samples, w (g, out, in, kh, kw).
func ConvGroups(x, w *Node, stride, pad int) *Node {
	h, wd := imageSize(x)
	if len(w.shape) != 5 {
		panic(&BuildError{Op: "ConvGroups", Shapes: shapesOf([]*Node{x, w}), Reason: "the weights must have five axes (groups, out, in, kh, kw)"})
	}
	return apply(convOp{convOutput, h, wd, w.shape[3], w.shape[4], stride, pad, w.shape[0]}, x, w)
}

// ConvInput returns Conv's adjoint in the images: x̄ (n, in, h, wd) with ⟨x̄, x⟩ = ⟨y, Conv(x, w)⟩ for all images x of
// that size. It is also known as the transposed convolution.
func ConvInput(y, w *Node, h, wd, stride, pad int) *Node {
	kh, kw := imageSize(w)
	return apply(convOp{convInput, h, wd, kh, kw, stride, pad, 0}, y, w)
}

// ConvWeight returns Conv's adjoint in the weights: w̄ (out, in, kh, kw) with ⟨w̄, w⟩ = ⟨y, Conv(x, w)⟩ for all weights w
// of that size.
func ConvWeight(x, y *Node, kh, kw, stride, pad int) *Node {
	h, wd := imageSize(x)
	return apply(convOp{convWeight, h, wd, kh, kw, stride, pad, 0}, x, y)
}

// imageSize is the size of the last two axes of four; infer refuses other ranks.
func imageSize(x *Node) (h, w int) {
	if len(x.shape) != 4 {
		return 0, 0
	}
	return x.shape[2], x.shape[3]
}

func (o convOp) name() string { return convOps[o.makes] }

// operands are the tensors the op reads, in the order of its inputs.
func (o convOp) operands() [2]int {
	switch o.makes {
	case convOutput:
		return [2]int{convInput, convWeight}
	case convInput:
		return [2]int{convOutput, convWeight}
	}
	return [2]int{convInput, convOutput}
}

func (o convOp) outSize() (oh, ow int) {
	return (o.h+2*o.pad-o.kh)/o.stride + 1, (o.w+2*o.pad-o.kw)/o.stride + 1
}

func (o convOp) infer(in []Shape) (Shape, string) {
	axes := [3]int{4, 4, 4}
	if o.groups > 0 {
		axes[convWeight]++
	}
	switch operands := o.operands(); {
	case len(in[0]) != axes[operands[0]] || len(in[1]) != axes[operands[1]]:
		return nil, "both operands must have four axes: images (n, c, h, w) and weights (out, in, kh, kw)"
	case o.stride < 1 || o.pad < 0:
		return nil, fmt.Sprintf("stride %d must be at least 1 and padding %d at least 0", o.stride, o.pad)
	case o.kh > o.h+2*o.pad || o.kw > o.w+2*o.pad:
		return nil, fmt.Sprintf("the kernel is larger than the image with padding %d", o.pad)
	}
	g := o.geometry(in)
	if g.n*g.weightSets() != g.samples {
		return nil, fmt.Sprintf("%d samples do not fall into %d equal groups", g.samples, o.groups)
	}
	for k, which := range o.operands() {
		if want := g.shapes()[which]; !want.Eq(in[k]) {
			return nil, fmt.Sprintf("with stride %d and padding %d the %s operand must have shape %v", o.stride, o.pad, [2]string{"first", "second"}[k], want)
		}
	}
	return g.shapes()[o.makes], ""
}

func (o convOp) vjp(y, ct *Node, i int) *Node {
	var t [3]*Node
	for k, which := range o.operands() {
		t[which] = y.in[k]
	}
	t[o.makes] = ct
	o.makes = o.operands()[i]
	other := o.operands()
	return apply(o, t[other[0]], t[other[1]])
}

func (o convOp) jvp(y *Node, dx []*Node) *Node {
	return bilinear(y, dx, func(a, b *Node) *Node { return apply(o, a, b) })
}

// geometry is all the sizes of a convolution.
type geometry struct {
	convOp
	samples         int
	n               int // samples that share weights
	in, out, oh, ow int
}

// weightSets is the number of weight tensors.
func (o convOp) weightSets() int { return max(1, o.groups) }

func (o convOp) geometry(in []Shape) geometry {
	g := geometry{convOp: o}
	g.oh, g.ow = o.outSize()
	for k := 1; k >= 0; k-- { // where they disagree the first one counts
		switch s := in[k]; o.operands()[k] {
		case convOutput:
			g.samples, g.out = s[0], s[1]
		case convInput:
			g.samples, g.in = s[0], s[1]
		case convWeight:
			g.out, g.in = s[len(s)-4], s[len(s)-3]
		}
	}
	g.n = g.samples / o.weightSets()
	return g
}

// shapes are those of y, x and w.
func (g geometry) shapes() [3]Shape {
	w := Shape{g.out, g.in, g.kh, g.kw}
	if g.groups > 0 {
		w = append(Shape{g.groups}, w...)
	}
	return [3]Shape{{g.samples, g.out, g.oh, g.ow}, {g.samples, g.in, g.h, g.w}, w}
}

func (o convOp) borrows(in []Shape) (once, each int) {
	return newAlgorithm[float32](o.geometry(in), false).borrows()
}

func (o convOp) kernels(in []Shape, _ Shape) kernels {
	g := o.geometry(in)
	return kernels{
		f32: convKernel[float32](g, false), f64: convKernel[float64](g, false),
		add32: convKernel[float32](g, true), add64: convKernel[float64](g, true),
	}
}
