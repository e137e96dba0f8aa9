package curvature

import "fmt"

// EpochLambdaMax returns λmax(H_B) of all batches of an epoch at θ, cut as by EpochSharpness; λᵇmax is their mean.
// Eigenvectors are not returned.
//
// The Lanczos runs of a chunk's batches advance together. A batch's vectors live in the coordinates of graph.GroupHVP, in
// which a layer of k inputs and m outputs has b(k+m) in place of its km parameters, the first layer b·m, and the
// products of a chunk's H_B with their vectors are a few large matrix products. Nothing is reorthogonalised: rounding
// then repeats eigenvalues that have converged, but the largest one and its residual stay true (Paige 1976) as long as rounding
// is small beside the new vectors. Where it is not, the distinct eigenvalues have run out, as those of few parameters or collinear samples do:
// such a batch is measured alone by Lanczos, unless its value has converged, with what rounding may hide in its residual.
// A batch whose value has converged keeps it, so that its chunk does not matter.
//
// Networks GroupHVP has no rules for, and batches larger than a chunk, are measured one by one by Lanczos.
func (p *Probe[T]) EpochLambdaMax(theta []T, d Data[T], b int, order []int, opt EigenOptions[T]) ([]Eigen[T], error) {
	if err := opt.ofBatch(); err != nil {
		return nil, err
	}
	e, err := p.o.partition(theta, d, b, order)
	if err != nil {
		return nil, err
	}
	tops := make([]Eigen[T], e.batches)
	return tops, measure(e, &p.batch, tops, p.topsAt(Hessian, theta, opt))
}

// ofBatch refuses what only some of the ways to find a batch's eigenvalue know.
func (o EigenOptions[T]) ofBatch() error {
	if o.K > 1 || o.Start != nil || o.Basis != 0 {
		return fmt.Errorf("curvature: the largest eigenvalue of a batch is found without K, Start and Basis")
	}
	return nil
}

// topsAt says how the top eigenvalues of batches are found, without eigenvectors.
func (p *Probe[T]) topsAt(k Kind, theta []T, opt EigenOptions[T]) ways[T, Eigen[T]] {
	return ways[T, Eigen[T]]{
		several: 8, // 32 are hardly faster a run, and more of them are in vain when the stopping rule is met
		unknown: &p.noTops,
		alone:   func(batch Data[T]) (Eigen[T], error) { return p.topValue(k, theta, batch, opt) },
		together: func(out []Eigen[T], first int, rows Data[T]) error {
			l, err := p.batchLanczos(len(out), rows.N/len(out))
			if err != nil {
				return err
			}
			if err := l.h.linearize(theta, rows); err != nil {
				return err
			}
			if err := l.top(out, first, opt); err != nil {
				return err
			}
			return p.retrieve(out, first, l, theta, rows, opt)
		},
	}
}

// retrieve measures the batches of lost runs alone.
func (p *Probe[T]) retrieve(tops []Eigen[T], first int, l *batchLanczos[T], theta []T, rows Data[T], opt EigenOptions[T]) error {
	b := rows.N / len(tops)
	for k, t := range l.runs {
		if !t.lost {
			continue
		}
		e, err := p.topValue(Hessian, theta, rows.Rows(k*b, (k+1)*b), opt)
		if err != nil {
			return fmt.Errorf("batch %d: %w", first+k, err)
		}
		e.Products += t.products
		if l.vanishes(k, e.Values[0]) {
			e.Values[0], e.Residuals[0] = 0, 0
		}
		tops[k] = e
	}
	return nil
}

// batchLanczos returns the runs for several batches of b samples; those of the sizes used last are kept.
func (p *Probe[T]) batchLanczos(batches, b int) (*batchLanczos[T], error) {
	for i, l := range p.several {
		if l != nil && l.h.batches == batches && l.h.b == b {
			p.several[0], p.several[i] = l, p.several[0]
			return l, nil
		}
	}
	h, err := p.o.batchHessians(batches, b)
	if err != nil {
		return nil, err
	}
	l := newBatchLanczos(p.o, h)
	p.several = [2]*batchLanczos[T]{l, p.several[0]}
	p.o.needs.vectors = max(p.o.needs.vectors, p.several[0].bytes()+p.several[1].bytes())
	return l, nil
}
