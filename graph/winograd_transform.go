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

// sizes are the numbers of pixels a transform makes and reads.
var sizes = [...][2]int{windows: {6, 6}, windowsT: {6, 6}, blocks: {6, 4}, blocksT: {4, 6}, kernels3: {6, 3}, kernels3T: {3, 6}}

// steps are the distances, in elements, of the pixels that a transform combines, and of one combination from the next.
type steps struct{ pixel, next int }

// transform applies a transform n times, to vectors of lanes.
func transform[T Float](which int, dst []T, to steps, src []T, from steps, n int) {
	size := sizes[which]
	_ = dst[(n-1)*to.next+(size[0]-1)*to.pixel+lanes-1]
	_ = src[(n-1)*from.next+(size[1]-1)*from.pixel+lanes-1]
	if dst, ok := any(dst).([]float32); ok && vectors != noVectors {
		transform32(which, dst, to, any(src).([]float32), from, n)
		return
	}
	var y, x [6]*[lanes]T
	for i := range n {
		for k := range size[1] {
			x[k] = (*[lanes]T)(src[i*from.next+k*from.pixel:])
		}
		for k := range size[0] {
			y[k] = (*[lanes]T)(dst[i*to.next+k*to.pixel:])
		}
		combine(which, &y, &x)
	}
}
