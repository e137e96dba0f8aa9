package graph

// instructions are the vector instructions of a CPU that there is assembly for.
type instructions int

const (
	noVectors instructions = iota
	avx2                   // with FMA
	avx512
)

func (i instructions) String() string {
	return [...]string{"Go", "AVX2", "AVX-512"}[i]
}
