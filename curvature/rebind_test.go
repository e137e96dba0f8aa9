package curvature_test

import (
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/graph"
)

// TestRebindAfterAMistake: samples that do not fit are refused, whether there are as many as before or not, and change nothing; the next
// ones are taken. The matrices of a probe, which rebinds them, go on too.
func TestRebindAfterAMistake(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 9, 2)
	s.o.Chunk = 4
	short := func(n int) curvature.Data[float64] {
		d := s.data.Rows(0, n)
		d.Y = d.Y[1:]
		return d
	}
	for _, k := range []curvature.Kind{curvature.Hessian, curvature.NTK} {
		a := linearize(t, s, k)
		want := dense(a)
		for _, bad := range []curvature.Data[float64]{short(9), short(5), {}} {
			if err := a.Rebind(bad); err == nil {
				t.Fatal("samples that do not fit were taken")
			}
			for i, row := range dense(a) {
				if !slices.Equal(row, want[i]) {
					t.Fatalf("matrix %d: a mistake has changed row %d", k, i)
				}
			}
		}
		for _, n := range []int{5, 9} {
			noError(t, a.Rebind(s.data.Rows(0, n)))
			noError(t, a.Linearize(s.theta))
		}
		for i, row := range dense(a) {
			if !slices.Equal(row, want[i]) {
				t.Fatalf("matrix %d: row %d differs after the samples came back", k, i)
			}
		}
	}
	p := s.o.NewProbe()
	for _, d := range []curvature.Data[float64]{s.data, short(5), s.data.Rows(0, 5)} {
		_, err := p.Top(curvature.Hessian, s.theta, d, curvature.EigenOptions[float64]{})
		if fits := len(d.Y) == d.N*3; fits != (err == nil) {
			t.Errorf("%d samples with %d targets: %v", d.N, len(d.Y), err)
		}
	}
}

// TestRebindAfterANetworkFailed: where the network has no graph for some number of samples, the matrix is of none, until it gets others.
func TestRebindAfterANetworkFailed(t *testing.T) {
	n := withUnused()
	forward := n.Forward
	n.Forward = func(x *graph.Node, w []*graph.Node) *graph.Node {
		if x.Shape()[0] == 5 {
			panic(&graph.BuildError{Op: "five", Reason: "not five"})
		}
		return forward(x, w)
	}
	s := newOwn(n, 9, 2)
	a := linearize(t, s, curvature.Hessian)
	want := dense(a)
	if err := a.Rebind(s.data.Rows(0, 5)); err == nil {
		t.Fatal("a network that fails gives no error")
	}
	if err := a.Linearize(s.theta); err == nil {
		t.Error("a matrix of no samples was linearised")
	}
	noError(t, a.Rebind(s.data))
	noError(t, a.Linearize(s.theta))
	for i, row := range dense(a) {
		near(t, "row", row, want[i], 0)
	}
}
