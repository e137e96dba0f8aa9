package quadratic

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/combin"
)

// Quadratic is f(x) = ½xᵀAx + bᵀx; a constant would change no step.
type Quadratic struct {
	A *mat.SymDense
	B *mat.VecDense
}

// Value returns f(x).
func (q Quadratic) Value(x mat.Vector) float64 {
	return mat.Inner(x, q.A, x)/2 + mat.Dot(q.B, x)
}

// Gradient returns Ax + b.
func (q Quadratic) Gradient(x mat.Vector) *mat.VecDense {
	g := new(mat.VecDense)
	g.MulVec(q.A, x)
	g.AddVec(g, q.B)
	return g
}

// Step returns x − η∇f(x).
func (q Quadratic) Step(x mat.Vector, eta float64) *mat.VecDense {
	next := new(mat.VecDense)
	next.AddScaledVec(x, -eta, q.Gradient(x))
	return next
}

// Family is quadratics that are drawn with equal probability: the samples f_i, or the mini-batches f_B (equation 3).
type Family []Quadratic

// Dim returns the dimension of x.
func (f Family) Dim() int { return f[0].A.SymmetricDim() }

// Average returns the quadratic (1/b) Σ_{i∈B} f_i.
func (f Family) Average(batch []int) Quadratic {
	q := Quadratic{mat.NewSymDense(f.Dim(), nil), mat.NewVecDense(f.Dim(), nil)}
	for _, i := range batch {
		q.A.AddSym(q.A, f[i].A)
		q.B.AddVec(q.B, f[i].B)
	}
	q.A.ScaleSym(1/float64(len(batch)), q.A)
	q.B.ScaleVec(1/float64(len(batch)), q.B)
	return q
}

// Mean returns the full-batch quadratic.
func (f Family) Mean() Quadratic {
	all := make([]int, len(f))
	for i := range all {
		all[i] = i
	}
	return f.Average(all)
}

// Distinct returns all mini-batches of b distinct samples.
func (f Family) Distinct(b int) Family { return f.batches(combin.Combinations(len(f), b)) }

// Repeated returns all nᵇ mini-batches of b samples drawn with replacement.
func (f Family) Repeated(b int) Family {
	sizes := make([]int, b)
	for i := range sizes {
		sizes[i] = len(f)
	}
	return f.batches(combin.Cartesian(sizes))
}

func (f Family) batches(indices [][]int) Family {
	all := make(Family, len(indices))
	for i, batch := range indices {
		all[i] = f.Average(batch)
	}
	return all
}

// BatchSharpness returns E[g_B·A_B g_B]/E‖g_B‖² at x (Definition 1).
func (f Family) BatchSharpness(x mat.Vector) float64 {
	curvature, square := 0.0, 0.0
	for _, q := range f {
		g := q.Gradient(x)
		curvature += mat.Inner(g, q.A, g)
		square += mat.Dot(g, g)
	}
	return curvature / square
}

// IAS returns E[g_B·A g_B]/‖g‖² at x, with the full-batch A and g (equation 11).
func (f Family) IAS(x mat.Vector) float64 {
	full := f.Mean()
	curvature := 0.0
	for _, q := range f {
		g := q.Gradient(x)
		curvature += mat.Inner(g, full.A, g) / float64(len(f))
	}
	g := full.Gradient(x)
	return curvature / mat.Dot(g, g)
}

// randomFamily draws n positive semidefinite A_i = uuᵀ + wwᵀ/4 in generic position and, unless centred, normal b_i.
func randomFamily(rng *rand.Rand, n, d int, centred bool) Family {
	f := make(Family, n)
	for i := range f {
		a := mat.NewSymDense(d, nil)
		a.SymRankOne(a, 1, normals(rng, d))
		a.SymRankOne(a, 0.25, normals(rng, d))
		f[i] = Quadratic{a, mat.NewVecDense(d, nil)}
		if !centred {
			f[i].B = normals(rng, d)
		}
	}
	return f
}

func normals(rng *rand.Rand, d int) *mat.VecDense {
	v := mat.NewVecDense(d, nil)
	for i := range d {
		v.SetVec(i, rng.NormFloat64())
	}
	return v
}

// eigen returns the eigenvalues, rising, and the eigenvectors as columns.
func eigen(a mat.Symmetric) ([]float64, *mat.Dense) {
	var e mat.EigenSym
	if !e.Factorize(a, true) {
		panic("quadratic: a symmetric matrix without eigenvalues: its entries are not finite")
	}
	v := new(mat.Dense)
	e.VectorsTo(v)
	return e.Values(nil), v
}

// largest returns the largest eigenvalue and its eigenvector.
func largest(a mat.Symmetric) (float64, *mat.VecDense) {
	e, v := eigen(a)
	return e[len(e)-1], mat.VecDenseCopyOf(v.ColView(len(e) - 1))
}
