package models

import "eoss/graph"

// conv names the weight [out, in, 3, 3] of a convolution, and its bias [out].
func conv(name string, in, out int, bias bool) []Param {
	p := []Param{{Name: name + ".weight", Shape: graph.Shape{out, in, 3, 3}, FanIn: 9 * in, FanOut: 9 * out}}
	if bias {
		p = append(p, Param{Name: name + ".bias", Shape: graph.Shape{out}})
	}
	return p
}

// image checks that samples are [channels, rows, columns].
func image(name string, s graph.Shape) error {
	if len(s) != 3 {
		return mistake("Input", "%s takes images [channels, rows, columns], not samples %v", name, s)
	}
	return nil
}

// cnn is conv, act, conv, act, pool, conv, act, pool, flatten, linear, act, linear: 3×3 convolutions without padding,
// 2×2 max-pools that drop an odd last row or column (the paper's five-layer CNN). Its widths are the three numbers of
// channels and the width of the hidden linear layer.
func cnn(s Spec) (*Model, error) {
	act, err := activation(s.Activation)
	if err != nil {
		return nil, err
	}
	if err := image("cnn", s.Input); err != nil {
		return nil, err
	}
	if len(s.Widths) != 4 {
		return nil, mistake("Widths", "cnn takes 4 widths, the channels of 3 convolutions and a hidden width, got %v", s.Widths)
	}
	size := func(d int) int { return ((d-4)/2 - 2) / 2 } // of a side after the convolutions and pools
	rows, cols := size(s.Input[1]), size(s.Input[2])
	if min(rows, cols) < 1 {
		return nil, mistake("Input", "cnn needs images of at least 12×12, got %d×%d", s.Input[1], s.Input[2])
	}
	c1, c2, c3, hidden := s.Widths[0], s.Widths[1], s.Widths[2], s.Widths[3]
	m := &Model{Init: initFor(s.Activation)}
	for _, p := range [][]Param{conv("conv1", s.Input[0], c1, true), conv("conv2", c1, c2, true), conv("conv3", c2, c3, true),
		linear("fc1", c3*rows*cols, hidden), linear("fc2", hidden, s.Outputs)} {
		m.Params = append(m.Params, p...)
	}
	m.Forward = func(x *graph.Node, t []*graph.Node) *graph.Node {
		layer := func(h, w, b *graph.Node) *graph.Node { return act(graph.AddBias(graph.Conv(h, w, 1, 0), b, 1)) }
		h := layer(x, t[0], t[1])
		h = graph.MaxPool(layer(h, t[2], t[3]))
		h = graph.MaxPool(layer(h, t[4], t[5]))
		h = act(affine(graph.Flatten(h), t[6], t[7]))
		return affine(h, t[8], t[9])
	}
	return m, nil
}
