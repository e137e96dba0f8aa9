package curvature_test

import (
	"testing"

	"eoss/curvature"
)

// BenchmarkNoise takes a step of gradient descent on all 8192 images with noise of every shape, next to the gradient alone.
func BenchmarkNoise(b *testing.B) {
	const n = 8192
	s := newSetting(b, "mlp", n)
	b.Run("mlp/gradient", func(b *testing.B) {
		g := make([]float32, s.o.Dim())
		for b.Loop() {
			if _, err := s.o.Gradient(g, s.theta, s.data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3, "ms/step")
	})
	for _, name := range []string{"directional", "diagonal", "isotropic"} {
		b.Run("mlp/"+name, func(b *testing.B) {
			d, err := s.o.NewNoisyDescent(n, curvature.NoiseOptions{Shape: noiseShapes[name], LR: 1e-6, Batch: 16})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := d.Step(s.theta, s.data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e3, "ms/step")
		})
	}
}
