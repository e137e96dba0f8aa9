package graph

import (
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// op is one member of the algebra. Its derivative rules build nodes from the same ops, so every
// derivative of a graph is a graph. Ops are comparable values that print all their fields.
type op interface {
	name() string
	// infer returns the output shape, or the reason why the inputs don't fit.
	infer(in []Shape) (Shape, string)
	// vjp returns the cotangent of input i of y = op(in...), given y's; nil stands for zero.
	vjp(y, ct *Node, i int) *Node
	// jvp returns the tangent of y given its inputs' tangents, some of which are nil (zero).
	jvp(y *Node, dx []*Node) *Node
	kernels(in []Shape, out Shape) kernels
}

// borrower is an op whose kernels borrow scratch memory: so many elements once, and as many for each thread.
type borrower interface {
	borrows(in []Shape) (once, each int)
}

// kernel computes dst from the inputs' elements.
type kernel[T Float] func(dst []T, in [][]T)

// kernels is how an op runs.
type kernels struct {
	f32 kernel[float32]
	f64 kernel[float64]
	// add32 and add64, when present, add the result to dst instead of storing it.
	add32 kernel[float32]
	add64 kernel[float64]
	// inPlace has bit i set when dst may be the memory of input i.
	inPlace uint
	// alias says that the output is the memory of input 0, seen in another shape.
	alias bool
}

func kernelOf[T Float](k kernels) (store, add kernel[T]) {
	if f, ok := any(k.f32).(kernel[T]); ok {
		a, _ := any(k.add32).(kernel[T])
		return f, a
	}
	f, _ := any(k.f64).(kernel[T])
	a, _ := any(k.add64).(kernel[T])
	return f, a
}

// families are the op names each file of the algebra contributes.
var families = [][]string{arithOps, linalgOps, reduceOps, shapeOps, pointwiseOps, convOps, poolOps, sliceOps}

func inFamilies(name string) bool {
	for _, f := range families {
		for _, n := range f {
			if n == name {
				return true
			}
		}
	}
	return false
}

// symbol makes the Gorgonia node of n. The op's serial number enters its hash, because Gorgonia
// merges nodes of equal hash without comparing their children; common subexpressions are
// found by apply instead.
func (g *Graph) symbol(n *Node, in []Shape) *gorgonia.Node {
	if !inFamilies(n.op.name()) {
		panic("graph: op " + n.op.name() + " is missing from its family's list")
	}
	children := make([]*gorgonia.Node, len(n.in))
	for i, c := range n.in {
		children[i] = c.sym
	}
	g.serial++
	sym := &symbolic{op: n.op, dtype: g.dtype, in: in, out: n.shape, serial: g.serial}
	node, err := gorgonia.ApplyOp(sym, children...)
	if err != nil {
		panic(&BuildError{Op: n.op.name(), Shapes: in, Reason: err.Error()})
	}
	if node.Op() != gorgonia.Op(sym) {
		panic(&BuildError{Op: n.op.name(), Shapes: in, Reason: "Gorgonia merged it with another node"})
	}
	return node
}

// symbolic presents an op, applied to inputs of known shapes, to Gorgonia: its tape machine runs
// the same graph and serves as the oracle of this package's executor.
type symbolic struct {
	op     op
	dtype  tensor.Dtype
	in     []Shape
	out    Shape
	serial uint32
}

var _ gorgonia.Op = (*symbolic)(nil)

func (s *symbolic) Arity() int { return len(s.in) }

func (s *symbolic) Type() hm.Type {
	t := make([]hm.Type, 0, len(s.in)+1)
	for _, sh := range append(append([]Shape{}, s.in...), s.out) {
		t = append(t, gorgonia.TensorType{Dims: len(sh), Of: s.dtype})
	}
	return hm.NewFnType(t...)
}

func (s *symbolic) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return s.out.Clone(), nil }
func (s *symbolic) ReturnsPtr() bool                                      { return false }
func (s *symbolic) CallsExtern() bool                                     { return false }
func (s *symbolic) OverwritesInput() int                                  { return -1 }
func (s *symbolic) Hashcode() uint32                                      { return s.serial }
func (s *symbolic) String() string                                        { return s.op.name() }
func (s *symbolic) WriteHash(h hash.Hash) {
	fmt.Fprint(h, s.op.name())
	binary.Write(h, binary.LittleEndian, s.serial) // a hash never fails to write
}

// Do computes the op on freshly allocated memory.
func (s *symbolic) Do(in ...gorgonia.Value) (gorgonia.Value, error) {
	if s.dtype == tensor.Float32 {
		return do[float32](s, in)
	}
	return do[float64](s, in)
}

func do[T Float](s *symbolic, in []gorgonia.Value) (gorgonia.Value, error) {
	args := make([][]T, len(in))
	for i, v := range in {
		switch d := v.Data().(type) {
		case []T:
			args[i] = d
		case T:
			args[i] = []T{d}
		default:
			return nil, fmt.Errorf("graph: %s got a value of type %T", s.op.name(), d)
		}
	}
	dst := make([]T, s.out.TotalSize())
	k := s.op.kernels(s.in, s.out)
	if k.alias {
		copy(dst, args[0])
	} else {
		store, _ := kernelOf[T](k)
		store(dst, args)
	}
	return tensor.New(tensor.WithShape(s.out...), tensor.WithBacking(dst)), nil
}
