package data

import "math/rand/v2"

// The purposes that a stream can have, as four ASCII letters.
const (
	streamSubset   uint32 = 0x73756273 // "subs"
	streamTemplate uint32 = 0x746d706c // "tmpl"
	streamTrain    uint32 = 0x74726169 // "trai"
	streamTest     uint32 = 0x74657374 // "test"
)

// stream returns the generator of one purpose and index under a seed.
func stream(seed uint64, purpose uint32, index int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(purpose)<<32|uint64(uint32(index))))
}

// subset draws n of total indices without replacement: the first n of rand.Perm(total) on the stream "subs". With
// one seed and total, a smaller subset is a prefix of a larger one, and n = total is the whole permutation.
func subset(total, n int, seed uint64) []int {
	return stream(seed, streamSubset, 0).Perm(total)[:n]
}
