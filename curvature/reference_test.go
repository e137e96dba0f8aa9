package curvature_test

import (
	"math"
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/reference"
	"eoss/models"
)

// The reference arrays are good to 1e-14 of their largest entry; float64 must meet 1e-10 (eigenvectors, whose
// error grows with ‖H‖/gap, 1e-8) and float32 1e-5.
const (
	tol64       = 1e-10
	tol64Vector = 1e-8
	tol32       = 1e-5
)

// TestReference compares every number of every case with its own computation, in float64 and float32.
func TestReference(t *testing.T) {
	files, err := reference.Files()
	if err != nil {
		t.Fatal(err)
	}
	if files == nil {
		t.Skipf("%s is not set: it names the directory of the reference cases", reference.Env)
	}
	for _, file := range files {
		t.Run(reference.Name(file), func(t *testing.T) {
			c, err := reference.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			t.Run("float64", func(t *testing.T) { compareCase[float64](t, c, tol64, tol64Vector) })
			t.Run("float32", func(t *testing.T) { compareCase[float32](t, c, tol32, tol32) })
		})
	}
}

func compareCase[T graph.Float](t *testing.T, c *reference.Case, tol, vectorTol float64) {
	s := newSubject[T](t, c)
	s.tol, s.vectorTol = tol, vectorTol
	if c.Kind == "recipe" {
		s.recipe()
		return
	}
	for _, q := range quantities[T]() {
		q.check(s)
	}
	s.allKeysChecked()
}

// network builds the model a case describes.
func network(t *testing.T, c *reference.Case) (curvature.Network, *models.Model) {
	t.Helper()
	spec := models.Spec{Name: c.Kind, Input: c.InputShape, Outputs: c.Outputs, Activation: c.Activation}
	switch c.Kind {
	case "mlp", "recipe":
		spec.Name, spec.Widths = "mlp", c.Hidden
	case "cnn":
		spec.Widths = append(slices.Clone(c.Channels), c.FC)
	case "resnet":
		spec.Name = map[int]string{1: "resnet8", 2: "resnet14", 3: "resnet20"}[c.Blocks]
		spec.Widths = []int{c.Width, 2 * c.Width, 4 * c.Width}
	case "diaglin":
	default:
		t.Skipf("no model of kind %q is known", c.Kind)
	}
	m, err := models.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range m.Params {
		if p.Name != c.Params[i] || !slices.Equal(p.Shape, c.Shapes[i]) {
			t.Fatalf("parameter %d is %s%v, in the reference %s%v", i, p.Name, p.Shape, c.Params[i], c.Shapes[i])
		}
	}
	loss, err := models.LossNamed(c.Loss, c.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	return curvature.Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: loss}, m
}

// subject is one case in one precision.
type subject[T graph.Float] struct {
	*testing.T
	c              *reference.Case
	o              *curvature.Objective[T]
	theta          []T
	data           curvature.Data[T]
	tol, vectorTol float64
	checked        map[string]bool
	batches        []curvature.Data[T]
	list           curvature.Sampling // the batches
}

func newSubject[T graph.Float](t *testing.T, c *reference.Case) *subject[T] {
	net, _ := network(t, c)
	s := &subject[T]{T: t, c: c, o: curvature.NewObjective[T](net), checked: map[string]bool{}}
	// An uneven chunk: the sums run over several programs.
	s.o.Chunk = max(2, c.N/2-1)
	var x, y []float64
	if c.Kind == "recipe" {
		x, y = c.RecipeData()
		s.theta = convert[T](c.RecipeTheta())
	} else {
		x, y = s.want("x"), s.want("y_onehot")
		s.theta = convert[T](s.want("theta"))
	}
	s.data = curvature.Data[T]{N: c.N, X: convert[T](x), Y: convert[T](y)}
	idx, err := c.Ints("batches")
	if err != nil {
		t.Fatal(err)
	}
	for k := range c.K {
		at := make([]int, c.B)
		for i := range at {
			at[i] = int(idx[k*c.B+i])
		}
		s.list.List = append(s.list.List, at)
		s.batches = append(s.batches, s.data.Gather(curvature.Data[T]{}, at))
	}
	return s
}

func convert[T graph.Float](x []float64) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

func (s *subject[T]) want(key string) []float64 {
	s.Helper()
	x, err := s.c.Floats(key)
	if err != nil {
		s.Fatal(err)
	}
	return x
}

func (s *subject[T]) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// compare holds max|Δ| against the tolerance times max|reference|.
func (s *subject[T]) compare(key string, got []T) {
	s.Helper()
	s.within(key, got, s.want(key), s.tol)
}

func (s *subject[T]) within(key string, got []T, want []float64, tol float64) {
	s.Helper()
	s.checked[key] = true
	if len(got) != len(want) {
		s.Errorf("%s: %d entries, want %d", key, len(got), len(want))
		return
	}
	scale, worst := 0.0, 0.0
	for i, w := range want {
		scale = math.Max(scale, math.Abs(w))
		d := math.Abs(float64(got[i]) - w)
		if d != d {
			d = math.Inf(1)
		}
		worst = math.Max(worst, d)
	}
	if worst > tol*scale {
		s.Errorf("%s: max|Δ|/max|reference| = %.2g, allowed %.0e", key, worst/scale, tol)
	}
}

func (s *subject[T]) compareFloats(key string, got ...float64) {
	s.Helper()
	s.compare(key, convert[T](got))
}
