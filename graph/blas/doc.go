// Package blas computes dense matrix products, the operation that decides the speed of everything above it.
//
// One surface, two backends:
//
//   - OpenBLAS, loaded at run time without cgo, when a shared library is found;
//   - gonum's pure-Go BLAS otherwise.
//
// The choice is made once per process: by [Setup], or by the first product as Setup(Options{}) would make it.
// [Describe] says in one line what was chosen and what would be faster. Matrices are row-major; a stride is the distance
// between the starts of two successive rows.
//
// # Concurrency
//
// Every function may be called from several goroutines at once. OpenBLAS has one thread count for the whole process, so products
// that want different counts wait for each other; products that want the same count run side by side.
//
// # Reproducibility
//
// A product's bits depend on the backend, its version and core type, the shape, the strides, the alignment of the operands
// and the thread count of [SetThreads], and on nothing else: the number of threads used for one shape is a function of the shape
// and of that count ([GemmOne]: one), whatever the other goroutines do. [Info] carries what a run has to record to be repeated.
package blas
