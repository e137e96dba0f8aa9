// Package crew shares an operation among the cores.
//
// A step of training is hundreds of operations, each shared among the cores and followed by one that reads its result. Two things cost as much as
// the work when every operation starts goroutines of its own: waking a core, which took 160 µs on a virtual machine of two cores where a helper
// that is awake took 0.4 to 5 µs (BenchmarkRun), and finding the part of the operand that another core has just written, because the parts go to
// whoever comes first. So the helpers stay, awake for [patience] after an operation, and helper p is offered part p of every operation.
//
// [Work] is an operation that is run again and again and then allocates nothing; [Do] runs a function once. Nothing here depends on what is
// computed: a part's arithmetic must not depend on who does it.
package crew
