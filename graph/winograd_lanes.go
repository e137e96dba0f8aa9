package graph

// toLanes stores n pixels of some channels, pitch elements apart, as vectors of lanes; lanes without a channel are zero. It may write zeros
// to lanes² elements more.
func toLanes[T Float](dst, src []T, pitch, n, channels int) {
	if dst, ok := any(dst).([]float32); ok && suitsLanes32(channels) {
		toLanes32(dst, any(src).([]float32), pitch, n, channels)
		return
	}
	pixelsToLanes(dst, src, pitch, 0, n, channels)
}

// pixelsToLanes is toLanes of pixels first … n−1.
func pixelsToLanes[T Float](dst, src []T, pitch, first, n, channels int) {
	for i := first; i < n; i++ {
		pixel := dst[i*lanes:][:lanes]
		for c := range channels {
			pixel[c] = src[c*pitch+i]
		}
		clear(pixel[channels:])
	}
}

// fromLanes stores, or adds, the channels of n pixels: toLanes' adjoint. It may read lanes² elements more.
func fromLanes[T Float](dst []T, pitch int, src []T, n, channels int, add bool) {
	if dst, ok := any(dst).([]float32); ok && suitsLanes32(channels) {
		fromLanes32(dst, pitch, any(src).([]float32), n, channels, add)
		return
	}
	pixelsFromLanes(dst, pitch, src, 0, n, channels, add)
}

// pixelsFromLanes is fromLanes of pixels first … n−1.
func pixelsFromLanes[T Float](dst []T, pitch int, src []T, first, n, channels int, add bool) {
	for c := range channels {
		row := dst[c*pitch:][first:n]
		if !add {
			clear(row)
		}
		for i := range row {
			row[i] += src[(first+i)*lanes+c]
		}
	}
}
