// Package graph is a closed algebra of tensor operations on Gorgonia expression graphs, in which
// gradients, Hessian-vector products and every further derivative are graphs like any other.
//
// # The algebra
//
// Every operation is of one of three kinds, each closed under differentiation. Linear operations
// come in adjoint pairs (Sum and Broadcast; Reshape and Reshape; slices and zero-padding; average pools; max-pools, once the
// places of the largest elements are known). Bilinear ones are each other's derivatives (MatMul with its transpose flags, Mul;
// Conv, ConvInput and ConvWeight). Pointwise functions carry their tower of
// derivatives (ReLU by Gate, which has none in its mask; Tanh, Sigmoid, Exp, Log, Inv in terms of themselves). An operation
// is one value with a shape rule, a cotangent rule (vjp), a tangent rule (jvp) and its kernels.
//
// # Evaluation
//
// [Build] runs a function that makes nodes, and reports shape mistakes. [Compile] plans a [Program] over
// the graph: scalings and reshapes folded, topological order, lifetimes, buffers used again, sums accumulated onto products. The caller
// binds the memory of inputs and outputs; a [Graph.Constant] has numbers of its own.
// [RunTape] runs the same graph on Gorgonia's tape machine, with equal results.
//
// # Derivatives
//
// [JVP] pushes tangents forward, [VJP] pulls cotangents back; both build nodes of the same algebra,
// so they nest. [Gradient] is the VJP of a scalar with 1. A Hessian-vector product is the VJP of the
// gradients with cotangents v ([HVP]) or their JVP along v ([HVPForward]).
//
// Gorgonia's own Grad is not used: it remembers derivatives on the nodes, so that a second
// differentiation through them returns the first.
//
// # Linearise once, apply often
//
// A Hessian at fixed parameters is applied to many vectors. [CompileLinear] splits a program at the
// frontier between what depends on the vector and what does not: [Program.Linearize] computes and keeps
// the frontier, [Program.Apply] runs the rest.
//
// # Every mini-batch at once
//
// [GroupDerivatives] and [GroupHVP] differentiate the losses of all groups of samples in one graph, each along a direction of
// its own. Per-group gradients of matrices stay products of activations and cotangents: z·(aᵀd) is computed as (z aᵀ)·d. Those of
// convolutions are formed, and used by [ConvGroups]. Second derivatives come from first tangents and the cotangents of one reverse pass.
package graph
