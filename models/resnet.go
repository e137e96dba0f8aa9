package models

import (
	"fmt"

	"eoss/graph"
)

// resnet returns the builder of a CIFAR ResNet with the given number of basic blocks in each of its three stages,
// without normalisation: h = act(stem(x)); blocks h ← act(conv2(act(conv1(h))) + shortcut(h)); mean over
// rows and columns; linear. All convolutions are 3×3 with padding 1 and no bias; the first block of stages 2 and
// 3 halves the image, and its shortcut takes every second row and column and puts the channels in the
// middle of the new ones (option A of He et al. 2016). Its widths are the channels of the three stages; none is
// less than the one before, and they grow by even numbers.
func resnet(blocks int) func(s Spec) (*Model, error) {
	return func(s Spec) (*Model, error) {
		act, err := activation(s.Activation)
		if err != nil {
			return nil, err
		}
		if err := image(s.Name, s.Input); err != nil {
			return nil, err
		}
		if len(s.Widths) != 3 {
			return nil, mistake("Widths", "%s takes 3 widths, the channels of its stages, got %v", s.Name, s.Widths)
		}
		for i := range 2 {
			if d := s.Widths[i+1] - s.Widths[i]; d < 0 || d%2 != 0 {
				return nil, mistake("Widths", "%s: from stage to stage the channels grow by an even number, got %v", s.Name, s.Widths)
			}
		}
		m := &Model{Init: initFor(s.Activation), Params: resnetParams(s, blocks)}
		m.Init.FanOut = !m.Init.Xavier
		m.Forward = func(x *graph.Node, t []*graph.Node) *graph.Node { return resnetForward(x, t, s.Widths, blocks, act) }
		return m, nil
	}
}

func resnetParams(s Spec, blocks int) []Param {
	p := conv("stem", s.Input[0], s.Widths[0], false)
	in := s.Widths[0]
	for stage, out := range s.Widths {
		for k := range blocks {
			name := fmt.Sprintf("stage%d.block%d.conv", stage+1, k+1)
			p = append(p, conv(name+"1", in, out, false)...)
			p = append(p, conv(name+"2", out, out, false)...)
			in = out
		}
	}
	return append(p, linear("fc", in, s.Outputs)...)
}

func resnetForward(x *graph.Node, t []*graph.Node, widths []int, blocks int, act func(*graph.Node) *graph.Node) *graph.Node {
	h := act(graph.Conv(x, t[0], 1, 1))
	t = t[1:]
	for stage, channels := range widths {
		for k := range blocks {
			stride, shortcut := 1, h
			if stage > 0 && k == 0 {
				stride, shortcut = 2, graph.ZeroPadShortcut(h, channels, 2)
			}
			y := graph.Conv(act(graph.Conv(h, t[0], stride, 1)), t[1], 1, 1)
			h = act(graph.Add(y, shortcut))
			t = t[2:]
		}
	}
	return affine(graph.GlobalAvgPool(h), t[0], t[1])
}
