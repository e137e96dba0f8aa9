package graph

// toLanesAVX512 and fromLanesAVX512 transpose tiles of 16 channels and 16 pixels; fromLanesAVX512 adds to the elements that keep, of all
// ones or zeros, selects.

//go:noescape
func toLanesAVX512(dst, src *float32, pitch, n int)

//go:noescape
func fromLanesAVX512(dst *float32, pitch int, src *float32, n, keep int)

// toLanesAVX2 and fromLanesAVX2 transpose whole tiles of tile pixels and 16 channels, or 8, the other lanes zero.

//go:noescape
func toLanesAVX2(dst, src *float32, pitch, tiles, channels int)

//go:noescape
func fromLanesAVX2(dst *float32, pitch int, src *float32, tiles, keep, channels int)

const tile = 8

// suitsLanes32 are the numbers of channels that there is assembly for.
func suitsLanes32(channels int) bool {
	return vectors != noVectors && (channels == lanes || channels == lanes/2)
}

// toLanes32 is toLanes of so many channels.
func toLanes32(dst, src []float32, pitch, n, channels int) {
	if vectors == avx512 && channels == lanes {
		_, _ = dst[wholeVectors(n)*lanes-1], src[(lanes-1)*pitch+n-1]
		toLanesAVX512(&dst[0], &src[0], pitch, n)
		return
	}
	whole := n / tile * tile
	if whole > 0 {
		_, _ = dst[whole*lanes-1], src[(channels-1)*pitch+whole-1]
		toLanesAVX2(&dst[0], &src[0], pitch, whole/tile, channels)
	}
	pixelsToLanes(dst, src, pitch, whole, n, channels)
}

// fromLanes32 is fromLanes of so many channels.
func fromLanes32(dst []float32, pitch int, src []float32, n, channels int, add bool) {
	keep := 0
	if add {
		keep = 0xffffffff
	}
	if vectors == avx512 && channels == lanes {
		_, _ = dst[(lanes-1)*pitch+n-1], src[wholeVectors(n)*lanes-1]
		fromLanesAVX512(&dst[0], pitch, &src[0], n, keep)
		return
	}
	whole := n / tile * tile
	if whole > 0 {
		_, _ = dst[(channels-1)*pitch+whole-1], src[whole*lanes-1]
		fromLanesAVX2(&dst[0], pitch, &src[0], whole/tile, keep, channels)
	}
	pixelsFromLanes(dst, pitch, src, whole, n, channels, add)
}
