// Package curvature measures the loss of a network around one θ: gradients, Hessian and
// Gauss–Newton products, eigenvalues, and what mini-batches see of them.
//
// The quantities, one file each: step sharpness ([Probe.Along]), Batch Sharpness (Definition 1, [Probe.BatchSharpness], with
// Gauss–Newton and momentum forms), interaction-aware sharpness (equation 11, [Probe.IAS]), λmax ([Lanczos]) and its mean over
// mini-batches λᵇmax, and that of the NTK ([Probe.BatchLambdaMax]), the trace and spectral density of any of the matrices
// ([Trace], [SpectralDensity]), the second-moment contraction ([Probe.SecondMomentContraction]), the change of the loss in a step
// (equations 10 and 12, [Probe.ExpectedStepChange]), gradient norms, the noise of per-sample gradients
// ([Objective.GradientVariance], [Objective.DirectionalNoise]) and descent with it ([NoisyDescent]).
//
// Two things matter. An [Objective] turns a [Network], any network built from the ops of package graph,
// into compiled programs; everything is evaluated in chunks of samples, in bounded memory.
// And the algorithms know only an [Operator], dst = A·x on flat vectors. An estimate over
// mini-batches, drawn by a [Sampling], carries its standard error, an eigenvalue its residual, and both their cost.
package curvature
