package curvature_test

import (
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// everyModel returns a small network of every family there is.
func everyModel(t *testing.T, loss string) map[string]small[float64] {
	nets := map[string]small[float64]{}
	for _, name := range models.Names() {
		spec := models.Spec{Name: name, Input: []int{4}, Outputs: 3}
		switch {
		case name == "diaglin":
			spec.Outputs = 1
		case name == "cnn":
			spec.Input, spec.Widths = []int{1, 12, 13}, []int{2, 2, 2, 2}
		case name == "resnet8":
			spec.Input, spec.Widths = []int{1, 5, 6}, []int{2, 2, 4}
		case strings.HasPrefix(name, "resnet"): // more of the same blocks
			continue
		case models.HasWidths(name):
			spec.Widths = []int{5, 4}
		}
		if name == "diaglin" && loss == "ce" {
			continue
		}
		nets[name] = newSmall[float64](t, spec, loss, 5, 1)
	}
	return nets
}

func (s small[T]) at(t *testing.T, k curvature.Kind, d curvature.Data[T]) curvature.Linearization[T] {
	t.Helper()
	m, err := s.o.Linearization(k, d)
	noError(t, err)
	noError(t, m.Linearize(s.theta))
	return m
}

func (s small[T]) top(t *testing.T, k curvature.Kind) float64 {
	t.Helper()
	e, err := curvature.Lanczos(s.at(t, k, s.data), curvature.EigenOptions[T]{Tol: 1e-10})
	noError(t, err)
	return e.Values[0]
}

// flat lists the entries of a matrix.
func flat(m [][]float64) (all []float64) {
	for _, row := range m {
		all = append(all, row...)
	}
	return all
}

// product is AᵀA of a matrix, times c.
func product(a [][]float64, c float64) []float64 {
	n := len(a[0])
	p := make([]float64, n*n)
	for _, row := range a {
		for i, x := range row {
			for j, y := range row {
				p[i*n+j] += c * x * y
			}
		}
	}
	return p
}

// jacobian returns J (n·c, P), row by row the gradient of one output of one sample, as the gradient of that output by
// central differences would be: here through the losses' own machinery, with the loss Σ_j f_ij y_ij that is linear in f.
func (s small[T]) jacobian(t *testing.T) [][]float64 {
	t.Helper()
	linear := s.o.Network
	linear.Loss = outputAlong
	o, c := curvature.NewObjective[T](linear), s.o.Outputs
	var j [][]float64
	for i := range s.data.N {
		for k := range c {
			d := s.data.Gather(curvature.Data[T]{}, []int{i})
			clear(d.Y)
			d.Y[k] = 1
			g := make([]T, len(s.theta))
			_, err := o.Gradient(g, s.theta, d)
			noError(t, err)
			row := make([]float64, len(g))
			for p, x := range g {
				row[p] = float64(x)
			}
			j = append(j, row)
		}
	}
	return j
}

// TestKernels: the NTK is (1/n) JJᵀ, the Fisher matrix (1/n) JᵀJ, and for mse the Gauss–Newton matrix twice that, for every model
// and a network with parallel layers, in one chunk and in several.
func TestKernels(t *testing.T) {
	nets := everyModel(t, "mse")
	nets["branches"] = newOwn(branches(), 5, 1)
	for name, s := range nets {
		j := s.jacobian(t)
		transposed := make([][]float64, len(j[0]))
		for p := range transposed {
			for _, row := range j {
				transposed[p] = append(transposed[p], row[p])
			}
		}
		n := float64(s.data.N)
		for _, chunk := range []int{s.data.N, 2} {
			s.o.Chunk = chunk
			near(t, name+": NTK", flat(dense[float64](s.at(t, curvature.NTK, s.data))), product(transposed, 1/n), rounding)
			near(t, name+": Fisher", flat(dense[float64](s.at(t, curvature.Fisher, s.data))), product(j, 1/n), rounding)
			near(t, name+": Gauss–Newton", flat(dense[float64](s.at(t, curvature.GaussNewton, s.data))), product(j, 2/n), rounding)
		}
	}
}

// TestTopOfGaussNewtonIsTwiceNTK for mse and every model: spectra of JJᵀ and JᵀJ agree.
func TestTopOfGaussNewtonIsTwiceNTK(t *testing.T) {
	for name, s := range everyModel(t, "mse") {
		ntk := s.top(t, curvature.NTK)
		equal(t, name+": fim_top", s.top(t, curvature.Fisher), ntk, 1e-11)
		equal(t, name+": λmax(G)", s.top(t, curvature.GaussNewton), 2*ntk, 1e-11)
	}
}

// TestGaussNewtonIsHessian for a network that is linear in its parameters, and not for one that is not.
func TestGaussNewtonIsHessian(t *testing.T) {
	for _, loss := range models.Losses {
		one := models.Spec{Name: "mlp", Input: []int{4}, Outputs: 3, Widths: []int{}}
		s := newSmall[float64](t, one, loss, 7, 1)
		near(t, loss, flat(dense[float64](s.at(t, curvature.GaussNewton, s.data))), flat(dense[float64](s.at(t, curvature.Hessian, s.data))), rounding)
		s = newSmall[float64](t, tiny, loss, 7, 1)
		if h, g := s.top(t, curvature.Hessian), s.top(t, curvature.GaussNewton); h == g {
			t.Errorf("%s: λmax of H and G are both %g for a nonlinear network", loss, h)
		}
	}
}
