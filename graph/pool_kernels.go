package graph

// poolKernel makes a kernel of a function that adds to dst one row of kh×kw windows of images, from the window and the pixel on that
// it is told; dst is cleared first unless the kernel is to add.
func poolKernel[T Float](images Shape, kh, kw int, add bool, f func(window, pixel int, dst []T, in [][]T)) kernel[T] {
	c, h, w := images[1], images[2], images[3]
	oh, ow := h/kh, w/kw
	return overParts(images[0], c*h*w, func(sample int, dst []T, in [][]T) {
		if size := len(dst) / images[0]; !add {
			clear(dst[sample*size : (sample+1)*size])
		}
		for i := sample * c; i < (sample+1)*c; i++ {
			for r := range oh {
				f((i*oh+r)*ow, (i*h+r*kh)*w, dst, in)
			}
		}
	})
}

func maxIndex[T Float](images Shape) kernel[T] {
	w, ow := images[3], images[3]/2
	return poolKernel(images, 2, 2, false, func(window, pixel int, dst []T, in [][]T) {
		top, bottom, row := in[0][pixel:][:2*ow], in[0][pixel+w:][:2*ow], dst[window:][:ow]
		if row, ok := any(row).([]float32); ok && vectors == avx512 {
			placesOfMax32(row, any(top).([]float32), any(bottom).([]float32))
			return
		}
		for j := range row {
			row[j] = T(placeOfMax(top[2*j], top[2*j+1], bottom[2*j], bottom[2*j+1]))
		}
		if s := sumVec(top) + sumVec(bottom); s != s { // NaN is among them, or ∞ − ∞
			placesOfNaN(row, top, bottom)
		}
	})
}

// placeOfMax compiles to conditional moves: on random data a processor would guess half of the branches wrong.
func placeOfMax[T Float](a, b, c, d T) int32 {
	var top, bottom int32 = 0, 2
	if b > a {
		top = 1
	}
	if d > c {
		bottom = 3
	}
	if max(c, d) > max(a, b) {
		top = bottom
	}
	return top
}

// placesOfNaN corrects the places in windows with NaN, of which the first counts as the largest element, so that it shows.
func placesOfNaN[T Float](row, top, bottom []T) {
	for j := range row {
		for k, v := range [4]T{top[2*j], top[2*j+1], bottom[2*j], bottom[2*j+1]} {
			if v != v {
				row[j] = T(k)
				break
			}
		}
	}
}

// pixelOf are the pixels of a 2×2 window, in row-major order, of an image of width w.
func pixelOf(w int) [4]int { return [4]int{0, 1, w, w + 1} }

func gatherWindows[T Float](images Shape, add bool) kernel[T] {
	ow, at := images[3]/2, pixelOf(images[3])
	return poolKernel(images, 2, 2, add, func(window, pixel int, dst []T, in [][]T) {
		x, row := in[0][pixel:], dst[window:][:ow]
		for j, k := range in[1][window:][:ow] {
			row[j] += x[2*j+at[int(k)&3]]
		}
	})
}

func scatterWindows[T Float](images Shape, add bool) kernel[T] {
	ow, at := images[3]/2, pixelOf(images[3])
	return poolKernel(images, 2, 2, add, func(window, pixel int, dst []T, in [][]T) {
		x, row := dst[pixel:], in[0][window:][:ow]
		for j, k := range in[1][window:][:ow] {
			x[2*j+at[int(k)&3]] += row[j]
		}
	})
}

func averageWindows[T Float](images Shape, kh, kw int, add bool) kernel[T] {
	w, ow, scale := images[3], images[3]/kw, 1/T(kh*kw)
	return poolKernel(images, kh, kw, add, func(window, pixel int, dst []T, in [][]T) {
		for j := range ow {
			var sum T
			for p := range kh {
				for _, v := range in[0][pixel+p*w+j*kw:][:kw] {
					sum += v
				}
			}
			dst[window+j] += sum * scale
		}
	})
}

func spreadWindows[T Float](images Shape, kh, kw int, add bool) kernel[T] {
	w, ow, scale := images[3], images[3]/kw, 1/T(kh*kw)
	return poolKernel(images, kh, kw, add, func(window, pixel int, dst []T, in [][]T) {
		for j, v := range in[0][window:][:ow] {
			for p := range kh {
				row := dst[pixel+p*w+j*kw:][:kw]
				for q := range row {
					row[q] += v * scale
				}
			}
		}
	})
}
