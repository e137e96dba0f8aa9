package graph

import "slices"

// Ops are the names of all operations.
func Ops() []string { return slices.Concat(families...) }
