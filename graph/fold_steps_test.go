package graph

import "testing"

// TestFoldedSteps: a program computes a chain of scalings in one step, equal chains once, and reshapes in none.
func TestFoldedSteps(t *testing.T) {
	var x, chain, again, there *Node
	if _, err := Build[float64](func(g *Graph) {
		x = g.Input("x", 6)
		chain = Reshape(Reshape(Affine(Scale(Scale(x, 2), 3), 5, 1), 2, 3), 3, 2)
		again = Affine(Scale(x, 6), 5, 1)
		there = Scale(Reshape(Scale(x, 4), 6), 0.25)
	}); err != nil {
		t.Fatal(err)
	}
	for want, out := range map[int][]*Node{1: {chain}, 2: {chain, Exp(Reshape(again, 3, 2))}, 3: {Exp(chain), Reshape(Exp(Reshape(again, 3, 2)), 6)}} {
		p, err := Compile[float64](out...)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.fixed.steps); got != want {
			t.Errorf("%v takes %d steps, want %d", out, got, want)
		}
	}
	p, err := Compile[float64](Exp(there))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.fixed.steps); got != 1 {
		t.Errorf("the exponential of an input scaled there and back takes %d steps", got)
	}
}
