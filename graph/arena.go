package graph

// Arena is memory that several programs use in turn. It is as large as the largest of them needs, and what one leaves
// there another overwrites. It belongs to one goroutine at a time. The zero value is empty.
type Arena[T Float] struct {
	mem     []T
	version int // counts how often mem moved
}

// line is the number of elements that the pieces of an arena are rounded up to: none shares a cache line with another.
const line = 16

func roundUp(size int) int { return (size + line - 1) / line * line }

// Reserve makes the arena large enough for n bytes at once. Programs and their kernels remember the memory they last worked in,
// so an arena that grows in between leaves the smaller ones it was behind, alive.
func (a *Arena[T]) Reserve(n int) { a.reserve(n / sizeOf[T]()) }

// reserve makes the arena hold pieces of these sizes.
func (a *Arena[T]) reserve(sizes int) {
	if len(a.mem) < sizes {
		a.mem = make([]T, sizes)
		a.version++
	}
}

// cutter hands out an arena's memory piece by piece.
type cutter[T Float] struct{ rest []T }

func (c *cutter[T]) next(size int) []T {
	piece := c.rest[:size:size]
	c.rest = c.rest[roundUp(size):]
	return piece
}

// Share makes the program use the arena for its buffers, in place of memory of its own. Programs that share an arena do not run at
// the same time.
func (p *Program[T]) Share(a *Arena[T]) { p.arena, p.version = a, 0 }

// ResidualIn returns a residual for Linearize whose memory is the arena's: it is lost when the arena is used again.
func (p *Program[T]) ResidualIn(a *Arena[T]) *Residual[T] {
	a.reserve(p.ResidualBytes() / sizeOf[T]())
	c, r := cutter[T]{a.mem}, &Residual[T]{mem: make([][]T, len(p.mem))}
	for _, s := range p.plan.kept {
		r.mem[s] = c.next(p.plan.slots[s].size)
	}
	return r
}

// prepare places the buffers in the arena, again when it has moved.
func (p *Program[T]) prepare() {
	p.arena.reserve(p.ScratchBytes() / sizeOf[T]())
	if p.version == p.arena.version {
		return
	}
	p.version = p.arena.version
	c := cutter[T]{p.arena.mem}
	pool := make([][]T, len(p.plan.scratch))
	for i, size := range p.plan.scratch {
		pool[i] = c.next(size)
	}
	for s, sl := range p.plan.slots {
		if sl.pool >= 0 {
			p.mem[s] = pool[sl.pool][:sl.size]
		}
	}
}
