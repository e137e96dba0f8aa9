package graph

import (
	"slices"
	"sort"
)

// plan is a program before it has an element type: the order of the steps and where every value
// lives. A slot is a piece of memory; several nodes share one when a value is only seen in
// another shape, or is overwritten in place.
type plan struct {
	steps       []step
	slots       []slot
	inputs      map[*Node]int // the inputs' slots, bound by the caller
	outputs     []int         // the outputs' slots, bound by the caller
	fixedInputs []int         // slots of inputs that are not tangents
	kept        []int         // slots a linearisation keeps
	scratch     []int         // sizes, in elements, of the shared buffers
}

type step struct {
	node       *Node // nil: bring the input to an output
	in         []int
	dst        int
	varying    bool
	accumulate bool         // add the node's value to dst
	then       *pointwiseOp // applied to dst, after an AddBias, while it is in the cache
}

type slot struct {
	size int
	pool int // index into plan.scratch, or −1
}

// value is a node while it is being planned. Reshapes have none: they are their source.
type value struct {
	node    *Node
	varying bool
	output  bool
	wanted  int // how many outputs show it
	kept    bool
	extra   *value // the product that is accumulated onto this sum's other term
	adds    bool   // its product is added to the output's memory
	fused   bool   // computed by the sum that accumulates it
	in      []*value
	uses    int
	last    int // position of the last step that reads it
	slot    int
}

type planner struct {
	plan
	values map[*Node]*value
	order  []*value
	wanted []*Node
	planOptions
}

type planOptions struct {
	tangents []*Node // inputs the outputs are linear in
	adding   bool    // outputs, but for those of a linearisation, are added to what their memory holds
	targets  []*Node // inputs whose memory outputs may be added to: they are written after all reads
}

func newPlan(outputs []*Node, opt planOptions) *plan {
	p := &planner{values: map[*Node]*value{}, wanted: fold(outputs), planOptions: opt}
	p.inputs = map[*Node]int{}
	p.readTargets()
	p.collect()
	p.fuse()
	p.postpone()
	p.place()
	p.share()
	p.emit()
	return &p.plan
}

func source(n *Node) *Node {
	for n.op != nil {
		if _, ok := n.op.(reshapeOp); !ok {
			break
		}
		n = n.in[0]
	}
	return n
}

// readTargets puts a copy in the place of every output that is a target itself: others may be added to that memory before it is read.
func (p *planner) readTargets() {
	for i, n := range p.wanted {
		if t := source(n); slices.Contains(p.targets, t) {
			p.wanted[i] = &Node{graph: t.graph, op: affineOp{alpha: 1}, in: []*Node{t}, shape: t.shape, id: t.id}
		}
	}
}

// collect lists the values the outputs need: fixed ones first, each half in topological order.
func (p *planner) collect() {
	for _, t := range p.tangents {
		p.values[t] = &value{node: t, varying: true, slot: -1}
	}
	var visit func(n *Node) *value
	seen := map[*Node]bool{}
	visit = func(n *Node) *value {
		n = source(n)
		v := p.values[n]
		if seen[n] {
			return v
		}
		seen[n] = true
		if v == nil {
			v = &value{node: n, slot: -1}
			p.values[n] = v
		}
		for _, c := range n.in {
			cv := visit(c)
			cv.uses++
			v.in = append(v.in, cv)
			v.varying = v.varying || cv.varying
		}
		p.order = append(p.order, v)
		return v
	}
	for _, n := range p.wanted {
		v := visit(n)
		v.output = v.node.op != nil
		v.wanted++
	}
	sort.SliceStable(p.order, func(i, j int) bool {
		a, b := p.order[i], p.order[j]
		if a.varying != b.varying {
			return b.varying
		}
		return a.node.id < b.node.id
	})
	for _, v := range p.order {
		for _, c := range v.in {
			c.kept = c.kept || v.varying && !c.varying && c.node.op != nil
		}
	}
}

// fuse turns a + b, where b is a product nothing else reads, into an accumulation of the product
// onto a's memory (beta = 1 in the terms of a matrix product).
func (p *planner) fuse() {
	for _, v := range p.order {
		o, ok := v.node.op.(addOp)
		if !ok || o.minus || v.in[0] == v.in[1] {
			continue
		}
		for _, i := range []int{1, 0} {
			b, a := v.in[i], v.in[1-i]
			if p.accumulates(b) && b.varying == v.varying && p.overwritable(a, v) {
				v.extra, b.fused = b, true
				v.in = append([]*value{a}, b.in...)
				break
			}
		}
	}
}

// postpone moves the outputs that will be added straight to a target's memory behind all other steps,
// because others may still read the target.
func (p *planner) postpone() {
	if p.targets == nil {
		return
	}
	sort.SliceStable(p.order, func(i, j int) bool { return !p.direct(p.order[i]) && p.direct(p.order[j]) })
}

// addsUp says whether the output v is added to what its memory holds. A linearisation's own values are stored.
func (p *planner) addsUp(v *value) bool { return p.adding && (v.varying || p.tangents == nil) }

// direct says whether the output v can be added to its memory as it is computed: its terms are
// products, none of them reads a target, and nothing reads v by itself, not another output either.
func (p *planner) direct(v *value) bool {
	if !v.output || v.kept || !p.addsUp(v) || v.uses > 0 || v.wanted > 1 || !isProduct(v.firstTerm().node) {
		return false
	}
	if p.targets == nil {
		return true
	}
	if v.extra != nil {
		return false // its first term would be written before the others are read
	}
	for _, c := range v.in {
		if slices.Contains(p.targets, c.node) {
			return false
		}
	}
	return true
}

func (p *planner) accumulates(b *value) bool {
	return b.node.op != nil && b.uses == 1 && !b.output && !b.kept && !b.fused && b.extra == nil && isProduct(b.node)
}

// isProduct says whether n's value can be added to memory as it is computed.
func isProduct(n *Node) bool {
	return n.op != nil && n.op.kernels(shapesOf(n.in), n.shape).add32 != nil
}

// overwritable says whether v's other term a may become v's memory: nothing else reads it later.
func (p *planner) overwritable(a, v *value) bool {
	return a.node.op != nil && a.uses == 1 && !a.output && !a.kept && a.varying == v.varying
}

func shapesOf(ns []*Node) []Shape {
	s := make([]Shape, len(ns))
	for i, n := range ns {
		s[i] = n.shape
	}
	return s
}
