package graph

// lanes is the number of channels that are transformed side by side: their values of one pixel are neighbours.
const lanes = 16

// The transforms of F(4×4, 3×3), one-dimensional: applied along columns and then along rows. They interpolate at 0, ±p, ±q and ∞,
// where p = 2/3 and q = 3/2 cost less accuracy than the usual 1 and 2: the error of a float32 sum of 64 channels is 5 to 8 units of 1e-7, the
// usual points make it 1.5e-6.
const (
	windows   = iota // Bᵀ, six pixels to six
	windowsT         // adds B, its adjoint
	blocks           // A, four pixels to six
	blocksT          // Aᵀ
	kernels3         // G, three taps to six
	kernels3T        // Gᵀ
)

const (
	p1, p2, p3 = 2. / 3, p1 * p1, p1 * p2
	q1, q2, q3 = 3. / 2, q1 * q1, q1 * q2
	pq         = p2 + q2
	np, nq     = 2 * p2 * (p2 - q2), 2 * q2 * (q2 - p2)
)

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

// sizes are the numbers of pixels a transform makes and reads.
var sizes = [...][2]int{windows: {6, 6}, windowsT: {6, 6}, blocks: {6, 4}, blocksT: {4, 6}, kernels3: {6, 3}, kernels3T: {3, 6}}

func init() {
	for _, t := range []int{windows, blocks, kernels3} {
		for i, row := range transforms[t] {
			for j, v := range row {
				transforms[t+1][j][i] = v
			}
		}
	}
}

// steps are the distances, in elements, of the pixels that a transform combines, and of one combination from the next.
type steps struct{ pixel, next int }

// transform applies a transform n times, to vectors of lanes.
func transform[T Float](which int, dst []T, to steps, src []T, from steps, n int) {
	size := sizes[which]
	_ = dst[(n-1)*to.next+(size[0]-1)*to.pixel+lanes-1]
	_ = src[(n-1)*from.next+(size[1]-1)*from.pixel+lanes-1]
	if dst, ok := any(dst).([]float32); ok && vectors {
		transform32(which, dst, to, any(src).([]float32), from, n)
		return
	}
	matrix := &transforms[which]
	for i := range n {
		for c := range lanes {
			var x [6]T
			for k := range size[1] {
				x[k] = src[i*from.next+k*from.pixel+c]
			}
			for r := range size[0] {
				var sum T
				for k := range size[1] {
					sum += T(matrix[r][k]) * x[k]
				}
				at := i*to.next + r*to.pixel + c
				if which == windowsT {
					sum += dst[at]
				}
				dst[at] = sum
			}
		}
	}
}

// toLanes stores n pixels of some channels, pitch elements apart, as vectors of lanes; lanes without a channel are zero. It may write zeros
// to lanes² elements more.
func toLanes[T Float](dst, src []T, pitch, n, channels int) {
	if dst, ok := any(dst).([]float32); ok && vectors && channels == lanes {
		toLanes32(dst, any(src).([]float32), pitch, n)
		return
	}
	for i := range n {
		pixel := dst[i*lanes:][:lanes]
		for c := range channels {
			pixel[c] = src[c*pitch+i]
		}
		clear(pixel[channels:])
	}
}

// fromLanes stores, or adds, the channels of n pixels: toLanes' adjoint. It may read lanes² elements more.
func fromLanes[T Float](dst []T, pitch int, src []T, n, channels int, add bool) {
	if dst, ok := any(dst).([]float32); ok && vectors && channels == lanes {
		fromLanes32(dst, pitch, any(src).([]float32), n, add)
		return
	}
	for c := range channels {
		row := dst[c*pitch:][:n]
		if !add {
			clear(row)
		}
		for i := range row {
			row[i] += src[i*lanes+c]
		}
	}
}
