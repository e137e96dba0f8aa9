package graph

import (
	"fmt"
	"strings"

	_ "go4.org/unsafe/assume-no-moving-gc" // the release that knows this Go version: an older one panics at start-up
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Shape is the size of a tensor along each axis, row-major. A scalar has shape (1).
type Shape = tensor.Shape

// Float is the element type a graph is built and run in.
type Float interface{ float32 | float64 }

// Graph is a Gorgonia expression graph whose nodes all come from this package's closed algebra.
type Graph struct {
	sym    *gorgonia.ExprGraph
	dtype  tensor.Dtype
	nodes  []*Node
	known  map[string]*Node // common subexpressions
	serial uint32
}

// Node is one tensor-valued expression.
type Node struct {
	graph *Graph
	sym   *gorgonia.Node
	op    op // nil for an input
	in    []*Node
	shape Shape
	id    int // children have smaller ids: ids are a topological order

	constant []float64 // the numbers of a constant, which is an input otherwise
}

// Shape returns the node's shape.
func (n *Node) Shape() Shape { return n.shape }

// Graph returns the graph the node belongs to.
func (n *Node) Graph() *Graph { return n.graph }

// Symbol returns the Gorgonia node behind n.
func (n *Node) Symbol() *gorgonia.Node { return n.sym }

// Op returns the name of the operation that computes n, or "input" or "constant".
func (n *Node) Op() string {
	switch {
	case n.constant != nil:
		return "constant"
	case n.op == nil:
		return "input"
	}
	return n.op.name()
}

func (n *Node) String() string { return fmt.Sprintf("%%%d=%s%v", n.id, n.Op(), n.shape) }

// BuildError is a mistake in a graph: an operation given shapes it cannot take, a use of parameters that a derivative has no rule for, samples
// that are mixed (see [PerSample]), or, as a panic of its run, a program whose inputs or outputs were never bound.
type BuildError struct {
	Op     string
	Shapes []Shape
	Reason string
}

func (e *BuildError) Error() string {
	s := make([]string, len(e.Shapes))
	for i, sh := range e.Shapes {
		s[i] = fmt.Sprint(sh)
	}
	return fmt.Sprintf("graph: %s of %s: %s", e.Op, strings.Join(s, " and "), e.Reason)
}

// DtypeOf returns the Gorgonia element type of T.
func DtypeOf[T Float]() tensor.Dtype {
	var t T
	if _, ok := any(t).(float32); ok {
		return tensor.Float32
	}
	return tensor.Float64
}

// Build makes a graph over elements of type T by calling f. Operations report a shape mistake by
// panicking with a *BuildError, which Build returns, so that models read like formulas.
func Build[T Float](f func(g *Graph)) (g *Graph, err error) {
	g = &Graph{sym: gorgonia.NewGraph(), dtype: DtypeOf[T](), known: map[string]*Node{}}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *BuildError:
			g, err = nil, e
		default:
			panic(e)
		}
	}()
	f(g)
	return g, nil
}

// Input adds an input of the given shape. Two inputs are never merged, whatever their names:
// Gorgonia would silently merge equal names, so the name is made unique.
func (g *Graph) Input(name string, shape ...int) *Node {
	sh := Shape(shape).Clone()
	if reason := noShape(sh); reason != "" {
		panic(&BuildError{Op: "input " + name, Shapes: []Shape{sh}, Reason: reason})
	}
	n := &Node{graph: g, shape: sh}
	n.sym = gorgonia.NewTensor(g.sym, g.dtype, len(sh), gorgonia.WithShape(sh...),
		gorgonia.WithName(fmt.Sprintf("%s#%d", name, len(g.nodes))))
	return g.add(n)
}

func (g *Graph) add(n *Node) *Node {
	n.id = len(g.nodes)
	g.nodes = append(g.nodes, n)
	return n
}

// apply adds the node o(in...), or returns the equal node that is there already.
func apply(o op, in ...*Node) *Node {
	g := in[0].graph
	shapes := make([]Shape, len(in))
	key := fmt.Sprintf("%T%v", o, o)
	for i, c := range in {
		if c.graph != g {
			panic(&BuildError{Op: o.name(), Reason: "the operands belong to different graphs"})
		}
		shapes[i] = c.shape
		key += fmt.Sprintf(",%d", c.id)
	}
	if n, ok := g.known[key]; ok {
		return n
	}
	shape, reason := o.infer(shapes)
	if reason != "" {
		panic(&BuildError{Op: o.name(), Shapes: shapes, Reason: reason})
	}
	n := g.add(&Node{graph: g, op: o, in: in, shape: shape})
	n.sym = g.symbol(n, shapes)
	g.known[key] = n
	return n
}

// Nodes returns all nodes in topological order.
func (g *Graph) Nodes() []*Node { return g.nodes }
