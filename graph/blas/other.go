//go:build !(linux || darwin || freebsd)

package blas

import "errors"

// library never exists here: products are pure Go.
type library struct{ path string }

func open() (*library, error)                        { return nil, errors.New("OpenBLAS cannot be loaded on this system") }
func (*library) version() string                     { return "" }
func (*library) core() string                        { return "" }
func libAxpy[T Float](_ *library, alpha T, x, y []T) { goAxpy(alpha, x, y) }
func libGemm[T Float](_ *library, _ int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	goGemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}
