package curvature

import (
	"errors"

	"eoss/graph"
)

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

// BatchLambdaMax estimates E_B[λmax(A_B)] at θ over batches of the samples d, by a Lanczos run on every batch; with opt.ErrTol a run
// takes a quarter fewer products. The Hessians of several batches are run side by side, as by EpochLambdaMax, unless there is a Start. Runs start
// at random (with no use of opt.Basis; opt.K is 1), or all at opt.Start: on the paper's MLP, b = 16, the last batch's eigenvector saves 8 % of the
// products, and g_B 14 %, which is what g_B costs.
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

// StepLambdaMax returns λmax(H_B) at θ of the samples d as one batch, without its eigenvector: step_lambda_b_max on the batch of the
// current step. Like EpochLambdaMax it works in the coordinates of graph.GroupHVP where those exist and the batch fits a chunk.
func (p *Probe[T]) StepLambdaMax(theta []T, d Data[T], opt EigenOptions[T]) (Eigen[T], error) {
	if err := opt.ofBatch(); err != nil {
		return Eigen[T]{}, err
	}
	if err := p.o.check(len(theta), len(d.X), len(d.Y), d.N); err != nil {
		return Eigen[T]{}, err
	}
	if d.N <= p.o.Chunk && !p.noTops {
		tops := make([]Eigen[T], 1)
		err := p.topsAt(Hessian, theta, opt).together(tops, 0, d)
		if mistake := new(graph.BuildError); !errors.As(err, &mistake) {
			return tops[0], err
		}
		p.noTops = true
	}
	return p.topValue(Hessian, theta, d, opt)
}

// topValue is Top without the eigenvectors, whose memory serves the next run: those of all batches of an epoch would be gigabytes.
func (p *Probe[T]) topValue(k Kind, theta []T, d Data[T], opt EigenOptions[T]) (Eigen[T], error) {
	e, err := p.Top(k, theta, d, opt)
	if k != NTK { // whose vectors have another length
		p.o.vectors.give(e.Vectors...)
	}
	e.Vectors = nil
	return e, err
}

// Top returns the top eigenpairs at θ of the matrix of that kind of the samples d, by Lanczos. Sets of one size share programs and memory.
func (p *Probe[T]) Top(k Kind, theta []T, d Data[T], opt EigenOptions[T]) (Eigen[T], error) {
	if k < 0 || int(k) >= len(p.matrices) {
		_, err := p.o.Linearization(k, d) // says that there is none
		return Eigen[T]{}, err
	}
	m, err := p.matrix(k, theta, d)
	if err != nil {
		return Eigen[T]{}, err
	}
	return Lanczos(m, opt)
}
