//go:build !((linux || darwin) && (amd64 || arm64))

package blas

// This platform has no OpenBLAS: loadable is false, so that nothing below is ever called.

const loadable = false

type library struct{}

func open(string) (*library, error) { return nil, errAbsent }
func setenv(string, string) error   { return nil }
func (*library) threaded() bool     { return false }
func (*library) config() string     { return "" }
func (*library) core() string       { return "" }
func (*library) threads(int) int    { return 1 }

func libGemm[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	panic("unreachable")
}

func libGemv[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	panic("unreachable")
}

func libAxpy[T Float](lib *library, threads int, alpha T, x, y []T) {
	panic("unreachable")
}
