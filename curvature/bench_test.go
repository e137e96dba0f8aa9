package curvature_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"eoss/curvature"
	"eoss/graph"
	"eoss/graph/blas"
	"eoss/internal/reference"
	"eoss/models"

	"codeberg.org/sbinet/npyio/npz"
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
	fc    []graph.Shape // weights of the linear layers, from the input on
}

func newSetting(b *testing.B, name string, n int) *setting {
	net, m := paperNetwork(b, name)
	if file := reference.Path("EOSS_PEER"); file != "" && name == "mlp" {
		return peerSetting(b, net, file, n)
	}
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
			s.fc = append(s.fc, p.Shape)
		}
	}
	return s
}

// peerSetting is the point that internal/peer/torch_peer.py --export wrote.
func peerSetting(b *testing.B, net curvature.Network, file string, n int) *setting {
	b.Helper()
	s := &setting{o: curvature.NewObjective[float32](net)}
	for _, p := range net.Params {
		if len(p) == 2 {
			s.fc = append(s.fc, p)
		}
	}
	var x, y []float32
	for name, p := range map[string]*[]float32{"theta.npy": &s.theta, "x.npy": &x, "y.npy": &y} {
		r, err := npz.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Read(name, p); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
	s.data = curvature.Data[float32]{N: len(y) / 10, X: x, Y: y}.Rows(0, n)
	return s
}

// gemm is one matrix product, op(A)·op(B) of sizes m×k and k×n.
type gemm struct {
	transA, transB bool
	m, n, k        int
}

// gradientGemms lists the products of a gradient over m samples: outputs h·Wᵀ, weights Dᵀ·h, and D·W except
// at the input.
func (s *setting) gradientGemms(m int) (list []gemm) {
	for l, w := range s.fc {
		list = append(list, gemm{false, true, m, w[0], w[1]}, gemm{true, false, w[0], w[1], m})
		if l > 0 {
			list = append(list, gemm{false, false, m, w[1], w[0]})
		}
	}
	return list
}

// hvpGemms lists the products of a linearised Hessian-vector product: each of the gradient's has two tangents,
// but the input has none.
func (s *setting) hvpGemms(m int) (list []gemm) {
	for l, w := range s.fc {
		list = append(list, gemm{false, true, m, w[0], w[1]}, gemm{true, false, w[0], w[1], m})
		if l > 0 {
			list = append(list, gemm{false, true, m, w[0], w[1]}, gemm{true, false, w[0], w[1], m},
				gemm{false, false, m, w[1], w[0]}, gemm{false, false, m, w[1], w[0]})
		}
	}
	return list
}

// report gives GFLOP/s of the listed products, done times times per operation, and the share of the
// operation's time that the bare products take, run by themselves right after.
func report(b *testing.B, list []gemm, times int) {
	perOp := b.Elapsed().Seconds() / float64(b.N)
	flops, size := 0.0, 0
	for _, g := range list {
		flops += 2 * float64(g.m) * float64(g.n) * float64(g.k) * float64(times)
		size = max(size, g.m*g.k, g.k*g.n, g.m*g.n)
	}
	x, y, z := make([]float32, size), make([]float32, size), make([]float32, size)
	for i := range x {
		x[i], y[i] = float32(i%7)-3, float32(i%5)-2
	}
	rounds := 1 + int(1/perOp)
	var bare time.Duration
	for range rounds {
		began := time.Now()
		for range times {
			for _, g := range list {
				lda, ldb := g.k, g.n
				if g.transA {
					lda = g.m
				}
				if g.transB {
					ldb = g.k
				}
				blas.Gemm(g.transA, g.transB, g.m, g.n, g.k, 1, x, lda, y, ldb, 0, z, g.n)
			}
		}
		bare += time.Since(began)
	}
	b.ReportMetric(flops/perOp/1e9, "GFLOP/s")
	b.ReportMetric(100*bare.Seconds()/float64(rounds)/perOp, "%matmul")
}

// steps times steps of training after the first, which compiles the graph.
func (s *setting) steps(b *testing.B, o curvature.Optimizer[float32]) {
	step := func() {
		if _, err := o.Step(s.theta, s.data); err != nil {
			b.Fatal(err)
		}
	}
	step()
	for b.Loop() {
		step()
	}
}

func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"mlp", "cnn", "resnet14"} {
		b.Run(fmt.Sprintf("%s/b=16", name), func(b *testing.B) {
			s := newSetting(b, name, 16)
			s.steps(b, s.o.NewDescent(1e-4))
			if name == "mlp" {
				report(b, s.gradientGemms(16), 1)
			}
		})
	}
}

func BenchmarkOptimizerStep(b *testing.B) {
	s := newSetting(b, "mlp", 16)
	adam, err := s.o.NewAdam(curvature.AdamOptions{LR: 1e-5, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8})
	noError(b, err)
	for _, c := range []struct {
		name string
		o    curvature.Optimizer[float32]
	}{
		{"sgd", s.o.NewDescent(1e-4)}, {"momentum", s.o.NewMomentumDescent(1e-4, 0.9)}, {"adam", adam},
	} {
		b.Run("mlp/b=16/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			s.steps(b, c.o)
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
		report(b, s.gradientGemms(s.o.Chunk), 8192/s.o.Chunk)
	})
}

func BenchmarkHVP(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"mlp", 8192}, {"cnn", 512}, {"resnet14", 512}} {
		b.Run(fmt.Sprintf("%s/n=%d", c.name, c.n), func(b *testing.B) {
			s := newSetting(b, c.name, c.n)
			h := s.linearize(b)
			v, dst := make([]float32, s.o.Dim()), make([]float32, s.o.Dim())
			for i := range v {
				v[i] = float32(math.Sin(float64(i)))
			}
			for b.Loop() {
				h.Apply(dst, v)
			}
			if c.name == "mlp" {
				report(b, s.hvpGemms(s.o.Chunk), c.n/s.o.Chunk)
			}
		})
	}
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

// BenchmarkLambdaMax finds λmax of all 8192 samples to a relative residual of 1e-3: from coarse to fine, from the eigenvector
// itself (warm), and from a random start (plain). A linearisation is part of it. Of the CNN only one
// product is taken; see lanczosProduct.
func BenchmarkLambdaMax(b *testing.B) {
	opt := curvature.EigenOptions[float32]{}
	top := func(m *curvature.Matrix[float32], opt curvature.EigenOptions[float32]) (curvature.Eigen[float32], error) {
		return m.Top(opt)
	}
	plain := func(m *curvature.Matrix[float32], opt curvature.EigenOptions[float32]) (curvature.Eigen[float32], error) {
		return curvature.Lanczos(m, opt)
	}
	s := newSetting(b, "mlp", 8192)
	b.Run("mlp/n=8192", func(b *testing.B) { opt.Start = s.lambdaMax(b, top, opt).Vectors[0] })
	b.Run("mlp/n=8192/warm", func(b *testing.B) { s.lambdaMax(b, top, opt) })
	b.Run("mlp/n=8192/plain", func(b *testing.B) { s.lambdaMax(b, plain, curvature.EigenOptions[float32]{}) })
	b.Run("cnn/n=8192", lanczosProduct)
}

func (s *setting) lambdaMax(b *testing.B, find func(*curvature.Matrix[float32], curvature.EigenOptions[float32]) (curvature.Eigen[float32], error),
	opt curvature.EigenOptions[float32]) (e curvature.Eigen[float32]) {
	var err error
	for b.Loop() {
		if e, err = find(s.linearize(b), opt); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(e.Products), "products")
	b.ReportMetric(e.Coarse, "coarse-products")
	b.ReportMetric(e.Values[0], "λmax")
	return e
}

// BenchmarkBatchSharpness measures g_B·H_B g_B and ‖g_B‖² of batches of the training set: those of an epoch together (of the MLP all
// 512, of the CNN 32, a few at a time), and one after another by double backward.
func BenchmarkBatchSharpness(b *testing.B) {
	const size = 16
	epoch := func(b *testing.B, name string, n, chunk int) {
		s := newSetting(b, name, n)
		s.o.Chunk = chunk
		p, order := s.o.NewProbe(), rand.New(rand.NewPCG(3, 3)).Perm(n)
		for b.Loop() {
			if _, _, err := p.EpochSharpness(s.theta, s.data, size, order); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3/float64(n/size), "ms/batch")
	}
	batch := func(b *testing.B, name string) {
		s := newSetting(b, name, size)
		p := s.o.NewProbe()
		for b.Loop() {
			if _, err := p.Along(s.theta, s.data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3, "ms/batch")
	}
	b.Run("mlp/b=16/epoch", func(b *testing.B) { epoch(b, "mlp", 8192, curvature.DefaultChunk) })
	b.Run("mlp/b=16/batch", func(b *testing.B) { batch(b, "mlp") })
	b.Run("cnn/b=16", func(b *testing.B) { epoch(b, "cnn", 512, 512) })
	b.Run("cnn/b=16/batch", func(b *testing.B) { batch(b, "cnn") })
}

// BenchmarkLambdaB finds λmax(H_B) of batches to a residual of 1e-2: all 512 of an epoch together, and one after another.
func BenchmarkLambdaB(b *testing.B) {
	const n, size = 8192, 16
	opt := curvature.EigenOptions[float32]{Tol: 1e-2}
	b.Run("mlp/b=16", func(b *testing.B) {
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
