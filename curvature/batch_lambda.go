package curvature

// BatchLambdaMax is the mean largest eigenvalue of a curvature matrix of mini-batches: λᵇmax = E_B[λmax(H_B)]
// (section 5) for the Hessian, ntk_max and fim_max (Appendix H, Figure 16) for the NTK and the Fisher matrix.
// The factor of the loss is left out of the last two: for mse the Gauss–Newton matrix is twice the Fisher matrix.
type BatchLambdaMax struct {
	Mean        Estimate
	Values      []float64 // by batch
	Residual    float64   // the largest ‖Av − λv‖/|λ| of all batches
	Products    int       // matrix-vector products, of all batches
	Unconverged int       // batches whose eigenvalue missed its tolerance
	Draws
}

// BatchLambdaMax estimates E_B[λmax(A_B)] at θ over batches of the samples d, by a Lanczos run on every batch. opt.Start, when it is
// given, starts every run. The Hessians of several batches are run side by side, as by EpochLambdaMax, unless there is a Start.
func (p *Probe[T]) BatchLambdaMax(k Kind, theta []T, d Data[T], s Sampling, opt EigenOptions[T]) (BatchLambdaMax, error) {
	var l BatchLambdaMax
	var err error
	opt.K = 1
	mean := s.moments(d.N)
	add := func(e Eigen[T]) {
		mean.add(e.Values[0], 1)
		l.Values = append(l.Values, e.Values[0])
		l.Residual = max(l.Residual, e.Residuals[0])
		l.Products += e.Products
		if !e.Converged {
			l.Unconverged++
		}
	}
	estimates := func() []Estimate { return []Estimate{mean.mean()} }
	if w := p.topsAt(k, theta, opt); k == Hessian && opt.Start == nil {
		l.Draws, err = sampleTogether(p, theta, d, s, w, add, estimates)
	} else {
		l.Draws, err = sampleAlone(p, d, s, w.alone, add, estimates)
	}
	l.Mean = mean.mean()
	return l, err
}

// StepLambdaMax returns the top eigenpairs of the matrix of the samples d as one batch at θ: λmax(H_B) on the batch of the current
// step, or of the full batch. Batches of one size share programs and memory.
func (p *Probe[T]) StepLambdaMax(k Kind, theta []T, d Data[T], opt EigenOptions[T]) (Eigen[T], error) {
	m, err := p.matrix(k, theta, d)
	if err != nil {
		return Eigen[T]{}, err
	}
	return Lanczos(m, opt)
}
