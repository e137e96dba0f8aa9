package graph_test

import (
	"math"
	"testing"

	"eoss/graph"
)

// TestGroupHVP: H·(L c) = L·(Ĥ c), where L takes coordinates c to parameters and Ĥ is what GroupHVP computes. So Ĥ has the
// nonzero spectrum of H, the traces of Ĥ and Ĥ² are those of H and H², and Ĥ is symmetric in the inner product of dual.
func TestGroupHVP(t *testing.T) {
	const groups, size = 3, 2
	var x *graph.Node
	var v, out nodes
	g, err := graph.Build[float64](func(g *graph.Graph) {
		var losses *graph.Node
		var theta nodes
		x, losses, theta = samples(g, groups*size)
		var hv, dual nodes
		v, hv, dual = graph.GroupHVP(losses, theta, groups)
		out = append(hv, dual...)
	})
	if err != nil {
		t.Fatal(err)
	}
	data := draw(inputs(g))
	p, err := graph.CompileLinear[float64](out, v, false)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, out, data)
	r := p.Linearize(nil)
	var hhat, gram [groups][][]float64 // columns
	for i := range v {
		for _, n := range v {
			clear(data[n])
		}
		share := len(data[v[i]]) / groups
		for e := range share {
			for k := range groups {
				data[v[i]][k*share+e] = 1
			}
			p.Apply(r)
			for k := range groups {
				hhat[k] = append(hhat[k], part(got[:len(v)], k, groups))
				gram[k] = append(gram[k], part(got[len(v):], k, groups))
				data[v[i]][k*share+e] = 0
			}
		}
	}
	for k := range groups {
		trace, square, hTrace, hSquare := 0.0, 0.0, 0.0, 0.0
		h := groupHessian(t, k, size, x, inputs(g), data)
		for i := range h {
			hTrace += h[i][i]
			for j := range h {
				hSquare += h[i][j] * h[j][i]
			}
		}
		for i := range hhat[k] {
			trace += hhat[k][i][i]
			for j := range hhat[k] {
				square += hhat[k][i][j] * hhat[k][j][i]
				if d := dotted(gram[k][i], hhat[k][j]) - dotted(gram[k][j], hhat[k][i]); math.Abs(d) > 1e-12 {
					t.Fatalf("group %d: ⟨u_%d, H u_%d⟩ differs from ⟨H u_%d, u_%d⟩ by %g", k, i, j, i, j, d)
				}
			}
		}
		if math.Abs(trace-hTrace) > 1e-12 || math.Abs(square-hSquare) > 1e-12 {
			t.Errorf("group %d: traces of H and H² are %v and %v, want %v and %v", k, trace, square, hTrace, hSquare)
		}
	}
}

// part is group k's share of every tensor.
func part(tensors [][]float64, k, groups int) (x []float64) {
	for _, y := range tensors {
		x = append(x, y[k*len(y)/groups:(k+1)*len(y)/groups]...)
	}
	return x
}

func dotted(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// groupHessian is the dense Hessian of the loss of group k, taken by itself. Its inputs are those of the whole, in order.
func groupHessian(t *testing.T, k, size int, x *graph.Node, whole nodes, data map[*graph.Node][]float64) (h [][]float64) {
	t.Helper()
	var y *graph.Node
	var eta, dir, hv nodes
	g, err := graph.Build[float64](func(g *graph.Graph) {
		var losses *graph.Node
		y, losses, eta = samples(g, size)
		for _, w := range eta {
			dir = append(dir, g.Input("v", w.Shape()...))
		}
		hv = graph.HVP(graph.Scale(graph.Sum(losses), 1/float64(size)), eta, dir)
	})
	if err != nil {
		t.Fatal(err)
	}
	own := map[*graph.Node][]float64{}
	for i, n := range inputs(g) {
		if i < len(inputs(g))-len(dir) {
			own[n] = data[whole[i]]
		} else {
			own[n] = make([]float64, n.Shape().TotalSize())
		}
	}
	own[y] = data[x][k*size*4 : (k+1)*size*4]
	p, err := graph.Compile[float64](hv...)
	if err != nil {
		t.Fatal(err)
	}
	got := outputs(t, p, hv, own)
	for _, d := range dir {
		for i := range own[d] {
			own[d][i] = 1
			p.Run()
			own[d][i] = 0
			h = append(h, part(got, 0, 1))
		}
	}
	return h
}
