package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RunTape evaluates outputs with Gorgonia's own tape machine, on freshly allocated memory: the
// oracle of Program, slower and of the same bits.
func RunTape[T Float](inputs map[*Node][]T, outputs ...*Node) ([][]T, error) {
	g := outputs[0].graph
	for n, data := range inputs {
		v := tensor.New(tensor.WithShape(n.shape...), tensor.WithBacking(append([]T(nil), data...)))
		if err := gorgonia.Let(n.sym, v); err != nil {
			return nil, fmt.Errorf("graph: binding %v: %w", n, err)
		}
	}
	read := make([]gorgonia.Value, len(outputs))
	for i, y := range outputs {
		gorgonia.Read(y.sym, &read[i])
	}
	m := gorgonia.NewTapeMachine(g.sym)
	defer m.Close()
	if err := m.RunAll(); err != nil {
		return nil, fmt.Errorf("graph: tape machine: %w", err)
	}
	out := make([][]T, len(outputs))
	for i, v := range read {
		data, ok := v.Data().([]T)
		if !ok {
			return nil, fmt.Errorf("graph: the tape machine returned %T", v.Data())
		}
		out[i] = data
	}
	return out, nil
}
