//go:build !((linux || darwin) && (amd64 || arm64))

package blas

import (
	"fmt"
	"runtime"
)

// library does not exist on this platform.
type library struct{}

func openLibrary(string) (*library, error) {
	return nil, fmt.Errorf("OpenBLAS is not used on %s/%s", runtime.GOOS, runtime.GOARCH)
}

func (*library) config() string  { return "" }
func (*library) core() string    { return "" }
func (*library) threads(int) int { return 1 }

func libGemm[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	panic("blas: no library on this platform")
}

func libGemv[T Float](lib *library, threads int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	panic("blas: no library on this platform")
}

func libAxpy[T Float](lib *library, threads int, alpha T, x, y []T) {
	panic("blas: no library on this platform")
}
