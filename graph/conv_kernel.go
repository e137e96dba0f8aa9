package graph

func convKernel[T Float](g geometry, add bool) kernel[T] {
	return tilesKernel[T](g, add)
}
