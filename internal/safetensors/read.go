package safetensors

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"os"
	"slices"

	format "github.com/nlpodyssey/safetensors"
)

// maxHeader is the format's own limit, in bytes.
const maxHeader = 100_000_000

// ReadFile reads the file at path. F16 and BF16 tensors become F32. A file that is truncated, whose tensors overlap or leave
// holes, or that holds another element type is an error of one line that begins with path.
func ReadFile(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse reads the bytes of a whole file, as [ReadFile] does. The result shares no memory with them.
func Parse(file []byte) (*File, error) {
	header, data, err := split(file)
	if err != nil {
		return nil, err
	}
	var parsed format.Metadata
	if err := json.Unmarshal(header, &parsed); err != nil {
		return nil, fmt.Errorf("not a safetensors file: its header cannot be read: %w", err)
	}
	infos := parsed.Tensors()
	names := slices.SortedFunc(maps.Keys(infos), func(a, b string) int {
		return cmp.Or(slices.Compare(infos[a].DataOffsets[:], infos[b].DataOffsets[:]), cmp.Compare(a, b))
	})
	f := &File{Metadata: parsed.Metadata()}
	end := uint64(0)
	for _, name := range names {
		t, err := place(name, infos[name], end, uint64(len(data)))
		if err != nil {
			return nil, err
		}
		at := infos[name].DataOffsets
		if err := t.fill(infos[name].DType, data[at[0]:at[1]]); err != nil {
			return nil, err
		}
		f.Tensors = append(f.Tensors, t)
		end = at[1]
	}
	if rest := uint64(len(data)) - end; rest > 0 {
		return nil, fmt.Errorf("%d bytes after the last tensor belong to none", rest)
	}
	return f, nil
}

// split separates the header from the data.
func split(file []byte) (header, data []byte, err error) {
	if len(file) < 8 {
		return nil, nil, fmt.Errorf("not a safetensors file: it has %d bytes, fewer than the 8 of the header's length", len(file))
	}
	n := binary.LittleEndian.Uint64(file)
	rest := file[8:]
	switch {
	case n > maxHeader:
		return nil, nil, fmt.Errorf("not a safetensors file: its header would have %d bytes, and %d are allowed", n, maxHeader)
	case n > uint64(len(rest)):
		return nil, nil, fmt.Errorf("truncated: the header has %d bytes, and only %d are there", n, len(rest))
	case n == 0 || rest[0] != '{':
		return nil, nil, fmt.Errorf("not a safetensors file: its header does not begin with {")
	}
	return rest[:n], rest[n:], nil
}

// place checks that a tensor's numbers follow those of the one before, which end at end, and fill its shape.
func place(name string, info *format.TensorInfo, end, available uint64) (Tensor, error) {
	t := Tensor{Name: name, Shape: make([]int, len(info.Shape))}
	from, to := info.DataOffsets[0], info.DataOffsets[1]
	bytes, overflow := info.DType.Size(), false
	for i, d := range info.Shape {
		high, low := bits.Mul64(bytes, d)
		bytes, overflow = low, overflow || high > 0 || d > math.MaxInt
		t.Shape[i] = int(d)
	}
	switch {
	case name == "":
		return t, fmt.Errorf("a tensor of shape %v has no name", info.Shape)
	case overflow:
		return t, fmt.Errorf("tensor %q is too large: shape %v", name, info.Shape)
	case to < from:
		return t, fmt.Errorf("tensor %q ends at byte %d of the data, before its begin at %d", name, to, from)
	case to-from != bytes:
		return t, fmt.Errorf("tensor %q has %d bytes, its type %s and shape %v need %d", name, to-from, info.DType, info.Shape, bytes)
	case from < end:
		return t, fmt.Errorf("tensor %q begins at byte %d of the data and overlaps the one before, which ends at %d", name, from, end)
	case from > end:
		return t, fmt.Errorf("tensor %q begins at byte %d of the data; the %d bytes before belong to no tensor", name, from, from-end)
	case to > available:
		return t, fmt.Errorf("truncated: tensor %q ends at byte %d of the data, and only %d are there", name, to, available)
	}
	return t, nil
}

// fill decodes the numbers.
func (t *Tensor) fill(kind format.DType, data []byte) error {
	u16, u32, u64 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	t.Dtype = F32
	switch kind {
	case format.F32:
		t.F32 = decode(data, 4, func(b []byte) float32 { return math.Float32frombits(u32(b)) })
	case format.F16:
		t.F32 = decode(data, 2, func(b []byte) float32 { return fromHalf(u16(b)) })
	case format.BF16:
		t.F32 = decode(data, 2, func(b []byte) float32 { return math.Float32frombits(uint32(u16(b)) << 16) })
	case format.F64:
		t.Dtype, t.F64 = F64, decode(data, 8, func(b []byte) float64 { return math.Float64frombits(u64(b)) })
	case format.I64:
		t.Dtype, t.I64 = I64, decode(data, 8, func(b []byte) int64 { return int64(u64(b)) })
	default:
		return fmt.Errorf("tensor %q has the type %s: only F16, BF16, F32, F64 and I64 can be read", t.Name, kind)
	}
	return nil
}

func decode[T any](data []byte, size int, one func([]byte) T) []T {
	out := make([]T, len(data)/size)
	for i := range out {
		out[i] = one(data[i*size:])
	}
	return out
}

// fromHalf widens an IEEE 754 half, exactly: 1 sign bit, 5 of exponent (bias 15), 10 of fraction.
func fromHalf(h uint16) float32 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	var x float64
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -24)
	case 31:
		x = math.Inf(1)
		if fraction > 0 {
			x = math.NaN()
		}
	default:
		x = math.Ldexp(1024+fraction, exponent-25)
	}
	if h>>15 == 1 {
		x = -x
	}
	return float32(x)
}
