package data

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"codeberg.org/sbinet/npyio/npy"
)

// npzFile is an .npz file: a zip archive of .npy files, one an array.
type npzFile struct {
	path string
	size int64
	zip  *zip.Reader
}

// array is the header of one of its arrays.
type array struct {
	path, name string
	kind       string // NumPy's type without its byte order: f4, u1, …
	width      int    // bytes of a number
	shape      []int
	count      int // the product of shape
	file       *zip.File
}

func newNPZFile(path string, r io.ReaderAt, size int64) (*npzFile, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &NPZError{path, "is not an .npz file (" + err.Error() + "); write it with numpy.savez"}
	}
	return &npzFile{path, size, z}, nil
}

func (a *npzFile) fault(name, format string, args ...any) error {
	problem := strings.Map(func(r rune) rune { // what a damaged file says may be anything
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, fmt.Sprintf(format, args...))
	return &NPZError{a.path, "array " + name + " " + problem}
}

// required is find for an array that must be there.
func (a *npzFile) required(name string) (*array, error) {
	h, err := a.find(name)
	if h == nil && err == nil {
		have := []string{}
		for _, f := range a.zip.File {
			have = append(have, strings.TrimSuffix(f.Name, ".npy"))
		}
		err = a.fault(name, "is missing; the file holds the arrays %.80q", have)
	}
	return h, err
}

// find reads the header of an array; nil if the file has none of that name.
func (a *npzFile) find(name string) (*array, error) {
	i := slices.IndexFunc(a.zip.File, func(f *zip.File) bool { return f.Name == name+".npy" })
	if i < 0 {
		return nil, nil
	}
	h := &array{path: a.path, name: name, file: a.zip.File[i]}
	err := a.open(h, func(io.Reader, *npy.Reader) error { return nil })
	return h, err
}

// open reads the header into h and calls use at the first value. npyio takes a well-formed header for granted: what it
// panics with is an error here.
func (a *npzFile) open(h *array, use func(io.Reader, *npy.Reader) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = a.fault(h.name, "is damaged: %v", p)
		}
	}()
	f, err := h.file.Open()
	if err != nil {
		return a.fault(h.name, "can't be read: %v", err)
	}
	defer f.Close()
	buffered := bufio.NewReaderSize(f, 1<<16)
	header, err := headerSize(buffered)
	if err != nil {
		return a.fault(h.name, "is damaged: %v", err)
	}
	r, err := npy.NewReader(buffered)
	if err != nil {
		return a.fault(h.name, "is damaged: %v", err)
	}
	if err := a.check(h, r.Header, header); err != nil {
		return err
	}
	return use(buffered, r)
}

// headerSize is the number of bytes before the first value, at most those that the buffer holds: npyio would allocate
// whatever a damaged file says.
func headerSize(r *bufio.Reader) (int, error) {
	const magic = "\x93NUMPY"
	start, err := r.Peek(12)
	if err != nil || string(start[:len(magic)]) != magic {
		return 0, fmt.Errorf("it is not in NumPy's format")
	}
	size := 10 + int(binary.LittleEndian.Uint16(start[8:]))
	if start[6] > 1 {
		size = 12 + int(min(binary.LittleEndian.Uint32(start[8:]), 1<<20))
	}
	if _, err := r.Peek(size); err != nil {
		return 0, fmt.Errorf("its header is longer than the file or 64 KiB")
	}
	return size, nil
}

// deflateLimit bounds how far deflate compresses: 1032:1.
const deflateLimit = 1100

// check fills in h and refuses what is stored by columns or has another size than its shape says.
func (a *npzFile) check(h *array, header npy.Header, before int) error {
	kind := strings.Trim(header.Descr.Type, "'")
	h.shape, h.kind = header.Descr.Shape, strings.TrimLeft(kind, "<>|=")
	var numeric bool
	h.width, numeric = map[string]int{"f2": 2, "f4": 4, "f8": 8, "i1": 1, "i2": 2, "i4": 4, "i8": 8,
		"u1": 1, "u2": 2, "u4": 4, "u8": 8, "b1": 1, "c8": 8, "c16": 16}[h.kind]
	if !numeric {
		return a.fault(h.name, "has the type %q; it should hold numbers", kind)
	}
	const limit = int64(1) << 50
	size := int64(h.width)
	h.count = 1
	for _, d := range h.shape {
		if d < 0 || d > 0 && size > limit/int64(d) {
			return a.fault(h.name, "is damaged: its shape is %s", h.shapeText())
		}
		size *= int64(d)
		h.count *= d
	}
	stored := int64(h.file.UncompressedSize64) - int64(before)
	switch {
	case header.Descr.Fortran && len(h.shape) > 1:
		return a.fault(h.name, "is stored by columns (Fortran order); save numpy.ascontiguousarray(%s)", h.name)
	case size != stored, stored/deflateLimit > a.size:
		return a.fault(h.name, "is damaged: its shape %s needs %d bytes, and %d are there", h.shapeText(), size, stored)
	}
	return nil
}

// values reads all values of an array, converted to T.
func values[T float32 | float64](a *npzFile, h *array) (x []T, err error) {
	err = a.open(h, func(rest io.Reader, r *npy.Reader) error {
		read := map[string]func(*npy.Reader) ([]T, error){
			"f4": converted[float32, T], "f8": converted[float64, T],
			"i1": converted[int8, T], "i2": converted[int16, T], "i4": converted[int32, T], "i8": converted[int64, T],
			"u1": converted[uint8, T], "u2": converted[uint16, T], "u4": converted[uint32, T], "u8": converted[uint64, T],
		}[h.kind]
		var err error
		if x, err = read(r); err == nil {
			_, err = io.Copy(io.Discard, rest) // to the end, where the checksum is compared
		}
		if err != nil {
			return a.fault(h.name, "is damaged: %v", err)
		}
		return nil
	})
	return x, err
}

func converted[S int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64, T float32 | float64](r *npy.Reader) ([]T, error) {
	var raw []S
	if err := r.Read(&raw); err != nil {
		return nil, err
	}
	if same, ok := any(raw).([]T); ok {
		return same, nil
	}
	x := make([]T, len(raw))
	for i, v := range raw {
		x[i] = T(v)
	}
	return x, nil
}

// shapeText is the shape as NumPy prints it.
func (h *array) shapeText() string {
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint(h.shape), " ", ", "), "[]") + ")"
}

var typeNames = map[byte]string{'f': "float", 'i': "int", 'u': "uint", 'c': "complex"}

// typeName is NumPy's name for the type: float32 for f4.
func (h *array) typeName() string {
	if h.kind == "b1" {
		return "bool"
	}
	bytes, _ := strconv.Atoi(h.kind[1:]) // check lets only known kinds pass
	return fmt.Sprintf("%s%d", typeNames[h.kind[0]], 8*bytes)
}
