package curvature

import "eoss/graph"

// batchHessians are the Hessians H_B of several mini-batches at one θ, linearised together, in the coordinates of
// graph.GroupHVP.
type batchHessians[T graph.Float] struct {
	program[T]
	o          *Objective[T]
	batches, b int
	singular   bool // H_B has a null space: a batch has fewer coordinates than parameters
	v          []*graph.Node
	residual   *graph.Residual[T] // the objective's transient one
}

// coordinates are a vector of every batch: tensors that hold the batches one after another.
type coordinates[T graph.Float] [][]T

// batch returns batch k's part of tensor i.
func (c coordinates[T]) batch(k, batches, i int) []T {
	size := len(c[i]) / batches
	return c[i][k*size : (k+1)*size]
}

func (c coordinates[T]) bytes() (n int) {
	for _, x := range c {
		n += len(x) * int(graph.DtypeOf[T]().Size())
	}
	return n
}

func (o *Objective[T]) batchHessians(batches, b int) (*batchHessians[T], error) {
	h := &batchHessians[T]{o: o, batches: batches, b: b}
	var out []*graph.Node
	_, err := graph.Build[T](func(g *graph.Graph) {
		h.s = o.symbols(g, batches*b, b)
		var hv, dual []*graph.Node
		h.v, hv, dual = graph.GroupHVP(h.s.losses, h.s.theta, batches)
		out = append(hv, dual...)
	})
	if err != nil {
		return nil, err
	}
	coordinates := 0
	for _, n := range h.v {
		coordinates += n.Shape().TotalSize() / batches
	}
	h.singular = coordinates < o.Dim()
	if h.Program, err = graph.CompileLinear[T](out, h.v, false); err != nil {
		return nil, err
	}
	h.Share(&o.scratch)
	o.needs.count(h)
	return h, nil
}

// linearize moves the Hessians to θ and to the batches d, until the objective linearises something else.
func (h *batchHessians[T]) linearize(theta []T, d Data[T]) error {
	err := h.bind(theta, d)
	if err == nil {
		h.residual = h.o.linearizeHere(&h.program)
	}
	return err
}

// apply computes H_B v, and the coordinates dual for which ⟨u, v⟩ = Σ_i ⟨u_i, dual_i⟩, of every batch.
func (h *batchHessians[T]) apply(hv, dual, v coordinates[T]) {
	for i, n := range h.v {
		must(h.BindInput(n, v[i]))
		must(h.BindOutput(i, hv[i]))
		must(h.BindOutput(len(h.v)+i, dual[i]))
	}
	h.Apply(h.residual)
}

func (h *batchHessians[T]) newVector() coordinates[T] {
	c := make(coordinates[T], len(h.v))
	for i, n := range h.v {
		c[i] = make([]T, n.Shape().TotalSize())
	}
	return c
}
