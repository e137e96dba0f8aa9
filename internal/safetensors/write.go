package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	format "github.com/nlpodyssey/safetensors"
)

// metadataKey is the header's entry that is no tensor.
const metadataKey = "__metadata__"

var writable = map[string]format.DType{F32: format.F32, F64: format.F64, I64: format.I64}

// Write writes tensors and metadata (nil: none) to w. The same arguments give the same bytes: the data lie by type, the
// wider first, and by name. An unnamed or doubly named tensor, or one whose numbers do not fill its shape, is an error
// before anything is written.
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	views := make(map[string]view, len(tensors))
	for _, t := range tensors {
		if err := t.check(); err != nil {
			return err
		}
		if _, twice := views[t.Name]; twice {
			return fmt.Errorf("two tensors are named %q", t.Name)
		}
		views[t.Name] = view{t}
	}
	return format.SerializeToWriter(views, metadata, w)
}

// view is a tensor as the library asks for it; its bytes are made when they are about to be written.
type view struct{ t Tensor }

func (v view) DType() format.DType { return writable[v.t.Dtype] }

func (v view) DataLen() uint64 {
	return uint64(len(v.t.F32)+len(v.t.F64)+len(v.t.I64)) * v.DType().Size()
}

// Shape is never nil, which JSON would write as null.
func (v view) Shape() []uint64 {
	shape := make([]uint64, len(v.t.Shape))
	for i, d := range v.t.Shape {
		shape[i] = uint64(d)
	}
	return shape
}

func (v view) Data() []byte {
	data := make([]byte, 0, v.DataLen())
	for _, x := range v.t.F32 {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
	}
	for _, x := range v.t.F64 {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
	}
	for _, x := range v.t.I64 {
		data = binary.LittleEndian.AppendUint64(data, uint64(x))
	}
	return data
}
