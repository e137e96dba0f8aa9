package curvature_test

import (
	"math"
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/models"
)

// linearModel is quadratic in its parameters under mse: the expansions of equations 10 and 12 end with their second terms.
var linearModel = models.Spec{Name: "mlp", Input: []int{4}, Outputs: 3, Widths: []int{}}

// TestStepChangeOfAQuadratic: E[L_B(θ−ηg_B) − L_B(θ)] = −η E‖g_B‖² (1 − η·BatchSharpness/2) (Lemma 3), and
// E[L(θ−ηg_B) − L(θ)] = −η‖g‖² (1 − η·IAS/2), over all batches.
func TestStepChangeOfAQuadratic(t *testing.T) {
	const lr = 0.05
	s := newSmall[float64](t, linearModel, "mse", 7, 1)
	all := curvature.Sampling{List: subsets(7, 3)}
	for _, chunk := range []int{7, 2} {
		s.o.Chunk = chunk
		p := s.o.NewProbe()
		got, err := p.ExpectedStepChange(s.theta, lr, s.data, all, true)
		noError(t, err)
		sharp, err := p.BatchSharpness(s.theta, s.data, all)
		noError(t, err)
		h, err := s.o.Hessian(s.data)
		noError(t, err)
		noError(t, h.Linearize(s.theta))
		ias, err := p.IAS(h, all)
		noError(t, err)
		equal(t, "equation 10", got.Batch.Mean, -lr*got.GG.Mean*(1-lr*sharp.Ratio.Mean/2), 1e-11)
		equal(t, "equation 12", got.Full.Mean, -lr*ias.GG*(1-lr*ias.IAS.Mean/2), 1e-11)
		equal(t, "E‖g_B‖²", got.GG.Mean, sharp.GG.Mean, rounding)
	}
}

// TestStepChangeBesideALargeLoss: both changes in float32, of 3e-4 beside a loss of 1000, of which one rounding is 3e-5: per-sample losses,
// 4000 of which round by 5e-7 on average, give them to 1 %, and the float32 loss of a gradient would not.
func TestStepChangeBesideALargeLoss(t *testing.T) {
	const n, lr = 4000, 1e-5
	s, exact := newSmall[float32](t, linearModel, "mse", n, 1), newSmall[float64](t, linearModel, "mse", n, 1)
	s.o.Network.Loss = func(f, y *graph.Node) *graph.Node { return graph.Affine(models.MSE(f, y), 1, 1000) }
	s.o.Chunk, exact.o.Chunk = n, n
	halves := curvature.Sampling{List: [][]int{make([]int, n/2), make([]int, n/2)}}
	for i := range n {
		halves.List[i%2][i/2] = i
	}
	got, err := s.o.NewProbe().ExpectedStepChange(s.theta, lr, s.data, halves, true)
	noError(t, err)
	want, err := exact.o.NewProbe().ExpectedStepChange(exact.theta, lr, exact.data, halves, true)
	noError(t, err)
	near(t, "changes", []float64{got.Batch.Mean, got.Full.Mean}, []float64{want.Batch.Mean, want.Full.Mean}, 0.01)
}

// TestStepChangeStops where the change itself vanishes, at the edge of stability: the error is held against the first-order term.
func TestStepChangeStops(t *testing.T) {
	s := newSmall[float64](t, linearModel, "mse", 9, 1)
	p := s.o.NewProbe()
	sharp, err := p.BatchSharpness(s.theta, s.data, curvature.Sampling{List: subsets(9, 3)})
	noError(t, err)
	lr := 2 / sharp.Ratio.Mean // there the exact change is 0
	got, err := p.ExpectedStepChange(s.theta, lr, s.data, curvature.Sampling{Batch: 3, RelErr: 0.01, MaxBatches: 5000}, false)
	noError(t, err)
	if !got.Converged || got.Batches < 32 || got.Full.N != 0 {
		t.Errorf("converged %v after %d batches", got.Converged, got.Batches)
	}
	if d := math.Abs(got.Batch.Mean); d > 4*got.Batch.StdErr || got.Batch.StdErr > 0.011*lr*got.GG.Mean {
		t.Errorf("change %g ± %g, exactly 0; first-order term %g", got.Batch.Mean, got.Batch.StdErr, lr*got.GG.Mean)
	}
}

// TestStepChangeOfAllStops by its own first-order term: samples of one input have one curvature, at whose edge the loss of no batch changes,
// but that of all samples does, differently with every batch.
func TestStepChangeOfAllStops(t *testing.T) {
	s := newSmall[float64](t, linearModel, "mse", 9, 1)
	for i := range s.data.N {
		copy(s.data.X[4*i:4*i+4], s.data.X)
	}
	p := s.o.NewProbe()
	whole, err := p.Along(s.theta, s.data)
	noError(t, err)
	lr := 2 / whole.Sharpness()
	got, err := p.ExpectedStepChange(s.theta, lr, s.data, curvature.Sampling{Batch: 3, RelErr: 0.01, MaxBatches: 5000}, true)
	noError(t, err)
	if got.Batch.StdErr > rounding || !got.Converged || got.Full.N != got.Batches || !(got.Full.StdErr <= 0.01*lr*whole.GG) {
		t.Errorf("batch %+v, all samples %+v, converged %v; first-order term %g", got.Batch, got.Full, got.Converged, lr*whole.GG)
	}
}

// TestContractionBrackets: the value of the set it was found on is above the truth on average, the one on fresh batches below.
func TestContractionBrackets(t *testing.T) {
	const lr, runs = 0.2, 40
	e := enumerate(t, "mse")
	opt := curvature.EigenOptions[float64]{Tol: 1e-6}
	exact, err := e.p.SecondMomentContraction(e.theta, lr, e.data, e.all, opt)
	noError(t, err)
	var value, fresh, valueErr, freshErr float64
	for seed := range uint64(runs) {
		c, err := e.p.SecondMomentContraction(e.theta, lr, e.data, curvature.Sampling{Batch: 3, Seed: seed, MaxBatches: 10}, opt)
		noError(t, err)
		if math.Abs(c.HeldOut.Mean-c.Value.Mean) < 1e-9 {
			t.Fatal("the fresh batches are those of the set")
		}
		if c.Batches != 10 || c.HeldOut.N != 10 || !c.Converged {
			t.Fatalf("%d batches, %d fresh ones, converged %v", c.Batches, c.HeldOut.N, c.Converged)
		}
		value += c.Value.Mean / runs
		fresh += c.HeldOut.Mean / runs
		valueErr += c.Value.StdErr / runs
		freshErr += c.HeldOut.StdErr / runs
	}
	// averages over the runs, with about √runs smaller errors
	if value < exact.Value.Mean-valueErr/2 || fresh > exact.Value.Mean+freshErr/2 || fresh > value {
		t.Errorf("on the set %g ± %g, on fresh batches %g ± %g, exactly %g", value, valueErr, fresh, freshErr, exact.Value.Mean)
	}
	equal(t, "between", (value+fresh)/2, exact.Value.Mean, 0.1)
	if _, err := e.p.SecondMomentContraction(e.theta, lr, e.data, curvature.Sampling{Batch: 3, RelErr: 0.1, MaxBatches: 10}, opt); err == nil {
		t.Error("a stopping rule gives no error")
	}
	epoch, err := e.p.SecondMomentContraction(e.theta, lr, e.data, curvature.Sampling{Batch: 2, Scheme: curvature.Epoch}, opt)
	noError(t, err)
	if epoch.Batches != 3 || epoch.HeldOut.N != 3 {
		t.Errorf("an epoch of 6 samples: %d batches of 2, %d fresh ones", epoch.Batches, epoch.HeldOut.N)
	}
}

// TestContractionBesideANullSpace: one direction that expands, among a hundred that contract and 20 000 that no batch curves, is found with
// the tolerance of a measurement, and its excess over 1 to that tolerance.
func TestContractionBesideANullSpace(t *testing.T) {
	const n, dim, lr = 100, 20_000, 0.1
	s := newSmall[float32](t, models.Spec{Name: "mlp", Input: []int{dim}, Outputs: 1, Widths: []int{}}, "mse", n, 1)
	clear(s.data.X)
	for i := range n {
		steep := 1.95 * float64(i) / n // ηλ of the sample's direction
		if i == n-1 {
			steep = 2.01
		}
		s.data.X[i*dim+i] = float32(math.Sqrt(steep * n / 2 / lr))
	}
	contraction := func(tol float64) float64 {
		c, err := s.o.NewProbe().SecondMomentContraction(s.theta, lr, s.data, curvature.Sampling{Batch: n, MaxBatches: 2}, curvature.EigenOptions[float32]{Tol: tol})
		noError(t, err)
		if c.Value.StdErr != 0 { // a batch of all samples is no draw
			t.Errorf("standard error %g", c.Value.StdErr)
		}
		return c.Value.Mean
	}
	exact := contraction(1e-5)
	if exact < 1.0201 || exact > 1.03 { // (1 − 2.01)², and a little more: the bias couples the directions
		t.Fatalf("the contraction is %g", exact)
	}
	equal(t, "excess", contraction(5e-3)-1, exact-1, 1e-3) // the error of an eigenvalue is of second order
}

// TestGeometry: shares of a gradient in a span, and a distance.
func TestGeometry(t *testing.T) {
	g := []float64{3, 0, 4, 12}
	v := [][]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0}}
	near(t, "shares", curvature.GradientProjection(g, v), []float64{9. / 169, 9. / 169, 153. / 169, 1}, 1e-15)
	equal(t, "distance", curvature.Distance(g, []float64{0, 0, 0, 12}), 5, 1e-15)
	equal(t, "distance in float32", curvature.Distance([]float32{1e-20, 1}, []float32{-1e-20, 1}), 2e-20, 1e-6)
}

// TestIASCoverage: 500 intervals of an estimate that stops by its own rule.
func TestIASCoverage(t *testing.T) {
	s := newSmall[float64](t, tiny, "mse", 9, 4)
	h, err := s.o.Hessian(s.data)
	noError(t, err)
	noError(t, h.Linearize(s.theta))
	p := s.o.NewProbe()
	exact, err := p.IAS(h, curvature.Sampling{List: subsets(9, 3)})
	noError(t, err)
	hits, lengths := coverage{}, map[int]int{}
	for seed := range uint64(coverageSeeds) {
		e, err := p.IAS(h, curvature.Sampling{Batch: 3, Seed: seed, RelErr: 0.05, MinBatches: 32, MaxBatches: 1000})
		noError(t, err)
		hits.add("IAS", e.IAS, exact.IAS.Mean)
		hits.add("IAS as it is written", e.Plain, exact.IAS.Mean)
		lengths[e.Batches]++
	}
	hits.check(t)
	if len(lengths) < 3 {
		t.Errorf("the stopping rule was not at work: %v", lengths)
	}
}
