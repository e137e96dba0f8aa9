package data

import "math"

// scaling is (p/255 − mean)/std by channel.
type scaling struct {
	table [][256]float32
	plane int // values of one channel of one sample
}

// newScaling takes mean and standard deviation over all samples; nothing is lost, for the sums are of integers.
func newScaling(x []float32, shape []int) *scaling {
	channels, plane := 1, shape[1]
	if len(shape) == 4 {
		channels, plane = shape[1], shape[2]*shape[3]
	}
	s := &scaling{table: make([][256]float32, channels), plane: plane}
	counts := make([][256]int, channels)
	for i, p := range x {
		counts[i/plane%channels][uint8(p)]++
	}
	for c := range s.table {
		var n, sum, squares float64
		for p, k := range counts[c] {
			n += float64(k)
			sum += float64(k) * float64(p)
		}
		mean := sum / n
		for p, k := range counts[c] {
			squares += float64(k) * (float64(p) - mean) * (float64(p) - mean)
		}
		std := math.Sqrt(squares / n)
		if std == 0 {
			std = 1
		}
		for p := range s.table[c] {
			s.table[c][p] = float32((float64(p) - mean) / std) // the factors of 1/255 cancel
		}
	}
	return s
}

// apply scales x in place; the nil scaling leaves it as it is.
func (s *scaling) apply(x []float32) []float32 {
	if s != nil {
		for i, p := range x {
			x[i] = s.table[i/s.plane%len(s.table)][uint8(p)]
		}
	}
	return x
}
