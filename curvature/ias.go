package curvature

// InteractionAwareSharpness is IAS of Lee and Jang (2023), equation 11: E[g_B·H g_B]/‖g‖² with the Hessian and the gradient of the
// full-batch loss. The authors' GNI is this quantity.
type InteractionAwareSharpness struct {
	// IAS is (g·Hg + E[ζ·Hζ])/‖g‖² with ζ = g_B − g: the same expectation, because E[ζ] = 0, without the noise of the
	// term 2 g·Hζ.
	IAS   Estimate
	Plain Estimate // E[g_B·H g_B]/‖g‖² over the same batches as it is written; equal to IAS over an Epoch whose batches hold every sample
	GG    float64  // ‖g‖²
	Draws
}

// IAS estimates the interaction-aware sharpness over batches of the samples and at the θ of h, the full-batch Hessian
// linearised there. A batch costs its gradient and one product with h.
func (p *Probe[T]) IAS(h *Matrix[T], s Sampling) (InteractionAwareSharpness, error) {
	var r InteractionAwareSharpness
	g, hg, err := p.full(h)
	if err != nil {
		return r, err
	}
	r.GG = Dot(g, g)
	d, gHg := h.data, Dot(g, hg)
	noise, plain := s.moments(d.N), s.moments(d.N)
	r.Draws, err = p.sample(d, s, func(batch Data[T]) error {
		if _, err := p.o.Gradient(p.grad, h.theta, batch); err != nil {
			return err
		}
		cross := Dot(p.grad, hg) // g_B·H g
		Axpy(-1, g, p.grad)
		h.Apply(p.hg, p.grad)
		z := Dot(p.grad, p.hg)
		noise.add(gHg+z, 1)
		plain.add(z+2*cross-gHg, 1) // g_B·H g_B = ζ·Hζ + 2 g_B·Hg − g·Hg
		return finite(gHg, z, cross)
	}, func() []Estimate { return []Estimate{noise.mean()} })
	r.IAS, r.Plain = noise.mean().over(r.GG), plain.mean().over(r.GG)
	return r, err
}

// full returns the gradient of the matrix's samples at its θ, and its product with the matrix.
func (p *Probe[T]) full(m *Matrix[T]) (g, mg []T, err error) {
	g, mg = make([]T, m.Dim()), make([]T, m.Dim())
	if _, err := m.o.Gradient(g, m.theta, m.data); err != nil {
		return nil, nil, err
	}
	m.Apply(mg, g)
	return g, mg, nil
}
