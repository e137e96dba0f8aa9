// Package crew shares an operation among the cores.
//
// A step of training is some hundred operations of a tenth of a millisecond or so, each shared among the cores and followed by one that reads its
// result. Two things cost as much as the work when every operation starts goroutines of its own: waking a core that went to sleep for want
// of work, which takes a virtual machine tens of microseconds, and finding the part of the operand that another core has just written,
// because the parts go to whoever comes first. So the helpers stay, awake for [patience] after an operation, and helper p does part p of every
// operation.
//
// [Work] is an operation that is run again and again and then allocates nothing; [Do] runs a function once. Nothing here depends on what is
// computed: a part's arithmetic must not depend on who does it.
package crew
