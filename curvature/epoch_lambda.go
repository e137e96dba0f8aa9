package curvature

import "fmt"

// EpochLambdaMax returns λmax(H_B) of all batches of an epoch at θ, cut as by EpochSharpness; λᵇmax is their mean.
// Eigenvectors are not returned; opt's K, Start and Basis must be zero.
//
// The Lanczos runs of a chunk's batches advance together. A batch's vectors live in the coordinates of graph.GroupHVP, in
// which a layer of k inputs and m outputs has b(k+m) in place of its km parameters, the first layer b·m, and the
// products of a chunk's H_B with their vectors are a few large matrix products. Nothing is reorthogonalised: rounding
// then repeats eigenvalues that have converged, but the largest one and its residual stay true (Paige 1976).
// A batch whose value has converged keeps it, so that its chunk does not matter.
//
// Networks GroupHVP has no rules for, and batches larger than a chunk, are measured one by one by Lanczos.
func (p *Probe[T]) EpochLambdaMax(theta []T, d Data[T], b int, order []int, opt EigenOptions[T]) ([]Eigen[T], error) {
	if opt.K > 1 || opt.Start != nil || opt.Basis != 0 {
		return nil, fmt.Errorf("curvature: the largest eigenvalue of every batch is found without K, Start and Basis")
	}
	e, err := p.o.partition(theta, d, b, order)
	if err != nil {
		return nil, err
	}
	tops := make([]Eigen[T], e.batches)
	err = e.measure(&p.batch,
		func(k int, rows Data[T]) error { return p.topTogether(tops[k:k+rows.N/b], theta, rows, k, opt) },
		func(k int, rows Data[T]) (err error) {
			tops[k], err = p.lambdaMax(theta, rows, opt)
			return err
		})
	return tops, err
}

// topTogether fills tops with the largest eigenvalues of the batches that lie one after another in d, from number first on.
func (p *Probe[T]) topTogether(tops []Eigen[T], theta []T, d Data[T], first int, opt EigenOptions[T]) error {
	b := d.N / len(tops)
	if h := p.several; h == nil || h.batches != len(tops) || h.b != b {
		h, err := p.o.batchHessians(len(tops), b)
		if err != nil {
			return err
		}
		p.several = h
	}
	if err := p.several.linearize(theta, d); err != nil {
		return err
	}
	return newBatchLanczos(p.several).top(tops, first, opt)
}

// lambdaMax is Lanczos on one batch.
func (p *Probe[T]) lambdaMax(theta []T, d Data[T], opt EigenOptions[T]) (Eigen[T], error) {
	h, err := p.o.Hessian(d)
	if err != nil {
		return Eigen[T]{}, err
	}
	if err := h.Linearize(theta); err != nil {
		return Eigen[T]{}, err
	}
	top, err := Lanczos(h, opt)
	top.Vectors = nil
	return top, err
}
