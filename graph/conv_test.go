package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

// convCase checks one member of the triple against the trilinear form's defining sum: direction 0 makes y, 1 x and 2 w.
func convCase(direction, n, in, h, w, out, kh, kw, stride, pad int) graphtest.Case {
	oh, ow := (h+2*pad-kh)/stride+1, (w+2*pad-kw)/stride+1
	shapes := []graph.Shape{{n, out, oh, ow}, {n, in, h, w}, {out, in, kh, kw}}
	operands := [][]int{{1, 2}, {0, 2}, {1, 0}}[direction]
	return graphtest.Case{
		Name:   fmt.Sprintf("%s %dx%d of %dx%dx%d, stride %d, padding %d", directions[direction], kh, kw, in, h, w, stride, pad),
		Inputs: []graph.Shape{shapes[operands[0]], shapes[operands[1]]},
		F: two(func(a, b *graph.Node) *graph.Node {
			switch direction {
			case 1:
				return graph.ConvInput(a, b, h, w, stride, pad)
			case 2:
				return graph.ConvWeight(a, b, kh, kw, stride, pad)
			}
			return graph.Conv(a, b, stride, pad)
		}),
		Want: func(a [][]float64) [][]float64 {
			sum := make([]float64, shapes[direction].TotalSize())
			for k := range n * out * oh * ow * in * kh * kw {
				q, p, c := k%kw, k/kw%kh, k/(kw*kh)%in
				j := k / (kw * kh * in)
				o, s, i := j/(oh*ow)%out, j/(oh*ow*out), j/ow%oh
				row, col := i*stride+p-pad, j%ow*stride+q-pad
				if row < 0 || row >= h || col < 0 || col >= w {
					continue
				}
				at := [3]int{j, ((s*in+c)*h+row)*w + col, ((o*in+c)*kh+p)*kw + q}
				sum[at[direction]] += a[0][at[operands[0]]] * a[1][at[operands[1]]]
			}
			return [][]float64{sum}
		},
	}
}

var directions = []string{"Conv", "ConvInput", "ConvWeight"}

// groupCase checks that a convolution with weights of its own for each of three pairs of samples is three convolutions. The other two
// members of its triple are its derivatives.
func groupCase(in, h, w, out, stride, pad int) graphtest.Case {
	const groups, n = 3, 2
	one := convCase(0, n, in, h, w, out, 3, 3, stride, pad)
	x, weights := one.Inputs[0].Clone(), append(graph.Shape{groups}, one.Inputs[1]...)
	x[0] = groups * n
	return graphtest.Case{
		Name:   "groups: " + one.Name,
		Inputs: []graph.Shape{x, weights},
		F:      two(func(x, w *graph.Node) *graph.Node { return graph.ConvGroups(x, w, stride, pad) }),
		Want: func(a [][]float64) [][]float64 {
			var all []float64
			for k := range groups {
				all = append(all, one.Want([][]float64{part(a[:1], k, groups), part(a[1:], k, groups)})[0]...)
			}
			return [][]float64{all}
		},
	}
}

func convCases() (list []graphtest.Case) {
	list = append(list, groupCase(2, 5, 4, 3, 2, 1), groupCase(8, 6, 5, 9, 1, 1))
	for d := range directions {
		list = append(list,
			convCase(d, 3, 2, 5, 7, 3, 3, 3, 1, 0),
			convCase(d, 3, 2, 5, 7, 3, 3, 3, 1, 1),
			convCase(d, 2, 3, 7, 5, 2, 3, 3, 2, 0),
			convCase(d, 2, 3, 7, 6, 2, 3, 3, 2, 1),
			convCase(d, 3, 3, 4, 5, 2, 1, 1, 1, 0),
			convCase(d, 3, 2, 5, 5, 3, 1, 1, 2, 1),
			convCase(d, 2, 2, 6, 5, 3, 3, 2, 1, 1),
			convCase(d, 2, 2, 6, 5, 3, 1, 3, 2, 1),
			convCase(d, 1, 2, 2, 2, 2, 4, 4, 3, 2),
			convCase(d, 9, 1, 1, 1, 1, 3, 3, 1, 1),
			// From here on by Winograd's algorithm: odd and even sizes, several samples at once, several parts of an image.
			convCase(d, 3, 9, 5, 8, 8, 3, 3, 1, 0),
			convCase(d, 9, 8, 4, 7, 9, 3, 3, 1, 1),
			convCase(d, 2, 10, 3, 4, 8, 3, 3, 1, 2),
			convCase(d, 9, 17, 5, 6, 16, 3, 3, 1, 1),
			convCase(d, 1, 8, 67, 66, 9, 3, 3, 1, 0),
			convCase(d, 1, 9, 64, 65, 8, 3, 3, 1, 1),
			// In float32 with AVX2 without gathering: whole vectors of channels and parts of one, few channels, gaps between windows.
			convCase(d, 5, 9, 7, 6, 10, 3, 3, 2, 1),
			convCase(d, 2, 17, 5, 9, 33, 1, 1, 2, 0),
			convCase(d, 3, 2, 6, 7, 9, 5, 4, 1, 2),
			convCase(d, 2, 20, 6, 11, 16, 2, 3, 4, 1),
			// There by shifted phases: few channels, gaps between windows, no padding.
			convCase(d, 9, 4, 7, 6, 5, 3, 3, 1, 1),
			convCase(d, 2, 5, 9, 8, 4, 3, 3, 2, 1),
			convCase(d, 3, 3, 6, 7, 7, 5, 4, 1, 2),
			convCase(d, 2, 7, 6, 11, 6, 2, 3, 4, 1),
			convCase(d, 3, 6, 5, 9, 7, 1, 1, 1, 0),
			convCase(d, 2, 4, 20, 2, 4, 2, 1, 3, 0))
	}
	return list
}

type layer struct {
	name                               string
	n, in, h, out, kernel, stride, pad int
}

var layers = []layer{
	{"cnn1", 16, 3, 32, 64, 3, 1, 0},
	{"cnn2", 16, 64, 30, 64, 3, 1, 0},
	{"cnn3", 16, 64, 14, 128, 3, 1, 0},
	{"stem", 16, 3, 32, 16, 3, 1, 1},
	{"stage1", 16, 16, 32, 16, 3, 1, 1},
	{"stage2down", 16, 16, 32, 32, 3, 2, 1},
	{"stage2", 16, 32, 16, 32, 3, 1, 1},
	{"stage3down", 16, 32, 16, 64, 3, 2, 1},
	{"stage3", 16, 64, 8, 64, 3, 1, 1},
	{"few", 16, 4, 32, 4, 3, 1, 1},
	{"few2", 16, 8, 16, 8, 3, 1, 1},
}

// BenchmarkConv times the three members of the triple on the layers of the cnn and of resnet14 at batch size 16, in
// GFLOP/s of the direct algorithm: 2·n·out·oh·ow·in·kh·kw operations.
func BenchmarkConv(b *testing.B) {
	for _, l := range layers {
		for k, direction := range directions {
			b.Run(l.name+"/"+direction, func(b *testing.B) { benchmarkConv(b, l, k) })
		}
	}
}

func benchmarkConv(b *testing.B, l layer, direction int) {
	oh := (l.h+2*l.pad-l.kernel)/l.stride + 1
	p := randomProgram(b, func(g *graph.Graph) *graph.Node {
		x, w := g.Input("x", l.n, l.in, l.h, l.h), g.Input("w", l.out, l.in, l.kernel, l.kernel)
		y := g.Input("y", l.n, l.out, oh, oh)
		switch direction {
		case 1:
			return graph.ConvInput(y, w, l.h, l.h, l.stride, l.pad)
		case 2:
			return graph.ConvWeight(x, y, l.kernel, l.kernel, l.stride, l.pad)
		}
		return graph.Conv(x, w, l.stride, l.pad)
	})
	b.ReportAllocs()
	for b.Loop() {
		p.Run()
	}
	flops := 2 * float64(l.n*l.out*oh*oh*l.in*l.kernel*l.kernel)
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// randomProgram compiles f, bound to normally distributed inputs.
func randomProgram(tb testing.TB, f func(g *graph.Graph) *graph.Node) *graph.Program[float32] {
	tb.Helper()
	var y *graph.Node
	g, err := graph.Build[float32](func(g *graph.Graph) { y = f(g) })
	if err != nil {
		tb.Fatal(err)
	}
	p, err := graph.Compile[float32](y)
	if err != nil {
		tb.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range g.Nodes() {
		if n.Op() != "input" {
			continue
		}
		data := make([]float32, n.Shape().TotalSize())
		for i := range data {
			data[i] = float32(rng.NormFloat64())
		}
		if err := p.BindInput(n, data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := p.BindOutput(0, make([]float32, y.Shape().TotalSize())); err != nil {
		tb.Fatal(err)
	}
	return p
}
