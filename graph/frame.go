package graph

// frame is a rectangle of an h×w image that may stick out of it: rows × cols pixels from (top, left).
type frame struct{ h, w, top, left, rows, cols int }

// within says whether the frame's rows are whole rows of the image, and where they start.
func (f frame) within() (first int, ok bool) {
	return f.top * f.w, f.left == 0 && f.cols == f.w && f.top >= 0 && f.top+f.rows <= f.h
}

// eachRow calls f on the rows that meet the image: elements at … of the frame are n pixels of the image, at pixel on.
func (f frame) eachRow(do func(at, pixel, n int)) {
	lo, hi := max(0, -f.left), min(f.cols, f.w-f.left)
	for i := max(0, -f.top); i < min(f.rows, f.h-f.top); i++ {
		do(i*f.cols+lo, (f.top+i)*f.w+f.left+lo, hi-lo)
	}
}

// read returns the frame's pixels: the image itself where it can, else plane, filled.
func read[T Float](f frame, plane, image []T) []T {
	if first, ok := f.within(); ok {
		return image[first:]
	}
	clear(plane[:f.rows*f.cols])
	f.eachRow(func(at, pixel, n int) { copy(plane[at:at+n], image[pixel:]) })
	return plane
}

// target returns where to make the frame's pixels before write brings them to the image: the image itself, where it can, or plane.
func target[T Float](f frame, plane, image []T) []T {
	if first, ok := f.within(); ok {
		return image[first:]
	}
	return plane
}

// write brings a frame made in plane to the image, or adds it.
func write[T Float](f frame, image, plane []T, add bool) {
	if _, ok := f.within(); ok {
		return
	}
	f.eachRow(func(at, pixel, n int) {
		row := image[pixel : pixel+n]
		if add {
			addVec(row, row, plane[at:at+n])
		} else {
			copy(row, plane[at:at+n])
		}
	})
}
