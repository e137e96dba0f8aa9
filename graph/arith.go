package graph

import (
	"fmt"
	"slices"
)

var arithOps = []string{"Add", "Sub", "Mul", "Gate", "Affine"}

func sameShape(in []Shape) (Shape, string) {
	if !slices.Equal(in[0], in[1]) {
		return nil, "the shapes must be equal"
	}
	return in[0], ""
}

// addOp is x₀ + s·x₁ with s = ±1.
type addOp struct{ minus bool }

// Add returns a + b, elementwise, of equal shapes.
func Add(a, b *Node) *Node { return apply(addOp{}, a, b) }

// Sub returns a − b, elementwise, of equal shapes.
func Sub(a, b *Node) *Node { return apply(addOp{minus: true}, a, b) }

func (o addOp) name() string {
	if o.minus {
		return "Sub"
	}
	return "Add"
}
func (o addOp) infer(in []Shape) (Shape, string) { return sameShape(in) }
func (o addOp) signed(x *Node, i int) *Node {
	if o.minus && i == 1 {
		return Scale(x, -1)
	}
	return x
}
func (o addOp) vjp(_, ct *Node, i int) *Node { return o.signed(ct, i) }
func (o addOp) jvp(_ *Node, dx []*Node) *Node {
	switch {
	case dx[0] == nil:
		return o.signed(dx[1], 1)
	case dx[1] == nil:
		return dx[0]
	}
	return apply(o, dx...)
}
func (o addOp) kernels([]Shape, Shape) kernels {
	if o.minus {
		return kernels{f32: binary2(subVec[float32]), f64: binary2(subVec[float64]), inPlace: 0b11}
	}
	return kernels{f32: binary2(addVec[float32]), f64: binary2(addVec[float64]), inPlace: 0b11}
}

// mulOp is the elementwise product, bilinear.
type mulOp struct{}

// Mul returns a ⊙ b, elementwise, of equal shapes.
func Mul(a, b *Node) *Node { return apply(mulOp{}, a, b) }

func (mulOp) name() string                     { return "Mul" }
func (mulOp) infer(in []Shape) (Shape, string) { return sameShape(in) }
func (mulOp) vjp(y, ct *Node, i int) *Node     { return Mul(ct, y.in[1-i]) }
func (mulOp) jvp(y *Node, dx []*Node) *Node    { return bilinear(y, dx, Mul) }
func (mulOp) kernels([]Shape, Shape) kernels {
	return kernels{f32: binary2(mulVec[float32]), f64: binary2(mulVec[float64]), inPlace: 0b11}
}

// gateOp is x₀ where x₁ > 0 and 0 elsewhere: linear in x₀, with derivative zero in x₁.
type gateOp struct{}

// Gate returns a ⊙ 1[b > 0], elementwise, of equal shapes; its derivative in b is taken to be zero.
func Gate(a, b *Node) *Node { return apply(gateOp{}, a, b) }

func (gateOp) name() string                     { return "Gate" }
func (gateOp) infer(in []Shape) (Shape, string) { return sameShape(in) }
func (gateOp) vjp(y, ct *Node, i int) *Node {
	if i == 1 {
		return nil
	}
	return Gate(ct, y.in[1])
}
func (gateOp) jvp(y *Node, dx []*Node) *Node {
	if dx[0] == nil {
		return nil
	}
	return Gate(dx[0], y.in[1])
}
func (gateOp) kernels([]Shape, Shape) kernels {
	return kernels{f32: binary2(gateVec[float32]), f64: binary2(gateVec[float64]), inPlace: 0b11}
}

// bilinear is the product rule: B(ẋ₀, x₁) + B(x₀, ẋ₁).
func bilinear(y *Node, dx []*Node, b func(a, b *Node) *Node) *Node {
	var sum *Node
	if dx[0] != nil {
		sum = b(dx[0], y.in[1])
	}
	if dx[1] != nil {
		sum = addNil(sum, b(y.in[0], dx[1]))
	}
	return sum
}

// addNil is a + b where nil stands for zero.
func addNil(a, b *Node) *Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return Add(a, b)
}

// affineOp is αx + β, elementwise, with constants.
type affineOp struct{ alpha, beta float64 }

// Affine returns αx + β, elementwise.
func Affine(x *Node, alpha, beta float64) *Node {
	if alpha == 1 && beta == 0 {
		return x
	}
	return apply(affineOp{alpha, beta}, x)
}

// Scale returns αx.
func Scale(x *Node, alpha float64) *Node { return Affine(x, alpha, 0) }

// ZerosLike returns a tensor of zeros in x's shape, whatever x holds.
func ZerosLike(x *Node) *Node { return Affine(x, 0, 0) }

func (affineOp) name() string                     { return "Affine" }
func (o affineOp) String() string                 { return fmt.Sprintf("%b,%b", o.alpha, o.beta) }
func (affineOp) infer(in []Shape) (Shape, string) { return in[0], "" }
func (o affineOp) vjp(_, ct *Node, _ int) *Node   { return o.jvp(nil, []*Node{ct}) }
func (o affineOp) jvp(_ *Node, dx []*Node) *Node {
	if o.alpha == 0 {
		return nil
	}
	return Scale(dx[0], o.alpha)
}
func (o affineOp) kernels([]Shape, Shape) kernels {
	return kernels{f32: unary(affineVec[float32](o)), f64: unary(affineVec[float64](o)), inPlace: 1}
}
