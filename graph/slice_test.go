package graph_test

import (
	"testing"

	"eoss/graph"
	"eoss/graph/graphtest"
)

// positions computes an output of shape s: at every position the square of the input's element that at names, or zero for a negative one.
func positions(s graph.Shape, at func(p []int) int) func(in [][]float64) [][]float64 {
	return func(in [][]float64) [][]float64 {
		y := make([]float64, s.TotalSize())
		for k := range y {
			p, rest := make([]int, len(s)), k
			for i := len(s) - 1; i >= 0; i-- {
				p[i], rest = rest%s[i], rest/s[i]
			}
			if a := at(p); a >= 0 {
				y[k] = in[0][a] * in[0][a]
			}
		}
		return [][]float64{y}
	}
}

func sliceCases() []graphtest.Case {
	images := graph.Shape{2, 3, 5, 4}
	return []graphtest.Case{
		{Name: "SliceStrided", Inputs: []graph.Shape{images}, F: squared(func(x *graph.Node) *graph.Node { return graph.SliceStrided(x, 1, 2, 3, 2) }),
			Want: positions(graph.Shape{2, 2, 2, 2}, func(p []int) int { return ((p[0]*3+p[1]*2)*5+p[2]*3)*4 + p[3]*2 })},
		{Name: "Crop", Inputs: []graph.Shape{images}, F: squared(func(x *graph.Node) *graph.Node { return graph.Crop(x, 2, 1, 2) }),
			Want: positions(graph.Shape{2, 3, 2, 4}, func(p []int) int { return ((p[0]*3+p[1])*5+p[2]+1)*4 + p[3] })},
		{Name: "Pad", Inputs: []graph.Shape{{3, 2}}, F: squared(func(x *graph.Node) *graph.Node { return graph.Pad(x, 1, 2, 1) }),
			Want: positions(graph.Shape{3, 5}, func(p []int) int {
				if p[1] < 2 || p[1] == 4 {
					return -1
				}
				return p[0]*2 + p[1] - 2
			})},
		{Name: "ZeroPadShortcut", Inputs: []graph.Shape{images}, F: squared(func(x *graph.Node) *graph.Node { return graph.ZeroPadShortcut(x, 6, 2) }),
			Want: positions(graph.Shape{2, 6, 3, 2}, func(p []int) int {
				if p[1] < 1 || p[1] > 3 {
					return -1
				}
				return ((p[0]*3+p[1]-1)*5+2*p[2])*4 + 2*p[3]
			})},
	}
}

// TestImageMistakes: wrong sizes are reported while the graph is built.
func TestImageMistakes(t *testing.T) {
	for want, f := range map[string]func(x *graph.Node){
		"graph: Conv of (2, 3, 5, 4) and (6, 2, 3, 3): with stride 1 and padding 0 the second operand must have shape (6, 3, 3, 3)": func(x *graph.Node) {
			graph.Conv(x, x.Graph().Input("w", 6, 2, 3, 3), 1, 0)
		},
		"graph: Conv of (2, 3, 5, 4) and (6, 3, 7, 3): the kernel is larger than the image with padding 0": func(x *graph.Node) {
			graph.Conv(x, x.Graph().Input("w", 6, 3, 7, 3), 1, 0)
		},
		"graph: Conv of (2, 3, 5, 4) and (6, 3): both operands must have four axes: images (n, c, h, w) and weights (out, in, kh, kw)": func(x *graph.Node) {
			graph.Conv(x, x.Graph().Input("w", 6, 3), 1, 0)
		},
		"graph: Conv of (2, 3, 5, 4) and (6, 3, 3, 3): stride 0 must be at least 1 and padding 0 at least 0": func(x *graph.Node) {
			graph.Conv(x, x.Graph().Input("w", 6, 3, 3, 3), 0, 0)
		},
		"graph: ConvInput of (2, 6, 3, 2) and (6, 3, 3, 3): with stride 1 and padding 0 the first operand must have shape (2, 6, 4, 3)": func(x *graph.Node) {
			graph.ConvInput(x.Graph().Input("y", 2, 6, 3, 2), x.Graph().Input("w", 6, 3, 3, 3), 6, 5, 1, 0)
		},
		"graph: SliceStrided of (2, 3, 5, 4): there must be one step for every axis, not 1": func(x *graph.Node) { graph.SliceStrided(x, 2) },
		"graph: Crop of (2, 3, 5, 4): removing 2 and 1 elements of axis 1 leaves none":      func(x *graph.Node) { graph.Crop(x, 1, 2, 1) },
		"graph: Pad of (2, 3, 5, 4): there is no axis 4":                                    func(x *graph.Node) { graph.Pad(x, 4, 0, 1) },
		"graph: AvgPool of (2, 3, 5, 4): windows of 6×1 do not fit into the images":         func(x *graph.Node) { graph.AvgPool(x, 6, 1) },
	} {
		_, err := graph.Build[float64](func(g *graph.Graph) { f(g.Input("x", 2, 3, 5, 4)) })
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
