// Package curvature measures the loss of a network around one θ: gradients, Hessian and
// Gauss–Newton products, eigenvalues, and what mini-batches see of them.
//
// Two things matter. An [Objective] turns a [Network], any network built from the ops of package graph,
// into compiled programs; everything is evaluated in chunks of samples, in bounded memory.
// And the algorithms ([Lanczos] …) know only an [Operator], dst = A·x on flat vectors. An estimate over
// mini-batches carries its standard error, an eigenvalue its residual, and both their cost.
package curvature
