// Package safetensors reads and writes the safetensors format, in which PyTorch users keep named tensors: the header's
// length in 8 little-endian bytes, a JSON header with the type, shape and place of every tensor, and the raw numbers.
//
// Parsing and writing are those of github.com/nlpodyssey/safetensors; this package adds typed tensors, checks of every
// place in the header, and errors that name the file and the tensor. It does not trust a file: whatever the bytes, they
// are read or refused.
package safetensors

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// The element types of a [Tensor].
const (
	F32 = "F32"
	F64 = "F64"
	I64 = "I64"
)

// Tensor is a named array in row-major order. The field of its Dtype holds the numbers, as many as the product of Shape
// (1 for an empty one), and the others are nil.
type Tensor struct {
	Name  string
	Dtype string // F32, F64 or I64
	Shape []int
	F32   []float32
	F64   []float64
	I64   []int64
}

// File is what a file holds.
type File struct {
	Tensors  []Tensor          // in the order of their data
	Metadata map[string]string // nil if there is none
}

// Get returns the tensor of that name.
func (f *File) Get(name string) (Tensor, bool) {
	if i := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return t.Name == name }); i >= 0 {
		return f.Tensors[i], true
	}
	return Tensor{}, false
}

// check says what would make t unreadable, or another tensor than was meant.
func (t Tensor) check() error {
	size := 1
	for _, d := range t.Shape {
		if d < 0 {
			return fmt.Errorf("tensor %q has the shape %v", t.Name, t.Shape)
		}
		size *= d
	}
	have := map[string]int{F32: len(t.F32), F64: len(t.F64), I64: len(t.I64)}
	count, known := have[t.Dtype]
	switch {
	case t.Name == "" || t.Name == metadataKey || !utf8.ValidString(t.Name):
		return fmt.Errorf("a tensor cannot be named %q", t.Name)
	case !known:
		return fmt.Errorf("tensor %q has the type %q: only F32, F64 and I64 can be written", t.Name, t.Dtype)
	case count != size || len(t.F32)+len(t.F64)+len(t.I64) != size:
		return fmt.Errorf("tensor %q of type %s and shape %v needs %d numbers of that type alone; it has %d, %d and %d of F32, F64 and I64",
			t.Name, t.Dtype, t.Shape, size, len(t.F32), len(t.F64), len(t.I64))
	}
	return nil
}
