package graph

// newSlot adds a slot of n's size.
func (p *planner) newSlot(n *Node) int {
	p.slots = append(p.slots, slot{size: n.shape.TotalSize(), pool: -1})
	return len(p.slots) - 1
}

// place gives every value a slot. Walking backwards, a value's slot is known before those of its
// inputs, so that an input that dies there and may be overwritten simply takes the same slot.
func (p *planner) place() {
	for pos, v := range p.order {
		if v.fused {
			continue
		}
		for _, c := range v.in {
			c.last = pos
		}
	}
	p.bindOutputs()
	for pos := len(p.order) - 1; pos >= 0; pos-- {
		v := p.order[pos]
		if v.fused {
			continue
		}
		if v.slot < 0 {
			v.slot = p.newSlot(v.node)
			switch {
			case v.node.op == nil:
				p.inputs[v.node] = v.slot
				if !v.varying {
					p.fixedInputs = append(p.fixedInputs, v.slot)
				}
			case v.kept:
				p.kept = append(p.kept, v.slot)
			}
		}
		if c := overwritten(v, pos); c != nil {
			c.slot = v.slot
		}
	}
}

// bindOutputs gives the first output that shows a value the value's own slot, unless the value
// must stay in a linearisation; the other outputs are filled by copies.
func (p *planner) bindOutputs() {
	for _, n := range p.wanted {
		s := p.newSlot(n)
		p.outputs = append(p.outputs, s)
		if v := p.values[source(n)]; v.output && !v.kept && v.slot < 0 {
			if p.addsUp(v) {
				if !p.direct(v) {
					continue
				}
				v.firstTerm().adds = true
			}
			v.slot = s
		}
	}
}

// firstTerm is the value that a chain of accumulations starts from.
func (v *value) firstTerm() *value {
	for v.extra != nil {
		v = v.in[0]
	}
	return v
}

// overwritten returns the input whose memory v reuses, or nil.
func overwritten(v *value, pos int) *value {
	if v.node.op == nil {
		return nil
	}
	if v.extra != nil {
		return v.in[0]
	}
	mask := v.node.op.kernels(shapesOf(v.node.in), v.node.shape).inPlace
	for i, c := range v.in {
		free := c.node.op != nil && !c.output && !c.kept && c.slot < 0 && c.last == pos
		if mask>>i&1 == 1 && free && c.varying == v.varying {
			return c
		}
	}
	return nil
}

// share lets slots whose lifetimes do not overlap use the same buffer: first fit, the smallest
// free buffer that is large enough, else the largest one, grown.
func (p *planner) share() {
	first, last := map[int]int{}, map[int]int{}
	bound := map[int]bool{}
	for _, s := range p.inputs {
		bound[s] = true
	}
	for _, s := range append(p.kept, p.outputs...) {
		bound[s] = true
	}
	for pos, v := range p.order {
		if v.fused || bound[v.slot] {
			continue
		}
		if _, ok := first[v.slot]; !ok {
			first[v.slot] = pos
		}
		last[v.slot] = max(last[v.slot], pos, v.last)
		if v.output { // it is read once more, by the addition to the output
			last[v.slot] = len(p.order) - 1
		}
	}
	var free []int
	ending := make([][]int, len(p.order))
	for pos, v := range p.order {
		if start, ok := first[v.slot]; ok && !v.fused && start == pos {
			b := p.buffer(&free, p.slots[v.slot].size)
			p.slots[v.slot].pool = b
			ending[last[v.slot]] = append(ending[last[v.slot]], b)
		}
		free = append(free, ending[pos]...)
	}
}

func (p *planner) buffer(free *[]int, size int) int {
	best := -1
	for i, b := range *free {
		if best < 0 || fitsBetter(p.scratch[b], p.scratch[(*free)[best]], size) {
			best = i
		}
	}
	if best < 0 {
		p.scratch = append(p.scratch, size)
		return len(p.scratch) - 1
	}
	b := (*free)[best]
	*free = append((*free)[:best], (*free)[best+1:]...)
	p.scratch[b] = max(p.scratch[b], size)
	return b
}

// fitsBetter says whether a buffer of size a serves a value of the wanted size better than one of size b.
func fitsBetter(a, b, want int) bool {
	switch {
	case a >= want && b >= want:
		return a < b
	case a >= want || b >= want:
		return a >= want
	}
	return a > b
}

// emit writes the steps, each half's copies (or additions) into further outputs last.
func (p *planner) emit() {
	var copies []step
	for i, n := range p.wanted {
		if v := p.values[source(n)]; v.slot != p.outputs[i] {
			copies = append(copies, step{in: []int{v.slot}, dst: p.outputs[i], varying: v.varying, accumulate: p.addsUp(v)})
		}
	}
	for _, v := range p.order {
		if v.fused || v.node.op == nil {
			continue
		}
		st := step{node: v.node, dst: v.slot, varying: v.varying, accumulate: v.adds}
		in := v.in
		if v.extra != nil {
			st.node, st.accumulate, in = v.extra.node, true, v.in[1:]
		}
		for _, c := range in {
			st.in = append(st.in, c.slot)
		}
		if !p.follows(&st) {
			p.steps = append(p.steps, st)
		}
	}
	p.steps = append(p.steps, copies...)
}

// follows makes a pointwise function that overwrites the sum of the step before with a bias a part of that step.
func (p *planner) follows(st *step) bool {
	f, ok := st.node.op.(pointwiseOp)
	if !ok || len(p.steps) == 0 || st.accumulate {
		return false
	}
	last := &p.steps[len(p.steps)-1]
	if _, ok := last.node.op.(addBiasOp); !ok || last.then != nil || last.dst != st.dst || st.in[0] != st.dst || last.varying != st.varying {
		return false
	}
	last.then = &f
	return true
}
