package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
)

// Set is n labelled samples.
//
// The inputs are float32 by definition: computed in float64 and rounded once. A float64 run widens them exactly, so
// that both precisions train on the very same numbers and one checksum speaks for both.
type Set struct {
	Name    string
	Shape   []int     // of one sample: [channels rows columns]
	Classes int       // labels are 0 … Classes−1
	X       []float32 // [n, Shape…], row-major, normalised
	Labels  []int     // [n]; nil with real targets
	Targets []float32 // [n, Classes], real targets in the place of labels; nil with labels
}

// Float is the element type of a network's inputs and targets.
type Float interface{ float32 | float64 }

// Len returns n.
func (s *Set) Len() int {
	if s.Targets != nil {
		return len(s.Targets) / s.Classes
	}
	return len(s.Labels)
}

// Size returns the number of values in one sample, the product of Shape.
func (s *Set) Size() int {
	size := 1
	for _, d := range s.Shape {
		size *= d
	}
	return size
}

// Images returns the inputs [n, Shape…] as a T slice. For float32 it is s.X itself, not a copy: read only.
func Images[T Float](s *Set) []T { return widened[T](s.X) }

func widened[T Float](narrow []float32) []T {
	if x, ok := any(narrow).([]T); ok {
		return x
	}
	x := make([]T, len(narrow))
	for i, v := range narrow {
		x[i] = T(v)
	}
	return x
}

// OneHot returns the targets [n, Classes]: 1 in the column of a sample's label, 0 elsewhere; or the real targets, where
// there are no labels, s.Targets itself for float32.
func OneHot[T Float](s *Set) []T {
	if s.Targets != nil {
		return widened[T](s.Targets)
	}
	y := make([]T, s.Len()*s.Classes)
	for i, label := range s.Labels {
		y[i*s.Classes+label] = 1
	}
	return y
}

// Checksum returns the SHA-256, in hexadecimal, of the inputs and then the labels: each input as the 4 bytes of its
// IEEE 754 bits and each label as 4 bytes, both little-endian. Real targets stand in the place of labels as inputs do.
func (s *Set) Checksum() string {
	h := sha256.New()
	size := s.Size()
	buf := make([]byte, 0, 4*max(size, s.Len()))
	for i := range s.Len() {
		buf = buf[:0]
		for _, v := range s.X[i*size : (i+1)*size] {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		h.Write(buf)
	}
	buf = buf[:0]
	for _, label := range s.Labels {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(label))
	}
	for _, v := range s.Targets {
		buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}
