package graph

import (
	"testing"

	"eoss/graph/blas"
)

// TestBorrows: what the kernels of a convolution and its derivatives leave in stock is what the program says that they borrow.
func TestBorrows(t *testing.T) {
	for name, s := range map[string]struct{ x, w Shape }{
		"winograd": {Shape{40, 16, 20, 20}, Shape{24, 16, 3, 3}},
		"tiles":    {Shape{40, 3, 20, 20}, Shape{24, 3, 5, 5}},
		"direct":   {Shape{40, 16, 20, 20}, Shape{24, 16, 5, 5}},
		"shifts":   {Shape{40, 4, 20, 20}, Shape{5, 4, 3, 3}},
		"groups":   {Shape{40, 16, 20, 20}, Shape{4, 24, 16, 3, 3}},
	} {
		p, err := Compile[float32](derivativesOfConv(t, s.x, s.w)...)
		if err != nil {
			t.Fatal(err)
		}
		for n := range p.plan.inputs {
			if err := p.BindInput(n, make([]float32, n.shape.TotalSize())); err != nil {
				t.Fatal(err)
			}
		}
		for i, n := range p.outputs {
			if err := p.BindOutput(i, make([]float32, n.shape.TotalSize())); err != nil {
				t.Fatal(err)
			}
		}
		stock32.once.free, stock32.each = nil, nil
		p.Run()
		size := func(free [][]float32) (n int) {
			for _, b := range free {
				n += 4 * len(b)
			}
			return n
		}
		once, each := p.Borrows()
		if has := size(stock32.once.free); has != once {
			t.Errorf("%s: the stock has %d bytes, the program borrows %d", name, has, once)
		}
		if n := len(stock32.each); n > blas.Threads() {
			t.Errorf("%s: the stock has shelves for %d threads", name, n)
		}
		for i, shelf := range stock32.each {
			if has := size(shelf.free); has != each {
				t.Errorf("%s: the stock has %d bytes for thread %d, the program borrows %d for each", name, has, i, each)
			}
		}
	}
}

// derivativesOfConv is a convolution and its cotangents.
func derivativesOfConv(t *testing.T, x, w Shape) (out []*Node) {
	_, err := Build[float32](func(g *Graph) {
		conv := Conv
		if len(w) == 5 {
			conv = ConvGroups
		}
		in := []*Node{g.Input("x", x...), g.Input("w", w...)}
		out = []*Node{conv(in[0], in[1], 1, 1)}
		out = append(out, VJP(out, []*Node{g.Input("ct", out[0].shape...)}, in)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
