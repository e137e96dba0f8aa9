package curvature_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// paperNetwork is a model of the paper on CIFAR-shaped data, with the loss mse.
func paperNetwork(b *testing.B, name string) (curvature.Network, *models.Model) {
	b.Helper()
	m, err := models.New(models.Spec{Name: name, Input: []int{3, 32, 32}, Outputs: 10})
	if err != nil {
		b.Fatal(err)
	}
	return curvature.Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: models.MSE}, m
}

// setting is a network at random parameters (0.7 times Kaiming's, as in the PyTorch script) on n samples of noise.
type setting struct {
	o     *curvature.Objective[float32]
	theta []float32
	data  curvature.Data[float32]
	flops float64 // of the matrix products of one forward pass over one sample
}

func newSetting(b *testing.B, name string, n int) *setting {
	net, m := paperNetwork(b, name)
	s := &setting{o: curvature.NewObjective[float32](net), theta: convert[float32](m.InitialParameters(0, 0.7))}
	rng := rand.New(rand.NewPCG(7, 7))
	s.data = curvature.Data[float32]{N: n, X: make([]float32, n*3072), Y: make([]float32, n*10)}
	for i := range s.data.X {
		s.data.X[i] = float32(rng.NormFloat64())
	}
	for i := range n {
		s.data.Y[i*10+rng.IntN(10)] = 1
	}
	for _, p := range m.Params {
		if len(p.Shape) == 2 {
			s.flops += 2 * float64(p.Shape.TotalSize())
		}
	}
	return s
}

// rate reports GFLOP/s of the matrix products and their share of the rate of bare products of the
// same sizes, measured in the same run.
func rate(b *testing.B, flops float64) {
	perOp := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(flops/perOp/1e9, "GFLOP/s")
}

func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"mlp"} {
		b.Run(fmt.Sprintf("%s/b=16", name), func(b *testing.B) {
			s := newSetting(b, name, 16)
			d := s.o.NewDescent(1e-4)
			for b.Loop() {
				if _, err := d.Step(s.theta, s.data); err != nil {
					b.Fatal(err)
				}
			}
			rate(b, 2*16*s.flops)
		})
	}
}

func BenchmarkGradient(b *testing.B) {
	b.Run("mlp/n=8192", func(b *testing.B) {
		s := newSetting(b, "mlp", 8192)
		g := make([]float32, s.o.Dim())
		for b.Loop() {
			if _, err := s.o.Gradient(g, s.theta, s.data); err != nil {
				b.Fatal(err)
			}
		}
		rate(b, 2*8192*s.flops)
	})
}

func BenchmarkHVP(b *testing.B) {
	b.Run("mlp/n=8192", func(b *testing.B) {
		s := newSetting(b, "mlp", 8192)
		h := s.linearize(b)
		v, dst := make([]float32, s.o.Dim()), make([]float32, s.o.Dim())
		for i := range v {
			v[i] = float32(math.Sin(float64(i)))
		}
		for b.Loop() {
			h.Apply(dst, v)
		}
		rate(b, 4*8192*s.flops)
	})
}

func (s *setting) linearize(b *testing.B) *curvature.Matrix[float32] {
	b.Helper()
	h, err := s.o.Hessian(s.data)
	if err != nil {
		b.Fatal(err)
	}
	if err := h.Linearize(s.theta); err != nil {
		b.Fatal(err)
	}
	return h
}

func BenchmarkLambdaMax(b *testing.B) {
	b.Run("mlp/n=8192", func(b *testing.B) {
		s := newSetting(b, "mlp", 8192)
		var e curvature.Eigen[float32]
		for b.Loop() {
			var err error
			if e, err = curvature.Lanczos(s.linearize(b), curvature.EigenOptions[float32]{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(e.Products), "products")
		b.ReportMetric(e.Values[0], "λmax")
	})
}

// BenchmarkBatchSharpness measures g_B·H_B g_B and ‖g_B‖² of batches of the training set: all 512 of an epoch at once,
// and one after another by double backward.
func BenchmarkBatchSharpness(b *testing.B) {
	const n, size = 8192, 16
	b.Run("mlp/b=16/epoch", func(b *testing.B) {
		s := newSetting(b, "mlp", n)
		p, order := s.o.NewProbe(), rand.New(rand.NewPCG(3, 3)).Perm(n)
		for b.Loop() {
			if _, _, err := p.EpochSharpness(s.theta, s.data, size, order); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3/(n/size), "ms/batch")
	})
	b.Run("mlp/b=16/batch", func(b *testing.B) {
		s := newSetting(b, "mlp", size)
		p := s.o.NewProbe()
		for b.Loop() {
			if _, err := p.Along(s.theta, s.data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3, "ms/batch")
	})
}

// BenchmarkBatchLambdaMax finds λmax(H_B) of batches to a residual of 1e-2: all 512 of an epoch together, and one after another.
func BenchmarkBatchLambdaMax(b *testing.B) {
	const n, size = 8192, 16
	opt := curvature.EigenOptions[float32]{Tol: 1e-2}
	b.Run("mlp/b=16/epoch", func(b *testing.B) {
		s := newSetting(b, "mlp", n)
		p, order := s.o.NewProbe(), rand.New(rand.NewPCG(3, 3)).Perm(n)
		products := 0
		for b.Loop() {
			tops, err := p.EpochLambdaMax(s.theta, s.data, size, order, opt)
			if err != nil {
				b.Fatal(err)
			}
			products = 0
			for _, t := range tops {
				products += t.Products
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3/(n/size), "ms/batch")
		b.ReportMetric(float64(products)/(n/size), "products/batch")
	})
	b.Run("mlp/b=16/batch", func(b *testing.B) {
		s := newSetting(b, "mlp", size)
		h, err := s.o.Hessian(s.data)
		if err != nil {
			b.Fatal(err)
		}
		var e curvature.Eigen[float32]
		for b.Loop() {
			if err := h.Linearize(s.theta); err != nil {
				b.Fatal(err)
			}
			if e, err = curvature.Lanczos(h, opt); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3, "ms/batch")
		b.ReportMetric(float64(e.Products), "products/batch")
	})
}
