// Package data holds the data sets that networks are trained on.
//
// There are three: CIFAR-10, read from its own binary files ([CIFAR10Train], [CIFAR10Test]), a built-in set of random
// fields that needs no file ([SyntheticTrain], [SyntheticTest]), and a user's own .npz file ([NPZ]). All of them return a
// [Set], already normalised,
// and a set is a function of its arguments and files alone: [Set.Checksum] goes into a run's record to prove it.
//
// Every draw comes from a math/rand/v2 PCG whose first word is the caller's seed and whose second word names the
// purpose: four ASCII letters in its upper half, an index in its lower half.
//
//	"subs" 0        the training images that are kept, and their order
//	"tmpl" class    the template of a class
//	"trai" i        training image i of the synthetic set, with its label
//	"test" i        test image i of the synthetic set, with its label
package data
