package curvature

import (
	"errors"
	"fmt"
	"slices"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/graph/crew"
)

// Network is a model and its loss as this package sees them: shapes and two functions that build graphs. These add no inputs to the graph:
// numbers of their own are a [graph.Graph.Constant]. They do not mix samples (see [graph.PerSample]): every evaluation refuses a network
// that does, such as one with batch normalization.
type Network struct {
	Params  []graph.Shape // of the parameter tensors, in the order of θ
	Input   graph.Shape   // of one sample
	Outputs int           // c
	// Forward returns the outputs f (n, c) of samples x (n, Input…).
	Forward func(x *graph.Node, theta []*graph.Node) *graph.Node
	// Loss returns the per-sample losses ℓ (n) of outputs and targets, both (n, c).
	Loss func(f, y *graph.Node) *graph.Node
}

// Dim returns the number of parameters P.
func (n Network) Dim() int {
	p := 0
	for _, s := range n.Params {
		p += s.TotalSize()
	}
	return p
}

// given refuses a function of the network, to be called with the nodes of, that is missing.
func given(function string, missing bool, of ...*graph.Node) {
	if missing {
		refuse(function, "it is nil; the network needs it", of)
	}
}

// returned refuses y, which a function of the network has made of other nodes, unless it has the shape wanted.
func returned(function string, y *graph.Node, what string, want []int, of ...*graph.Node) {
	if y == nil {
		refuse(function, fmt.Sprintf("it returned nil; it must return %s, %v", what, graph.Shape(want)), of)
	}
	if !slices.Equal(y.Shape(), want) {
		refuse(function, fmt.Sprintf("it returned shape %v; it must return %s, %v", y.Shape(), what, graph.Shape(want)), of)
	}
}

// refuse refuses a function of the network.
func refuse(function, reason string, of []*graph.Node) {
	e := &graph.BuildError{Op: "the network's " + function, Reason: reason}
	for _, x := range of {
		e.Shapes = append(e.Shapes, x.Shape())
	}
	panic(e)
}

// noInputs refuses inputs among the nodes that the network has made: no program would give them a value.
func noInputs(nodes []*graph.Node) {
	for _, n := range nodes {
		if n.Op() == "input" {
			panic(&graph.BuildError{Op: "the network's input " + n.Symbol().Name(), Shapes: []graph.Shape{n.Shape()},
				Reason: "Forward and Loss must not add inputs, which nothing gives a value: make it a Constant or one of Params"})
		}
	}
}

// Data is N samples: inputs X (N, Input…) and targets Y (N, Outputs), row-major.
type Data[T graph.Float] struct {
	N    int
	X, Y []T
}

// Rows returns samples lo to hi, sharing memory.
func (d Data[T]) Rows(lo, hi int) Data[T] {
	in, out := len(d.X)/d.N, len(d.Y)/d.N
	return Data[T]{N: hi - lo, X: d.X[lo*in : hi*in], Y: d.Y[lo*out : hi*out]}
}

// Gather copies the samples idx into the memory of into, which is returned, grown when it is too small.
func (d Data[T]) Gather(into Data[T], idx []int) Data[T] {
	in, out := len(d.X)/d.N, len(d.Y)/d.N
	if cap(into.X) < len(idx)*in || cap(into.Y) < len(idx)*out {
		into = Data[T]{X: make([]T, len(idx)*in), Y: make([]T, len(idx)*out)}
	}
	into.N, into.X, into.Y = len(idx), into.X[:len(idx)*in], into.Y[:len(idx)*out]
	if len(idx)*in < gatherGrain {
		d.gather(into, idx, 0)
		return into
	}
	parts := min(blas.Threads(), len(idx))
	crew.Do(parts, func(p int) {
		lo, hi := p*len(idx)/parts, (p+1)*len(idx)/parts
		d.gather(into, idx[lo:hi], lo)
	})
	return into
}

// gatherGrain is the number of values from which copying on several goroutines pays: more than a cache holds.
const gatherGrain = 1 << 20

// gather copies the samples idx to the rows of into from first on.
func (d Data[T]) gather(into Data[T], idx []int, first int) {
	in, out := len(d.X)/d.N, len(d.Y)/d.N
	for k, i := range idx {
		k += first
		copy(into.X[k*in:(k+1)*in], d.X[i*in:(i+1)*in])
		copy(into.Y[k*out:(k+1)*out], d.Y[i*out:(i+1)*out])
	}
}

// errEmpty is that of a set without samples.
var errEmpty = errors.New("curvature: a set of samples is empty")

func (n Network) check(theta, x, y, samples int) error {
	switch {
	case samples < 1:
		return errEmpty
	case theta != n.Dim():
		return fmt.Errorf("curvature: θ has %d entries, the network %d parameters", theta, n.Dim())
	case x != samples*n.Input.TotalSize() || y != samples*n.Outputs:
		return fmt.Errorf("curvature: %d samples need %d inputs and %d targets, got %d and %d",
			samples, samples*n.Input.TotalSize(), samples*n.Outputs, x, y)
	}
	return nil
}
