package curvature

import (
	"fmt"

	"eoss/graph"
)

// symbols are the nodes every quantity of this package is built from: m samples, their outputs f,
// losses ℓ, and L = (1/denominator) Σ_i ℓ_i.
type symbols struct {
	x, y        *graph.Node
	theta, v    []*graph.Node
	u           *graph.Node // (m, c), a vector in the space of the outputs
	w           *graph.Node // (m), a weight per sample
	f           *graph.Node
	losses      *graph.Node
	loss        *graph.Node
	denominator int
}

// recipe says which outputs a program computes; its address identifies it among the compiled programs.
type recipe struct {
	build  func(s symbols) []*graph.Node
	linear func(s symbols) []*graph.Node // the inputs the outputs are linear in; nil for none
	adding bool                          // outputs are added to memory, chunk after chunk
	update bool                          // outputs are added to memory, which may be θ's own
	// evaluates says that two more outputs, f and ℓ, which are not linear in anything, follow those by parameter tensors.
	evaluates bool
}

// evaluated is the number of outputs that are not linear.
func (r *recipe) evaluated() int {
	if r.evaluates {
		return 2
	}
	return 0
}

func inV(s symbols) []*graph.Node { return s.v }
func inU(s symbols) []*graph.Node { return []*graph.Node{s.u} }

// program is a compiled recipe and the nodes it is bound through.
type program[T graph.Float] struct {
	*graph.Program[T]
	s symbols
}

type programKey struct {
	recipe      *recipe
	samples     int
	denominator int
}

// Objective evaluates the loss of a network and what is derived from it. It compiles a program per
// quantity and number of samples, once: those that there are do not notice when the Network's fields change, for which make another
// Objective. It belongs to one goroutine at a time.
type Objective[T graph.Float] struct {
	Network
	// Chunk is the largest number of samples evaluated at once: it bounds the memory of the
	// activations, and it fixes the order of the sums, so that results depend on it in the last bits.
	Chunk int
	// Memory bounds, in bytes, what evaluations hold together: the buffers and the kernels' scratch memory, which all programs share, one
	// linearisation that is recomputed at every product, the vectors of Lanczos, which all matrices share, and the linearisations that the
	// objective's matrices keep, as many as there is room for when a matrix is made. Below the WorkingSet of the first two and Lanczos's
	// vectors it is exceeded. It changes no bit of any result. 0 stands for no bound. Set it before the first matrix is made.
	Memory int
	// Interrupt, when it is not nil, is asked before every product of an iteration and every batch of a mean: an error ends the estimate,
	// which returns it. Steps of training do not ask.
	Interrupt func() error

	programs  map[programKey]*program[T]
	scratch   graph.Arena[T] // the programs' buffers
	transient transient[T]
	needs     needs       // of all programs
	vectors   vectors[T]  // of the Lanczos runs with matrices of size P
	kept      int         // bytes of all linearisations that are kept
	perSample *squares[T] // the programs of GradientVariance
}

// DefaultChunk makes the products of a layer of 512 large enough to run at the full rate of the matrix
// library; a chunk of activations is then a few MB a layer.
const DefaultChunk = 2048

// NewObjective returns the objective of a network with the default chunk.
func NewObjective[T graph.Float](n Network) *Objective[T] {
	return &Objective[T]{Network: n, Chunk: DefaultChunk}
}

// program returns the compiled recipe for m samples whose losses are divided by the denominator.
func (o *Objective[T]) program(r *recipe, m, denominator int) (*program[T], error) {
	key := programKey{r, m, denominator}
	if p, ok := o.programs[key]; ok {
		return p, nil
	}
	var s symbols
	var out []*graph.Node
	_, err := graph.Build[T](func(g *graph.Graph) {
		s = o.symbols(g, m, denominator)
		if out = r.build(s); r.linear != nil {
			byApply := out[:len(out)-r.evaluated()]
			copy(byApply, graph.LinearIn(byApply, r.linear(s)))
		}
	})
	if err != nil {
		return nil, err
	}
	p, err := compile[T](r, s, out)
	if err != nil {
		return nil, err
	}
	p.Share(&o.scratch)
	o.needs.count(p)
	if o.programs == nil {
		o.programs = map[programKey]*program[T]{}
	}
	o.programs[key] = &program[T]{p, s}
	return o.programs[key], nil
}

// compile plans the program of a recipe's outputs.
func compile[T graph.Float](r *recipe, s symbols, out []*graph.Node) (*graph.Program[T], error) {
	switch {
	case r.linear != nil:
		return graph.CompileLinear[T](out, r.linear(s), r.adding)
	case r.update:
		return graph.CompileUpdate[T](out, s.theta)
	case r.adding:
		return graph.CompileSum[T](out...)
	}
	return graph.Compile[T](out...)
}

// symbols adds the nodes every program starts from to g.
func (n Network) symbols(g *graph.Graph, m, denominator int) symbols {
	s := symbols{denominator: denominator}
	s.x = g.Input("x", append([]int{m}, n.Input...)...)
	s.y = g.Input("y", m, n.Outputs)
	for _, sh := range n.Params {
		s.theta = append(s.theta, g.Input("theta", sh...))
		s.v = append(s.v, g.Input("v", sh...))
	}
	s.u, s.w = g.Input("u", m, n.Outputs), g.Input("w", m)
	own := len(g.Nodes())
	given("Forward", n.Forward == nil, s.x)
	s.f = n.Forward(s.x, s.theta)
	returned("Forward", s.f, "a row of outputs per sample", []int{m, n.Outputs}, s.x)
	given("Loss", n.Loss == nil, s.f, s.y)
	s.losses = n.Loss(s.f, s.y)
	returned("Loss", s.losses, "a loss per sample", []int{m}, s.f, s.y)
	noInputs(g.Nodes()[own:])
	graph.PerSample(s.losses, s.x, s.y)
	if m == 1 {
		n.keepsTwoApart()
	}
	s.loss = graph.Scale(graph.Sum(s.losses), 1/float64(denominator))
	return s
}

// keepsTwoApart refuses a network that mixes two samples, which a graph of one cannot show.
func (n Network) keepsTwoApart() {
	if _, err := graph.Build[float64](func(g *graph.Graph) { n.symbols(g, 2, 2) }); err != nil {
		panic(err)
	}
}

// bind gives a program its samples and parameters.
func (p *program[T]) bind(theta []T, d Data[T]) error {
	if err := p.BindInput(p.s.x, d.X); err != nil {
		return err
	}
	if err := p.BindInput(p.s.y, d.Y); err != nil {
		return err
	}
	return bindFlat(theta, p.s.theta, func(i int, part []T) error { return p.BindInput(p.s.theta[i], part) })
}

// direction binds the vector v.
func (p *program[T]) direction(v []T) error {
	return bindFlat(v, p.s.v, func(i int, part []T) error { return p.BindInput(p.s.v[i], part) })
}

// result binds the outputs from the given one on, one per parameter tensor, to parts of a flat vector.
func (p *program[T]) result(first int, flat []T) error {
	return bindFlat(flat, p.s.theta, func(i int, part []T) error { return p.BindOutput(first+i, part) })
}

// evaluate runs the program of r over the samples d as one chunk. Its outputs are a loss, for which scratch is the memory and which is returned, and
// then, one per parameter tensor, the parts of the flat vectors.
func (o *Objective[T]) evaluate(r *recipe, denominator int, theta []T, d Data[T], scratch []T, flat ...[]T) (loss float64, err error) {
	p, err := o.program(r, d.N, denominator)
	if err != nil {
		return 0, err
	}
	if err := p.bind(theta, d); err != nil {
		return 0, err
	}
	scratch[0] = 0
	if err := p.BindOutput(0, scratch); err != nil {
		return 0, err
	}
	for i, v := range flat {
		if err := p.result(1+i*len(o.Params), v); err != nil {
			return 0, err
		}
	}
	p.Run()
	return float64(scratch[0]), nil
}

// bindFlat cuts a flat vector into the parameter tensors.
func bindFlat[T graph.Float](flat []T, like []*graph.Node, bind func(i int, part []T) error) error {
	rest := flat
	for i, n := range like {
		size := min(n.Shape().TotalSize(), len(rest))
		if err := bind(i, rest[:size]); err != nil {
			return err
		}
		rest = rest[size:]
	}
	if len(rest) > 0 {
		return fmt.Errorf("curvature: a vector of %d entries for %d parameters", len(flat), len(flat)-len(rest))
	}
	return nil
}

// chunks calls f for consecutive ranges of at most Chunk samples.
func (o *Objective[T]) chunks(n int, f func(lo, hi int) error) error {
	if o.Chunk < 1 {
		return fmt.Errorf("curvature: the objective evaluates chunks of %d samples: set Chunk, such as to DefaultChunk = %d", o.Chunk, DefaultChunk)
	}
	for lo := 0; lo < n; lo += o.Chunk {
		if err := f(lo, min(lo+o.Chunk, n)); err != nil {
			return err
		}
	}
	return nil
}
