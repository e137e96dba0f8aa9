package graph

import "eoss/graph/blas"

var linalgOps = []string{"MatMul"}

// matMulOp is op(A)·op(B). With the transpose flags its derivatives are matMulOps again.
type matMulOp struct{ ta, tb bool }

// MatMul returns op(a)·op(b) of two matrices, where op transposes when the flag is set:
// shapes (m,k)·(k,n) → (m,n) after transposition. Of two lists of matrices it returns the list of
// their products, (g,m,k)·(g,k,n) → (g,m,n).
func MatMul(a, b *Node, transA, transB bool) *Node { return apply(matMulOp{transA, transB}, a, b) }

func (matMulOp) name() string { return "MatMul" }

func (o matMulOp) dims(in []Shape) (m, k, k2, n int) {
	a, b := in[0][len(in[0])-2:], in[1][len(in[1])-2:]
	m, k, k2, n = a[0], a[1], b[0], b[1]
	if o.ta {
		m, k = k, m
	}
	if o.tb {
		k2, n = n, k2
	}
	return
}

func (o matMulOp) infer(in []Shape) (Shape, string) {
	rank := len(in[0])
	if rank != len(in[1]) || rank != 2 && rank != 3 {
		return nil, "both operands must be matrices, or both lists of matrices"
	}
	if rank == 3 && in[0][0] != in[1][0] {
		return nil, "the lists must be equally long"
	}
	m, k, k2, n := o.dims(in)
	if k != k2 {
		return nil, transposed(o) + "the inner sizes must be equal"
	}
	return append(in[0][:rank-2].Clone(), m, n), ""
}

func transposed(o matMulOp) string {
	switch o {
	case matMulOp{true, true}:
		return "both transposed, "
	case matMulOp{true, false}:
		return "the first transposed, "
	case matMulOp{false, true}:
		return "the second transposed, "
	}
	return ""
}

// C = op(A)op(B): the cotangent of op(A) is C̄·op(B)ᵀ, of op(B) is op(A)ᵀ·C̄; a transposed operand
// takes the transpose of that product.
func (o matMulOp) vjp(y, ct *Node, i int) *Node {
	a, b := y.in[0], y.in[1]
	switch {
	case i == 0 && !o.ta:
		return MatMul(ct, b, false, !o.tb)
	case i == 0:
		return MatMul(b, ct, o.tb, true)
	case !o.tb:
		return MatMul(a, ct, !o.ta, false)
	default:
		return MatMul(ct, a, true, o.ta)
	}
}

func (o matMulOp) jvp(y *Node, dx []*Node) *Node {
	return bilinear(y, dx, func(a, b *Node) *Node { return apply(o, a, b) })
}

func (o matMulOp) kernels(in []Shape, _ Shape) kernels {
	return kernels{
		f32: gemmKernel[float32](o, in, 0), f64: gemmKernel[float64](o, in, 0),
		add32: gemmKernel[float32](o, in, 1), add64: gemmKernel[float64](o, in, 1),
	}
}

func gemmKernel[T Float](o matMulOp, in []Shape, beta T) kernel[T] {
	m, k, _, n := o.dims(in)
	if len(in[0]) == 3 {
		g := in[0][0]
		return func(dst []T, in [][]T) { blas.GemmBatch(g, o.ta, o.tb, m, n, k, 1, in[0], in[1], beta, dst) }
	}
	lda, ldb := in[0][1], in[1][1]
	return func(dst []T, in [][]T) {
		blas.Gemm(o.ta, o.tb, m, n, k, 1, in[0], lda, in[1], ldb, beta, dst, n)
	}
}
