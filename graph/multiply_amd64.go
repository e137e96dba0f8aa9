package graph

// multiplyAVX2 multiplies four rows of A, fours times, by sixteen columns of B. An element of A is row elements from that of the next row and
// col from that of the next column. C is added to where keep has ones, and overwritten where it has zeros.
//
//go:noescape
func multiplyAVX2(c *float32, ldc int, a *float32, row, col int, b *float32, ldb, k, fours int, keep uint32)

// multiply32 is multiply in AVX2.
func multiply32(add bool, m, n, k int, a []float32, row, col int, b []float32, ldb int, c []float32, ldc int) {
	_ = a[(m-1)*row+(k-1)*col]
	_ = b[(k-1)*ldb+wholeVectors(n)-1]
	_ = c[(m-1)*ldc+wholeVectors(n)-1]
	keep := uint32(0)
	if add {
		keep = 0xffffffff
	}
	for j := 0; j < n; j += lanes {
		if m >= 4 {
			multiplyAVX2(&c[j], ldc, &a[0], row, col, &b[j], ldb, k, m/4, keep)
		}
		for i := m / 4 * 4; i < m; i++ { // four times the same row
			multiplyAVX2(&c[i*ldc+j], 0, &a[i*row], 0, col, &b[j], ldb, k, 1, keep)
		}
	}
}
