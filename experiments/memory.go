package experiments

import (
	"fmt"
	"slices"

	"eoss/curvature"
)

// unknownMachine stands for the memory of a machine that does not tell it.
const unknownMachine Bytes = 8 << 30

// memory is what full-data evaluations may hold: EOSS_MEMORY, by default half of the machine's, or of what the process may have of it, in MiB.
func (c Config) memory() Bytes {
	if c.Memory > 0 {
		return c.Memory
	}
	return DefaultMemory()
}

// DefaultMemory is EOSS_MEMORY where it is not given.
func DefaultMemory() Bytes {
	machine := machineMemory()
	if machine <= 0 {
		machine = unknownMachine
	}
	return max(machine/2>>20, 1) << 20
}

// fullMatrices are the curvature matrices of all training images that the configured measurements need.
func (c Config) fullMatrices() (kinds []curvature.Kind) {
	for _, m := range c.Measure {
		switch {
		case slices.Contains(onHessian, m.Name):
			kinds = append(kinds, curvature.Hessian)
		case m.Name == "lambda_max_gn":
			kinds = append(kinds, curvature.GaussNewton)
		}
	}
	return kinds
}

// boundMemory applies EOSS_MEMORY. Chunks are not cut to fit it, for their size is part of the numbers: a bound that holds not even
// one chunk's working set is refused.
func (p *Problem[T]) boundMemory() error {
	c, bound := p.Config, p.Config.memory()
	p.Objective.Memory = int(bound)
	needed, err := p.Objective.WorkingSet(p.Train.N, c.fullMatrices()...)
	if err != nil || needed <= int(bound) {
		return err
	}
	origin := ""
	if c.Memory == 0 {
		origin = " (the default, half of this machine's)"
	}
	enough := (Bytes(needed)>>20 + 1) << 20
	return &ConfigError{"EOSS_MEMORY", bound.String() + origin, fmt.Sprintf(
		"a chunk of EOSS_CHUNK=%d images needs %d bytes: set EOSS_MEMORY=%v, or lower EOSS_CHUNK (it changes the last digits)", c.Chunk, needed, enough)}
}

// kept says how much of a matrix's linearisation the memory holds.
func (p *Problem[T]) kept(name string, m *curvature.Matrix[T]) string {
	kept, chunks := m.Kept()
	where := fmt.Sprintf("(%s of EOSS_MEMORY=%v)", Bytes(m.KeptBytes()).Rounded(), p.Config.memory())
	if kept == chunks {
		return fmt.Sprintf("%s over %d images: its linearisation is kept %s", name, p.Train.N, where)
	}
	return fmt.Sprintf("%s over %d images: %d of %d chunks keep their linearisation %s, the others are recomputed at every product",
		name, p.Train.N, kept, chunks, where)
}
