package curvature

// StepChange is what one step of SGD, θ′ = θ − ηg_B, does to the loss: measured at θ′, not expanded.
type StepChange struct {
	Batch Estimate // E[L_B(θ′) − L_B(θ)], of the step's own batch: equation 10
	Full  Estimate // E[L(θ′) − L(θ)], of all samples: equation 12; N is 0 when it was not asked for
	GG    Estimate // E[‖g_B‖²], a by-product: −η times it is Batch's first-order term
	Draws
}

// ExpectedStepChange estimates both changes at θ for the step size lr (η) over batches of the samples d. At the edge of
// stability the change itself is near zero; so the stopping rule holds its standard error against the first-order term, RelErr·η E‖g_B‖²
// for the batch's loss and RelErr·η‖g‖² for the full one. A batch costs a gradient and a forward pass; full adds a forward pass over all
// samples. A loss or gradient at θ that is not finite is ErrNotFinite; a step out of all bounds is a result, and the change not finite.
func (p *Probe[T]) ExpectedStepChange(theta []T, lr float64, d Data[T], s Sampling, full bool) (StepChange, error) {
	var c StepChange
	batch, all := s.moments(d.N), s.moments(d.N)
	var before, gg float64 // of all samples
	if full {
		var err error
		if before, _, err = p.o.Loss(theta, d); err != nil {
			return c, err
		}
		if _, err := p.o.Gradient(p.grad, theta, d); err != nil {
			return c, err
		}
		gg = Dot(p.grad, p.grad)
		if err := finite(before, gg); err != nil {
			return c, err
		}
	}
	next := make([]T, len(theta))
	var err error
	c.Draws, err = p.sample(d, s, func(b Data[T]) error {
		change, squared, err := p.step(next, theta, lr, b)
		if err != nil {
			return err
		}
		batch.add(change, squared)
		if full {
			after, _, err := p.o.Loss(next, d)
			all.add(after-before, 1)
			return err
		}
		return nil
	}, func() []Estimate {
		e := []Estimate{{lr * batch.y, batch.mean().StdErr, batch.n}}
		if full {
			e = append(e, Estimate{lr * gg, all.mean().StdErr, all.n})
		}
		return e
	})
	c.Batch, c.Full, c.GG = batch.mean(), all.mean(), batch.meanY()
	return c, err
}

// step writes θ − ηg_B to next and returns L_B(next) − L_B(θ) and ‖g_B‖²: both losses are sums of per-sample losses in float64, because the
// difference may be small.
func (p *Probe[T]) step(next, theta []T, lr float64, b Data[T]) (change, gg float64, err error) {
	before, _, err := p.o.Loss(theta, b)
	if err != nil {
		return 0, 0, err
	}
	if _, err := p.o.Gradient(p.grad, theta, b); err != nil {
		return 0, 0, err
	}
	gg = Dot(p.grad, p.grad)
	if err := finite(before, gg); err != nil {
		return 0, 0, err
	}
	copy(next, theta)
	Axpy(T(-lr), p.grad, next)
	after, _, err := p.o.Loss(next, b)
	return after - before, gg, err
}
