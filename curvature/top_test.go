package curvature_test

import (
	"slices"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestTopIsLanczos: λmax from coarse to fine is λmax, whether the first quarter is made of chunks or not, again at another θ and on other
// samples, in two or three levels; and it takes fewer products.
func TestTopIsLanczos(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 4400, 3)
	for _, chunk := range []int{5000, 300, 64} {
		s.o.Chunk = chunk
		h, err := s.o.Hessian(s.data.Rows(0, 4200))
		noError(t, err)
		noError(t, h.Linearize(s.theta))
		for move := range 3 {
			opt := curvature.EigenOptions[float64]{Tol: 1e-7, Seed: 4}
			want, err := curvature.Lanczos(h, opt)
			noError(t, err)
			got, err := h.Top(opt)
			noError(t, err)
			equal(t, "λmax", got.Values[0], want.Values[0], 1e-9)
			if got.Coarse == 0 || got.Products >= want.Products {
				t.Errorf("chunks of %d: %d products after %.1f coarse ones, %d from a random start", chunk, got.Products, got.Coarse, want.Products)
			}
			if move == 1 {
				noError(t, h.Rebind(s.data.Rows(200, 4400)))
			}
			for i := range s.theta {
				s.theta[i] *= 0.9
			}
			noError(t, h.Linearize(s.theta))
		}
		h.Release()
	}
}

// TestTopOfPairsThatChangeOrder: the two largest eigenvalues come in one order over the first quarter of the samples, where they differ by 5 %,
// and in the other over all. The curvature of a linear model under mse is twice the mean of xxᵀ, here diagonal: x = ± a multiple of a unit vector.
func TestTopOfPairsThatChangeOrder(t *testing.T) {
	const n = 1024
	s := newSmall[float64](t, models.Spec{Name: "mlp", Input: []int{4}, Outputs: 1, Widths: []int{}}, "mse", n, 1)
	clear(s.data.X)
	for i := range n {
		size := [4]float64{5, 4.9, 2, 1.5}
		if i >= n/4 {
			size = [4]float64{4.9, 5, 2, 1.5}
		}
		s.data.X[4*i+i/2%4] = size[i/2%4] * float64(1-i%2*2)
	}
	h := linearize(t, s, curvature.Hessian).(*curvature.Matrix[float64])
	opt := curvature.EigenOptions[float64]{Tol: 1e-6}
	want, err := curvature.Lanczos(h, opt)
	noError(t, err)
	got, err := h.Top(opt)
	noError(t, err)
	equal(t, "λmax", got.Values[0], want.Values[0], 1e-9)
	if got.Coarse == 0 {
		t.Error("no subset was used")
	}
}

// TestTopOfAMovedMatrix: after other samples, of the same number, and another θ Top does what it does for a new matrix, bit for bit.
func TestTopOfAMovedMatrix(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 2048, 3)
	opt := curvature.EigenOptions[float64]{Tol: 1e-3}
	for _, chunk := range []int{5000, 300} { // the quarter is linearised by itself, or made of chunks
		s.o.Chunk = chunk
		moved, err := s.o.Hessian(s.data.Rows(0, 1024))
		noError(t, err)
		for _, first := range []int{0, 1024} {
			noError(t, moved.Rebind(s.data.Rows(first, first+1024)))
			for range 2 {
				noError(t, moved.Linearize(s.theta))
				got, err := moved.Top(opt)
				noError(t, err)
				fresh, err := s.o.Hessian(s.data.Rows(first, first+1024))
				noError(t, err)
				noError(t, fresh.Linearize(s.theta))
				want, err := fresh.Top(opt)
				noError(t, err)
				if got.Values[0] != want.Values[0] || got.Products != want.Products || got.Coarse != want.Coarse {
					t.Errorf("chunks of %d, samples from %d: %v after %d + %.1f products, a new matrix %v after %d + %.1f", chunk, first,
						got.Values[0], got.Products, got.Coarse, want.Values[0], want.Products, want.Coarse)
				}
				for i := range s.theta {
					s.theta[i] *= 0.9
				}
			}
		}
	}
}

// TestTopKeepsWhatItReturned: the memory that Top uses again is not that of the vectors it has returned.
func TestTopKeepsWhatItReturned(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 1100, 3)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	first, err := h.Top(curvature.EigenOptions[float64]{Tol: 1e-2})
	noError(t, err)
	vector := slices.Clone(first.Vectors[0])
	for i := range s.theta {
		s.theta[i] *= 0.5
	}
	noError(t, h.Linearize(s.theta))
	_, err = h.Top(curvature.EigenOptions[float64]{Tol: 1e-9, Seed: 1}) // wants more vectors than the first has left
	noError(t, err)
	if !slices.Equal(first.Vectors[0], vector) {
		t.Error("an eigenvector has changed")
	}
}

// TestTopKeepsItsLimit of products, on every subset.
func TestTopKeepsItsLimit(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 4400, 3)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	for limit := 1; limit < 5; limit++ {
		e, err := h.Top(curvature.EigenOptions[float64]{Tol: 1e-12, MaxProducts: limit})
		noError(t, err)
		if e.Converged || e.Products != limit || e.Coarse > float64(limit)*(1./4+1./16) {
			t.Errorf("at most %d products: %d and %.2f on subsets, converged %v", limit, e.Products, e.Coarse, e.Converged)
		}
	}
}

// TestTopOfFewParameters takes no more products than there are parameters, whatever MinProducts is: what follows is rounding.
func TestTopOfFewParameters(t *testing.T) {
	for p := 1; p <= 3; p++ {
		h := linearize(t, newOwn(linear(p, models.MSE), 1024, 1), curvature.Hessian).(*curvature.Matrix[float64])
		want, err := curvature.Lanczos(h, curvature.EigenOptions[float64]{})
		noError(t, err)
		got, err := h.Top(curvature.EigenOptions[float64]{MinProducts: 6})
		noError(t, err)
		equal(t, "λmax", got.Values[0], want.Values[0], 1e-12)
		if !got.Converged || got.Products > p {
			t.Errorf("%d parameters: %d products, converged %v", p, got.Products, got.Converged)
		}
	}
}

// TestTopIsRefused before there is a θ, and for a matrix that there is not.
func TestTopIsRefused(t *testing.T) {
	s := newOwn(linear(3, models.MSE), 4, 1)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	opt := curvature.EigenOptions[float64]{}
	_, early := h.Top(opt)
	_, want := s.o.Linearization(7, s.data)
	_, top := s.o.NewProbe().Top(7, s.theta, s.data, opt)
	_, batches := s.o.NewProbe().BatchLambdaMax(-1, s.theta, s.data, curvature.Sampling{Batch: 2, MaxBatches: 2}, opt)
	if early == nil || want == nil || top == nil || batches == nil || top.Error() != want.Error() {
		t.Errorf("before Linearize %v, of the kind 7 %v, %v of batches", early, top, batches)
	}
}
