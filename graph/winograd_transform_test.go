package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

// transforms are the matrices of the transforms.
var transforms = [...][6][6]float64{
	windows: {
		{1, 0, -pq, 0, 1, 0},
		{0, -q1, -q2, p1, 1, 0},
		{0, q1, -q2, -p1, 1, 0},
		{0, -p1, -p2, q1, 1, 0},
		{0, p1, -p2, -q1, 1, 0},
		{0, 1, 0, -pq, 0, 1}},
	blocks: {
		{1},
		{1, p1, p2, p3},
		{1, -p1, p2, -p3},
		{1, q1, q2, q3},
		{1, -q1, q2, -q3},
		{0, 0, 0, 1}},
	kernels3: {
		{1},
		{1 / np, p1 / np, p2 / np},
		{1 / np, -p1 / np, p2 / np},
		{1 / nq, q1 / nq, q2 / nq},
		{1 / nq, -q1 / nq, q2 / nq},
		{0, 0, 1}},
	kernels3T: {},
}

func init() {
	for _, t := range []int{windows, blocks, kernels3} {
		for i, row := range transforms[t] {
			for j, v := range row {
				transforms[t+1][j][i] = v
			}
		}
	}
}

// product is transform by its matrix.
func product[T Float](which int, dst []T, to steps, src []T, from steps, n int) {
	for i := range n {
		for c := range lanes {
			for r := range sizes[which][0] {
				at := i*to.next + r*to.pixel + c
				if which != windowsT {
					dst[at] = 0
				}
				for k := range sizes[which][1] {
					dst[at] += T(transforms[which][r][k]) * src[i*from.next+k*from.pixel+c]
				}
			}
		}
	}
}

// TestTransforms: the formulas are the matrices, to the rounding of another order of summation of numbers of about 10.
func TestTransforms(t *testing.T) {
	transformsOf[float32](t, 1e-5)
	transformsOf[float64](t, 1e-14)
}

func transformsOf[T Float](t *testing.T, tolerance float64) {
	t.Helper()
	const n, size = 3, 64 * lanes
	rng := rand.New(rand.NewPCG(5, 6))
	for which := range transforms {
		src, got := make([]T, size), make([]T, size)
		for i := range src {
			src[i], got[i] = T(rng.NormFloat64()), T(rng.NormFloat64())
		}
		want := append([]T{}, got...)
		to, from := steps{lanes, 7 * lanes}, steps{(n + 1) * lanes, lanes}
		transform(which, got, to, src, from, n)
		product(which, want, to, src, from, n)
		for i := range want {
			if !(math.Abs(float64(got[i]-want[i])) <= tolerance) {
				t.Fatalf("transform %d of %T: element %d is %v, want %v", which, want[i], i, got[i], want[i])
			}
		}
	}
}
