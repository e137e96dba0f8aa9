package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// sample has every type, a scalar, an empty tensor and numbers whose bits a conversion would lose.
func sample() []Tensor {
	return []Tensor{
		{Name: "step", Dtype: I64, Shape: []int{}, I64: []int64{math.MinInt64 + 1}},
		{Name: "θ", Dtype: F64, Shape: []int{2}, F64: []float64{math.Pi, math.Copysign(0, -1)}},
		{Name: "fc1.bias", Dtype: F32, Shape: []int{0, 3}, F32: []float32{}},
		{Name: "fc1.weight", Dtype: F32, Shape: []int{2, 3}, F32: []float32{1, -2, 3e-45, float32(math.Inf(-1)), math.MaxFloat32, 0.1}},
	}
}

func written(t *testing.T, tensors []Tensor, metadata map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	metadata := map[string]string{"model": "mlp", `q"<&>`: "\n"}
	path := filepath.Join(t.TempDir(), "a.safetensors")
	if err := os.WriteFile(path, written(t, sample(), metadata), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Tensors, sample()) || !maps.Equal(f.Metadata, metadata) {
		t.Errorf("got  %+v\nwant %+v", f, sample())
	}
	if got, ok := f.Get("θ"); !ok || got.F64[0] != math.Pi || !math.Signbit(got.F64[1]) {
		t.Errorf("θ is %+v, %v", got, ok)
	}
	if _, ok := f.Get("fc1"); ok {
		t.Error("a tensor fc1 was found")
	}
	backwards := sample()
	slices.Reverse(backwards)
	if !bytes.Equal(written(t, backwards, metadata), written(t, sample(), metadata)) {
		t.Error("the bytes depend on the order of the tensors")
	}
	if len(written(t, nil, nil)) != 16 { // the length, {} and padding to 8
		t.Error("no tensors make a file that is not 16 bytes long")
	}
}

// raw is a file with this header and n bytes of data.
func raw(header string, n int) []byte {
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(file, header...), make([]byte, n)...)
}

func entry(name, dtype, shape string, from, to int) string {
	return fmt.Sprintf(`"%s":{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}`, name, dtype, shape, from, to)
}

func TestRefusals(t *testing.T) {
	two := func(from, to, n int) []byte {
		return raw("{"+entry("b", "F32", "[2]", from, to)+","+entry("a", "F32", "[]", 0, 4)+"}", n)
	}
	for _, test := range []struct {
		file []byte
		want string
	}{
		{nil, "not a safetensors file: it has 0 bytes"},
		{[]byte("PK\x03\x04 a zip file"), "not a safetensors file: its header would have"},
		{raw("{}", 0)[:9], "truncated: the header has 2 bytes, and only 1 are there"},
		{raw("null", 0), "its header does not begin with {"},
		{raw(" {}", 0), "its header does not begin with {"},
		{raw("", 0), "its header does not begin with {"},
		{raw("{}}", 0), "its header cannot be read"},
		{raw(`{"a":null}`, 0), "its header cannot be read"},
		{raw("{"+entry("a", "F32", "[-1]", 0, 4)+"}", 4), `tensor \"a\"`},
		{raw("{"+entry("", "F32", "[1]", 0, 4)+"}", 4), "a tensor of shape [1] has no name"},
		{raw("{"+entry("a", "C64", "[1]", 0, 8)+"}", 8), `"C64"`},
		{raw("{"+entry("a", "I32", "[1]", 0, 4)+"}", 4), `tensor "a" has the type I32: only F16, BF16, F32, F64 and I64 can be read`},
		{raw("{"+entry("a", "F32", "[2]", 0, 4)+"}", 4), `tensor "a" has 4 bytes, its type F32 and shape [2] need 8`},
		{raw("{"+entry("a", "F32", "[1]", 4, 0)+"}", 4), `tensor "a" ends at byte 0 of the data, before its begin at 4`},
		{raw("{"+entry("a", "F32", "[4611686018427387904,4]", 0, 0)+"}", 0), `tensor "a" is too large`},
		{raw("{"+entry("a", "F32", "[0,9223372036854775808]", 0, 0)+"}", 0), `tensor "a" is too large`},
		{two(4, 12, 11), `truncated: tensor "b" ends at byte 12 of the data, and only 11 are there`},
		{two(4, 12, 13), "1 bytes after the last tensor belong to none"},
		{two(2, 10, 12), `tensor "b" begins at byte 2 of the data and overlaps the one before, which ends at 4`},
		{two(8, 16, 16), `tensor "b" begins at byte 8 of the data; the 4 bytes before belong to no tensor`},
	} {
		path := filepath.Join(t.TempDir(), "a.safetensors")
		if err := os.WriteFile(path, test.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadFile(path)
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", test.file, err)
		} else if !strings.Contains(err.Error(), strings.ReplaceAll(test.want, `\"`, `"`)) {
			t.Errorf("%q:\n got %v\nwant %s", test.file, err, test.want)
		}
	}
	if _, err := Parse(two(4, 12, 12)); err != nil {
		t.Errorf("the sound one: %v", err)
	}
	if _, err := ReadFile("missing.safetensors"); err == nil || !strings.Contains(err.Error(), "missing.safetensors") {
		t.Error(err)
	}
}

func TestWriteRefusals(t *testing.T) {
	one := []float32{1}
	for _, test := range []struct {
		tensors []Tensor
		want    string
	}{
		{[]Tensor{{Dtype: F32, F32: one}}, `named ""`},
		{[]Tensor{{Name: "__metadata__", Dtype: F32, F32: one}}, `named "__metadata__"`},
		{[]Tensor{{Name: "\xff", Dtype: F32, F32: one}}, `named "\xff"`},
		{[]Tensor{{Name: "a", F32: one}}, `has the type ""`},
		{[]Tensor{{Name: "a", Dtype: F32, Shape: []int{2}, F32: one}}, "needs 2 numbers"},
		{[]Tensor{{Name: "a", Dtype: F64, Shape: []int{1}, F32: one}}, "needs 1 numbers"},
		{[]Tensor{{Name: "a", Dtype: F32, Shape: []int{-1, -1}, F32: one}}, "has the shape [-1 -1]"},
		{[]Tensor{{Name: "a", Dtype: F32, F32: one}, {Name: "a", Dtype: F32, F32: one}}, `two tensors are named "a"`},
	} {
		var b bytes.Buffer
		if err := Write(&b, test.tensors, nil); err == nil || !strings.Contains(err.Error(), test.want) || b.Len() > 0 {
			t.Errorf("%+v: %v, %d bytes, want %s", test.tensors, err, b.Len(), test.want)
		}
	}
}

// TestHalves: halves become float32 by their definition.
func TestHalves(t *testing.T) {
	for kind, bits := range map[string]map[uint16]float64{
		"F16": {0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: 0x1p-24, 0x8000: math.Copysign(0, -1), 0x0400: 0x1p-14,
			0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0x7e00: math.NaN(), 0x3555: 0.333251953125},
		"BF16": {0x3f80: 1, 0xc000: -2, 0x7f80: math.Inf(1), 0x0001: 0x1p-133, 0x3eab: 0.333984375},
	} {
		for b, want := range bits {
			file := raw("{"+entry("a", kind, "[1]", 0, 2)+"}", 0)
			f, err := Parse(binary.LittleEndian.AppendUint16(file, b))
			if err != nil {
				t.Fatal(err)
			}
			got := f.Tensors[0]
			if got.Dtype != F32 || math.Float32bits(got.F32[0]) != math.Float32bits(float32(want)) {
				t.Errorf("%s %#04x is %v, want %v", kind, b, got.F32, want)
			}
		}
	}
}

// FuzzParse feeds arbitrary bytes to the reader: it must not panic or take memory that the file does not have, and what it
// accepts must come back the same when written again.
func FuzzParse(f *testing.F) {
	var whole bytes.Buffer
	if err := Write(&whole, sample(), map[string]string{"a": "b"}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()-1])
	f.Add(raw("{"+entry("a", "F16", "[1]", 0, 2)+","+entry("b", "BF16", "[0]", 2, 2)+"}", 2))
	f.Add(raw("{"+entry("a", "F32", "[4611686018427387904,4]", 0, 0)+"}", 0))
	f.Add(raw("{"+entry("a", "F64", "[1]", 18446744073709, 8)+"}", 8))
	f.Add(raw(`{"__metadata__":null,"a":{"dtype":null,"shape":[1.5],"data_offsets":[1]}}`, 0))
	f.Fuzz(func(t *testing.T, file []byte) {
		first, err := Parse(file)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		var again bytes.Buffer
		if err := Write(&again, first.Tensors, first.Metadata); err != nil {
			t.Fatalf("it was read but cannot be written: %v", err)
		}
		second, err := Parse(again.Bytes())
		if err != nil || len(second.Tensors) != len(first.Tensors) {
			t.Fatalf("second reading: %v", err)
		}
		for _, a := range first.Tensors {
			b, _ := second.Get(a.Name)
			if fmt.Sprint(a) != fmt.Sprint(b) { // as text, for NaN
				t.Fatalf("%+v came back as %+v", a, b)
			}
		}
	})
}
