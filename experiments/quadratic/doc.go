// Package quadratic checks the paper's statements on quadratic losses: sections 4 and 5.3, Appendices A to F and I, with
// the misprints mended. Every statement is a [Fact]: the number its formula gives beside the number a simulation, or a
// second way of computing it, gives. No data set and no training run is needed; all of it takes seconds.
//
//	family.go, edges.go, lyapunov.go   mini-batch quadratics; their three step-size thresholds, exactly
//	simulate.go                        named seeds, means and roots with 95 % intervals
//	fact.go, run.go                    the list, the files it is written to
//	figures.go, draw.go                the curves, drawn
//	the others                         the facts, one topic a file
package quadratic
