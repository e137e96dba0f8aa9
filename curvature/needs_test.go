package curvature

import (
	"runtime"
	"testing"

	"eoss/models"
)

// smallMLP is a multi-layer perceptron with three outputs, its initial parameters, and n samples.
func smallMLP(t *testing.T, n, in int, widths ...int) (o *Objective[float32], theta []float32, d Data[float32]) {
	m, err := models.New(models.Spec{Name: "mlp", Input: []int{in}, Outputs: 3, Widths: widths})
	if err != nil {
		t.Fatal(err)
	}
	o = NewObjective[float32](Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: models.MSE})
	for _, x := range m.InitialParameters(1, 1) {
		theta = append(theta, float32(x))
	}
	d = Data[float32]{N: n, X: make([]float32, n*in), Y: make([]float32, n*3)}
	for i := range d.X {
		d.X[i] = float32(i%7) - 3
	}
	return o, theta, d
}

// TestBatchesAreCounted: eigenvalues of batches side by side are found in the objective's own memory, next to vectors that are counted.
func TestBatchesAreCounted(t *testing.T) {
	o, theta, d := smallMLP(t, 32, 6, 20, 20)
	before, err := o.WorkingSet(d.N, Hessian)
	if err != nil {
		t.Fatal(err)
	}
	o.Memory = 1 // the linearisation is made where that of the batches is
	h, err := o.Hessian(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Linearize(theta); err != nil {
		t.Fatal(err)
	}
	v, first, second := theta, make([]float32, o.Dim()), make([]float32, o.Dim())
	h.Apply(first, v)
	p := o.NewProbe()
	if _, err := p.EpochLambdaMax(theta, d, 8, nil, EigenOptions[float32]{}); err != nil {
		t.Fatal(err)
	}
	if p.several[0].h.residual != o.transient.residual {
		t.Error("the batches have a linearisation of their own")
	}
	h.Apply(second, v)
	if Distance(first, second) != 0 {
		t.Error("a product differs after eigenvalues of batches")
	}
	// A sample has coordinates for the cotangents of three layers and the inputs of the last two, a batch its biases.
	vectors := 4 * 4 * (32*(20+20+3+20+20) + 4*(20+20+3))
	if o.needs.vectors != vectors {
		t.Errorf("%d bytes of vectors, want %d", o.needs.vectors, vectors)
	}
	after, err := o.WorkingSet(d.N, Hessian)
	if err != nil {
		t.Fatal(err)
	}
	if least := before + vectors; after < least || o.needs.residual < p.several[0].h.ResidualBytes() || o.needs.scratch < p.several[0].h.ScratchBytes() {
		t.Errorf("the working set is %d after %d, want at least %d", after, before, least)
	}
}

// TestKernelsAreCounted: the working set of a convolutional network holds the scratch memory of its kernels.
func TestKernelsAreCounted(t *testing.T) {
	m, err := models.New(models.Spec{Name: "cnn", Input: []int{3, 16, 16}, Outputs: 3, Widths: []int{16, 16, 16, 8}})
	if err != nil {
		t.Fatal(err)
	}
	o := NewObjective[float32](Network{Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: models.MSE})
	all, err := o.WorkingSet(32, Hessian)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range o.programs {
		once, each := p.Borrows()
		if sum := p.ScratchBytes() + p.ResidualBytes() + once + each; each == 0 || all < sum {
			t.Errorf("the working set is %d; a program needs %d, and kernels %d and %d for each thread", all, sum, once, each)
		}
	}
}

// TestBasisIsCounted: what is kept leaves room for the vectors of Lanczos, and those of one run serve the next, of any matrix.
func TestBasisIsCounted(t *testing.T) {
	o, theta, d := smallMLP(t, 2, 200, 100)
	vector := 4 * o.Dim()
	least, err := o.WorkingSet(d.N, Hessian)
	if err != nil || o.needs.basis != 81*vector {
		t.Errorf("%d bytes for the vectors of Lanczos, which are 81 of %d (%v)", o.needs.basis, vector, err)
	}
	h, err := o.Hessian(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{h.KeptBytes(), h.KeptBytes() + 81*vector} {
		h.Release()
		o.Memory = least + room
		if h, err = o.Hessian(d); err != nil {
			t.Fatal(err)
		}
		if kept, _ := h.Kept(); (kept == 1) != (room > 81*vector) {
			t.Errorf("with room for %d bytes %d linearisations are kept", room, kept)
		}
	}
	o.Memory = 0
	for i, k := range []Kind{Hessian, GaussNewton} {
		a, err := o.Linearization(k, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Linearize(theta); err != nil {
			t.Fatal(err)
		}
		a.Apply(make([]float32, o.Dim()), theta)
		before := allocated()
		if _, err := SpectralDensity(a, DensityOptions{Probes: 4, Steps: 30, Points: 400}); err != nil {
			t.Fatal(err)
		}
		if got, most := allocated()-before, (31*(1-i)+15)*vector; got > most {
			t.Errorf("matrix %d: the spectral density takes %d bytes, a vector has %d", i, got, vector)
		}
	}
}

// TestEigenvectorsOfBatches: one after another, the eigenvectors of batches take the same memory.
func TestEigenvectorsOfBatches(t *testing.T) {
	o, theta, d := smallMLP(t, 16, 4000, 100)
	s := Sampling{Batch: 2, MaxBatches: 8}
	for _, k := range []Kind{Hessian, GaussNewton, Fisher, NTK} {
		p := o.NewProbe()
		opt := EigenOptions[float32]{MaxProducts: 4}
		if k == Hessian {
			opt.Start = theta // which runs side by side do not have
		}
		for range 2 {
			before := allocated()
			l, err := p.BatchLambdaMax(k, theta, d, s, opt)
			if err != nil || l.Batches != 8 {
				t.Fatal(l.Batches, err)
			}
			if got := allocated() - before; s.Seed > 0 && got > 4*o.Dim() { // half of it is the 80×80 projections
				t.Errorf("matrix %d: the eigenvalues of %d batches take %d bytes, a vector has %d", k, l.Batches, got, 4*o.Dim())
			}
			s.Seed++
		}
		s.Seed = 0
	}
}

// TestUnknownKinds: a matrix that there is not, or that has another size than P, is an error.
func TestUnknownKinds(t *testing.T) {
	var o Objective[float32]
	if _, err := o.Linearization(NTK+1, Data[float32]{}); err == nil {
		t.Error("a matrix of no kind")
	}
	if _, err := o.WorkingSet(1, NTK); err == nil {
		t.Error("a working set of the NTK")
	}
}

// allocated returns the bytes allocated so far.
func allocated() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.TotalAlloc)
}
