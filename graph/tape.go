package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RunTape evaluates outputs with Gorgonia's own tape machine, on freshly allocated memory: the
// oracle of Program, slower and of the same bits, but for scalings of scalings, which a Program folds.
func RunTape[T Float](inputs map[*Node][]T, outputs ...*Node) ([][]T, error) {
	g := outputs[0].graph
	let := func(n *Node, data []T) error {
		v := tensor.New(tensor.WithShape(n.shape...), tensor.WithBacking(data))
		if err := gorgonia.Let(n.sym, v); err != nil {
			return fmt.Errorf("graph: binding %v: %w", n, err)
		}
		return nil
	}
	for n, data := range inputs {
		if err := let(n, slices.Clone(data)); err != nil {
			return nil, err
		}
	}
	for _, n := range g.nodes {
		if n.constant != nil {
			if err := let(n, elements[T](n.constant)); err != nil {
				return nil, err
			}
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
