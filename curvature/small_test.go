package curvature_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// testingT is what *testing.T and *rapid.T share.
type testingT interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

// small is a network of a few hundred parameters at random θ on n random samples.
type small[T graph.Float] struct {
	o     *curvature.Objective[T]
	theta []T
	data  curvature.Data[T]
}

// tiny is the multi-layer perceptron most tests use: 4-5-4-3, smooth.
var tiny = models.Spec{Name: "mlp", Input: []int{4}, Outputs: 3, Widths: []int{5, 4}, Activation: "tanh"}

func newSmall[T graph.Float](t testingT, spec models.Spec, loss string, n int, seed uint64) small[T] {
	t.Helper()
	m, err := models.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	l, err := models.LossNamed(loss, m.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	s := small[T]{o: curvature.NewObjective[T](curvature.Network{
		Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: l})}
	s.theta = convert[T](m.InitialParameters(seed, 1))
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range s.theta { // biases too
		s.theta[i] += T(0.1 * rng.NormFloat64())
	}
	s.data = curvature.Data[T]{N: n, X: convert[T](normal(rng, n*m.Input.TotalSize())), Y: make([]T, n*m.Outputs)}
	for i := range n {
		s.data.Y[i*m.Outputs+rng.IntN(m.Outputs)] = 1
	}
	return s
}

func normal(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func noError(t testingT, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// near holds |got − want| ≤ tol·max|want|, entry by entry.
func near[T graph.Float](t testingT, what string, got, want []T, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d entries, want %d", what, len(got), len(want))
		return
	}
	scale, worst := 0.0, 0.0
	for i := range want {
		scale = math.Max(scale, math.Abs(float64(want[i])))
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= worst) {
			worst = d
		}
	}
	if !(worst <= tol*scale) {
		t.Errorf("%s: max|Δ| = %.3g, allowed %.0e of %.3g", what, worst, tol, scale)
	}
}

func equal(t testingT, what string, got, want, tol float64) {
	t.Helper()
	near(t, what, []float64{got}, []float64{want}, tol)
}

// dense returns the matrix of an operator, row-major, column by column.
func dense[T graph.Float](a curvature.Operator[T]) [][]float64 {
	n := a.Dim()
	e, col, m := make([]T, n), make([]T, n), make([][]float64, n)
	for j := range n {
		m[j] = make([]float64, n)
	}
	for j := range n {
		e[j] = 1
		a.Apply(col, e)
		e[j] = 0
		for i, x := range col {
			m[i][j] = float64(x)
		}
	}
	return m
}

// subsets lists all subsets of k of the numbers below n.
func subsets(n, k int) [][]int {
	if k == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for first := 0; first <= n-k; first++ {
		for _, rest := range subsets(n-first-1, k-1) {
			s := []int{first}
			for _, r := range rest {
				s = append(s, first+1+r)
			}
			all = append(all, s)
		}
	}
	return all
}

func TestSubsets(t *testing.T) {
	if n := len(subsets(7, 3)); n != 35 {
		t.Errorf("%d subsets of 3 of 7, want 35", n)
	}
}

// outputAlong is the loss Σ_j f_ij y_ij: its gradient is the Jacobian's row where y is a unit vector.
func outputAlong(f, y *graph.Node) *graph.Node { return graph.Sum(graph.Mul(f, y), 1) }
