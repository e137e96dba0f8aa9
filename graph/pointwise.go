package graph

import "math"

// pointwiseOp applies one scalar function to every element. deriv gives f′(x) as a node, in terms
// of x and y = f(x), which carries the whole tower of derivatives.
type pointwiseOp struct{ f string }

type pointwise struct {
	deriv func(x, y *Node) *Node // nil: 1 where y > 0 and 0 elsewhere, which Gate applies and nothing bends
	f32   func(dst, x []float32)
	f64   func(dst, x []float64)
}

var pointwiseOps = []string{"ReLU", "Tanh", "Sigmoid", "Exp", "Log", "Inv", "RowMax"}

// functions is filled by init because the derivatives refer to the functions themselves.
var functions map[string]pointwise

func init() {
	functions = map[string]pointwise{
		"ReLU":    {nil, reluVec[float32], reluVec[float64]},
		"Tanh":    {func(_, y *Node) *Node { return Affine(Mul(y, y), -1, 1) }, mapVec[float32](math.Tanh), mapVec[float64](math.Tanh)},
		"Sigmoid": {func(_, y *Node) *Node { return Mul(y, Affine(y, -1, 1)) }, mapVec[float32](sigmoid), mapVec[float64](sigmoid)},
		"Exp":     {func(_, y *Node) *Node { return y }, mapVec[float32](math.Exp), mapVec[float64](math.Exp)},
		"Log":     {func(x, _ *Node) *Node { return Inv(x) }, mapVec[float32](math.Log), mapVec[float64](math.Log)},
		"Inv":     {func(_, y *Node) *Node { return Scale(Mul(y, y), -1) }, mapVec[float32](inverse), mapVec[float64](inverse)},
	}
}

// ReLU returns max(x, 0), NaN for NaN, with derivative 1 where x > 0 and 0 elsewhere.
func ReLU(x *Node) *Node { return apply(pointwiseOp{"ReLU"}, x) }

// Tanh returns tanh x, with derivative 1 − tanh² x.
func Tanh(x *Node) *Node { return apply(pointwiseOp{"Tanh"}, x) }

// Sigmoid returns σ(x) = 1/(1+e^(−x)), with derivative σ(1−σ).
func Sigmoid(x *Node) *Node { return apply(pointwiseOp{"Sigmoid"}, x) }

// SiLU returns x·σ(x).
func SiLU(x *Node) *Node { return Mul(x, Sigmoid(x)) }

// Exp returns e^x.
func Exp(x *Node) *Node { return apply(pointwiseOp{"Exp"}, x) }

// Log returns ln x.
func Log(x *Node) *Node { return apply(pointwiseOp{"Log"}, x) }

// Inv returns 1/x.
func Inv(x *Node) *Node { return apply(pointwiseOp{"Inv"}, x) }

func (o pointwiseOp) name() string                   { return o.f }
func (pointwiseOp) infer(in []Shape) (Shape, string) { return in[0], "" }
func (o pointwiseOp) vjp(y, ct *Node, _ int) *Node   { return o.jvp(y, []*Node{ct}) }
func (o pointwiseOp) jvp(y *Node, dx []*Node) *Node {
	f := functions[o.f]
	if f.deriv == nil {
		return Gate(dx[0], y)
	}
	return Mul(dx[0], f.deriv(y.in[0], y))
}
func (o pointwiseOp) kernels([]Shape, Shape) kernels {
	f := functions[o.f]
	return kernels{f32: unary(f.f32), f64: unary(f.f64), inPlace: 1}
}

// vecOf is what evaluates o.
func vecOf[T Float](o pointwiseOp) func(dst, x []T) {
	if f, ok := any(functions[o.f].f32).(func(dst, x []T)); ok {
		return f
	}
	return any(functions[o.f].f64).(func(dst, x []T))
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
func inverse(x float64) float64 { return 1 / x }

// rowMaxOp is the largest entry of every row. It is used only as a shift that cancels in
// exact arithmetic to every order; so its derivative is taken to be zero.
type rowMaxOp struct{}

func (rowMaxOp) name() string { return "RowMax" }
func (rowMaxOp) infer(in []Shape) (Shape, string) {
	if len(in[0]) != 2 {
		return nil, "the operand must be a matrix"
	}
	return Shape{in[0][0]}, ""
}
func (rowMaxOp) vjp(_, _ *Node, _ int) *Node  { return nil }
func (rowMaxOp) jvp(_ *Node, _ []*Node) *Node { return nil }
func (rowMaxOp) kernels(in []Shape, _ Shape) kernels {
	return kernels{f32: rowMax[float32](in[0]), f64: rowMax[float64](in[0])}
}

// LogSumExp returns log Σ_j e^(x_ij) for every row of x (n, c), as (n): m + log Σ e^(x−m) with m the row's
// maximum, which cannot overflow.
func LogSumExp(x *Node) *Node {
	m := apply(rowMaxOp{}, x)
	e := Exp(Sub(x, Broadcast(m, x.shape, 1)))
	return Add(m, Log(Sum(e, 1)))
}

// SoftmaxCrossEntropy returns the cross-entropy −Σ_j y_ij log softmax(f_i)_j of every row, as (n), for logits f and
// targets y (n, c) whose rows sum to 1: with m the row's maximum and x = f − m,
//
//	log Σ_j e^(x_ij) − Σ_j y_ij x_ij + m_i (1 − Σ_j y_ij),
//
// which keeps the loss of logits that are all large. In general it is LogSumExp(f) − Σ_j y_ij f_ij.
func SoftmaxCrossEntropy(f, y *Node) *Node {
	m := apply(rowMaxOp{}, f)
	x := Sub(f, Broadcast(m, f.shape, 1))
	toTarget := Sum(Mul(x, y), 1)
	return Add(Sub(Log(Sum(Exp(x), 1)), toTarget), Mul(m, Affine(Sum(y, 1), -1, 1)))
}
