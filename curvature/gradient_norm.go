package curvature

// GradientNorm2 is how long gradients are: of mini-batches on average, and of the full batch.
type GradientNorm2 struct {
	Batch Estimate // E[‖g_B‖²]
	Full  float64  // ‖g‖²
	Draws
}

// GradientNorm2 estimates E[‖g_B‖²] at θ over batches of the samples d, and computes ‖g‖². Where Batch Sharpness is
// estimated too, its GG is the first of them for nothing.
func (p *Probe[T]) GradientNorm2(theta []T, d Data[T], s Sampling) (GradientNorm2, error) {
	var r GradientNorm2
	if _, err := p.o.Gradient(p.grad, theta, d); err != nil {
		return r, err
	}
	r.Full = Dot(p.grad, p.grad)
	if err := finite(r.Full); err != nil {
		return r, err
	}
	m := s.moments(d.N)
	var err error
	r.Draws, err = p.sample(d, s, func(batch Data[T]) error {
		if _, err := p.o.Gradient(p.grad, theta, batch); err != nil {
			return err
		}
		gg := Dot(p.grad, p.grad)
		m.add(gg, 1)
		return finite(gg)
	}, func() []Estimate { return []Estimate{m.mean()} })
	r.Batch = m.mean()
	return r, err
}
