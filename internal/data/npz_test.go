package data

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// entry is one array of a file made by hand.
type entry struct {
	name, descr, shape string // shape as in "3, 4"; the header is NumPy's
	values             any    // a slice of fixed-size numbers
}

// npy is NumPy's format 1.0.
func (e entry) npy(order binary.ByteOrder) []byte {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", e.descr, e.shape)
	header += strings.Repeat(" ", (64-(10+len(header)+1)%64)%64) + "\n"
	var b bytes.Buffer
	b.WriteString("\x93NUMPY\x01\x00")
	binary.Write(&b, binary.LittleEndian, uint16(len(header)))
	b.WriteString(header)
	binary.Write(&b, order, e.values)
	return b.Bytes()
}

func zipped(method uint16, names []string, files ...[]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, content := range files {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: names[i], Method: method})
		f.Write(content)
	}
	w.Close()
	return b.Bytes()
}

// npz writes a file of the entries and returns its path.
func npz(t testing.TB, method uint16, entries ...entry) string {
	t.Helper()
	var names []string
	var files [][]byte
	for _, e := range entries {
		var order binary.ByteOrder = binary.LittleEndian
		if strings.HasPrefix(e.descr, ">") {
			order = binary.BigEndian
		}
		names, files = append(names, e.name+".npy"), append(files, e.npy(order))
	}
	path := filepath.Join(t.TempDir(), "own.npz")
	if err := os.WriteFile(path, zipped(method, names, files...), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	sixFloats = entry{"x", "<f4", "3, 2", []float32{1, 2, 3, 4, 5, 6}}
	labels201 = entry{"y", "<i8", "3,", []int64{2, 0, 1}}
)

// TestNPZFloats: floats come as they are, in the order of the seed, whatever stores them.
func TestNPZFloats(t *testing.T) {
	order := subset(3, 3, 7)
	for _, test := range []struct {
		name   string
		method uint16
		x, y   entry
	}{
		{"stored", zip.Store, sixFloats, labels201},
		{"compressed", zip.Deflate, sixFloats, labels201},
		{"big-endian float64", zip.Store, entry{"x", ">f8", "3, 2", []float64{1, 2, 3, 4, 5, 6}}, labels201},
		{"uint8 labels", zip.Store, sixFloats, entry{"y", "|u1", "3,", []uint8{2, 0, 1}}},
		{"int32 labels", zip.Store, sixFloats, entry{"y", "<i4", "3,", []int32{2, 0, 1}}},
		{"one-hot integers", zip.Store, sixFloats, entry{"y", "<i2", "3, 3", []int16{0, 0, 1, 1, 0, 0, 0, 1, 0}}},
		{"one-hot floats", zip.Store, sixFloats, entry{"y", "<f8", "3, 3", []float64{0, 0, 1, 1, 0, 0, 0, 1, 0}}},
	} {
		s, none, err := NPZ(npz(t, test.method, test.x, test.y), All, All, 7)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want := &Set{Name: "own", Shape: []int{2}, Classes: 3}
		for _, i := range order {
			want.X = append(want.X, float32(2*i+1), float32(2*i+2))
			want.Labels = append(want.Labels, []int{2, 0, 1}[i])
		}
		if none != nil || !reflect.DeepEqual(s, want) || s.Checksum() != want.Checksum() {
			t.Errorf("%s:\n got %+v\nwant %+v", test.name, s, want)
		}
	}
}

// TestNPZSubset: fewer samples are the beginning of all of them.
func TestNPZSubset(t *testing.T) {
	path := npz(t, zip.Deflate, sixFloats, labels201)
	all, _, err := NPZ(path, All, All, 1)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := NPZ(path, 2, All, 1)
	if err != nil || !slices.Equal(two.X, all.X[:4]) || !slices.Equal(two.Labels, all.Labels[:2]) || two.Classes != 3 {
		t.Errorf("%+v, %v; of %+v", two, err, all)
	}
	one, _, err := NPZ(path, 1, All, 1) // a class without a chosen sample stays
	if err != nil || one.Classes != 3 {
		t.Errorf("%+v, %v", one, err)
	}
}

// TestNPZEmptyClasses: one-hot rows say how many classes there are, also of what no sample is.
func TestNPZEmptyClasses(t *testing.T) {
	y := entry{"y", "<f4", "3, 4", []float32{0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0}}
	xTest, yTest := entry{"x_test", "<f4", "1, 2", []float32{7, 8}}, entry{"y_test", "<i8", "1,", []int64{3}}
	s, test, err := NPZ(npz(t, zip.Store, sixFloats, y, xTest, yTest), All, All, 1)
	if err != nil || s.Classes != 4 || test.Classes != 4 || test.Labels[0] != 3 {
		t.Errorf("%+v, %+v, %v", s, test, err)
	}
}

// TestNPZUint8: over all training samples every channel has mean 0 and standard deviation 1, a constant one is 0; the test
// samples are scaled by the training samples' numbers, and neither depends on n.
func TestNPZUint8(t *testing.T) {
	x := entry{"x", "|u1", "4, 3, 1, 2", []uint8{
		0, 255, 7, 7, 10, 20,
		0, 255, 7, 7, 10, 20,
		0, 0, 7, 7, 30, 40,
		255, 255, 7, 7, 30, 41,
	}}
	y := entry{"y", "|i1", "4,", []int8{0, 1, 0, 1}}
	xTest := entry{"x_test", "|u1", "1, 3, 1, 2", []uint8{255, 0, 7, 8, 30, 41}}
	yTest := entry{"y_test", "|i1", "1,", []int8{1}}
	path := npz(t, zip.Deflate, x, y, xTest, yTest)
	s, test, err := NPZ(path, All, All, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Shape, []int{3, 1, 2}) || s.Classes != 2 || test.Classes != 2 || s.Targets != nil {
		t.Fatalf("%+v", s)
	}
	for c := range 3 {
		var sum, squares float64
		for i := range 4 {
			for p := range 2 {
				v := float64(s.X[6*i+2*c+p])
				sum += v
				squares += v * v
			}
		}
		want := 8.0
		if c == 1 {
			want = 0
		}
		if math.Abs(sum) > 1e-6 || math.Abs(squares-want) > 1e-5 { // float32 roundings
			t.Errorf("channel %d: Σx = %g, Σx² = %g", c, sum, squares)
		}
	}
	if test.X[0] != -test.X[1] || test.X[2] != 0 || test.X[3] != 1 || !slices.Contains(s.X, test.X[5]) {
		t.Errorf("test samples %v", test.X)
	}
	one, _, err := NPZ(path, 1, All, 3)
	if err != nil || !slices.Equal(one.X, s.X[:6]) {
		t.Errorf("one sample %v, %v; all %v", one, err, s.X)
	}
}

// TestNPZRealTargets: a single column of 0 and 1 is real, and so is what is not one-hot; the test targets follow.
func TestNPZRealTargets(t *testing.T) {
	for _, test := range []struct {
		y, yTest entry
		columns  int
	}{
		{entry{"y", "<f4", "3, 1", []float32{0, 1, 1}}, entry{"y_test", "<f8", "1, 1", []float64{3}}, 1},
		{entry{"y", "<i4", "3, 2", []int32{1, 0, 0, 1, 1, 1}}, entry{"y_test", "<f4", "1, 2", []float32{0, 1}}, 2},
		{entry{"y", "<f8", "3, 2", []float64{1, 0, 0, 1, 1, -0.5}}, entry{"y_test", "<f4", "1, 2", []float32{0, 1}}, 2},
	} {
		xTest := entry{"x_test", "<f4", "1, 2", []float32{7, 8}}
		s, tested, err := NPZ(npz(t, zip.Store, sixFloats, test.y, xTest, test.yTest), All, All, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Len() != 3 || s.Classes != test.columns || s.Labels != nil || tested.Len() != 1 || tested.Labels != nil {
			t.Errorf("%+v, %+v", s, tested)
		}
		if y := OneHot[float64](s); len(y) != 3*test.columns || float32(y[1]) != s.Targets[1] {
			t.Errorf("targets %v, %v", y, s.Targets)
		}
		changed := *s
		changed.Targets = append(slices.Clone(s.Targets[:len(s.Targets)-1]), 99)
		if changed.Checksum() == s.Checksum() {
			t.Error("the checksum does not cover the targets")
		}
	}
}

// TestNPZMistakes: one line that names the file and the array.
func TestNPZMistakes(t *testing.T) {
	x, y := sixFloats, labels201
	xTest, yTest := entry{"x_test", "<f4", "1, 2", []float32{7, 8}}, entry{"y_test", "<i8", "1,", []int64{0}}
	real := entry{"y", "<f4", "3, 2", []float32{1, 2, 3, 4, 5, 6}}
	for _, test := range []struct {
		want    string
		entries []entry
	}{
		{`array x is missing; the file holds the arrays ["y"]`, []entry{y}},
		{`array y is missing; the file holds the arrays ["x"]`, []entry{x}},
		{"array x has the type int64; float32, float64 and uint8 are read", []entry{{"x", "<i8", "3, 2", make([]int64, 6)}, y}},
		{"array x has the type float16; float32", []entry{{"x", "<f2", "3, 2", make([]int16, 6)}, y}},
		{"array x has the type \"<U3\"; it should hold numbers", []entry{{"x", "<U3", "3,", make([]int32, 9)}, y}},
		{"array x has the shape (6); it should be (n, features) or (n, channels, height, width)", []entry{{"x", "<f4", "6,", make([]float32, 6)}, y}},
		{"array x has the shape (3, 2, 1)", []entry{{"x", "<f4", "3, 2, 1", make([]float32, 6)}, y}},
		{"array x is empty: its shape is (0, 2)", []entry{{"x", "<f4", "0, 2", []float32{}}, y}},
		{"array x holds NaN in sample 1 (counted from 0)", []entry{{"x", "<f4", "3, 2", []float32{1, 2, 3, float32(math.NaN()), 5, 6}}, y}},
		{"array x holds +Inf in sample 2", []entry{{"x", "<f8", "3, 2", []float64{1, 2, 3, 4, 5, 1e300}}, y}},
		{"array x is damaged: its shape (3, 3) needs 36 bytes, and 24 are there", []entry{{"x", "<f4", "3, 3", make([]float32, 6)}, y}},
		{"array x has the shape (3, 5, 5, 3), which looks like (n, height, width, channels); save numpy.moveaxis(x, 3, 1)",
			[]entry{{"x", "|u1", "3, 5, 5, 3", make([]uint8, 225)}, y}},
		{"array x has the shape (3, 5, 5, 4), which looks like", []entry{{"x", "|u1", "3, 5, 5, 4", make([]uint8, 300)}, y}}, // RGBA
		{"array y holds integers in the shape (3, 1); save y.ravel() for labels, y.astype(numpy.float32) for real targets",
			[]entry{x, {"y", "|u1", "3, 1", []uint8{2, 0, 1}}}},
		{"array y has 2 samples and x has 3", []entry{x, {"y", "<i8", "2,", make([]int64, 2)}}},
		{"array y has the shape (3, 1, 1)", []entry{x, {"y", "<i8", "3, 1, 1", make([]int64, 3)}}},
		{"array y has the type bool", []entry{x, {"y", "|b1", "3,", make([]uint8, 3)}}},
		{"array y is float64 (n); labels must be integers, and real targets have the shape (n, c), such as (3, 1)", []entry{x, {"y", "<f8", "3,", make([]float64, 3)}}},
		{"array y holds the label -1 in sample 1", []entry{x, {"y", "<i8", "3,", []int64{0, -1, 2}}}},
		{"array y holds the label 123456 in sample 0", []entry{x, {"y", "<i8", "3,", []int64{123456, 1, 2}}}},
		{"array y holds the labels 1 … 3 and no 0; labels are 0 … c−1: save y - 1", []entry{x, {"y", "<i8", "3,", []int64{3, 1, 2}}}},
		{"array y holds labels up to 3 and no 0; number the classes", []entry{x, {"y", "<i8", "3,", []int64{3, 1, 1}}}},
		{"array y holds labels up to 7 and no 2; number the classes 0 … c−1, or save the one-hot rows numpy.eye(8)[y] if 8 outputs are meant",
			[]entry{x, {"y", "|u1", "3,", []uint8{7, 0, 1}}}},
		{"array y_test holds the label 3 in sample 0 (counted from 0), and y has 3 classes; if there are more",
			[]entry{x, y, xTest, {"y_test", "<i8", "1,", []int64{3}}}},
		{"array y holds the label 0 only", []entry{x, {"y", "<i8", "3,", make([]int64, 3)}}},
		{"array y holds NaN in sample 0", []entry{x, {"y", "<f4", "3, 1", []float32{float32(math.NaN()), 1, 2}}}},
		{"array y_test is missing", []entry{x, y, xTest}},
		{"array y_test has no x_test beside it", []entry{x, y, yTest}},
		{"array x_test is float32 (1, 1) and x is float32 (3, 2); only n may differ", []entry{x, y, {"x_test", "<f4", "1, 1", []float32{1}}, yTest}},
		{"array x_test is float64 (1, 2) and x is float32 (3, 2)", []entry{x, y, {"x_test", "<f8", "1, 2", []float64{1, 2}}, yTest}},
		{"array y_test holds labels and y real targets", []entry{x, real, xTest, yTest}},
		{"array y_test has 1 columns and y 2", []entry{x, real, xTest, {"y_test", "<f4", "1, 1", []float32{1}}}},
		{"array y_test holds rows that are not one-hot labels", []entry{x, y, xTest, {"y_test", "<f4", "1, 2", []float32{1, 1}}}},
		{"array y_test has 4 columns and y 3 classes", []entry{x, y, xTest, {"y_test", "<f4", "1, 4", []float32{0, 0, 0, 1}}}},
	} {
		path := npz(t, zip.Deflate, test.entries...)
		_, _, err := NPZ(path, All, All, 0)
		wantNPZError(t, err, "EOSS_DATASET="+path+": "+test.want)
	}
	path := npz(t, zip.Store, x, y, xTest, yTest)
	_, _, err := NPZ(path, 4, All, 0)
	wantNPZError(t, err, "EOSS_DATASET="+path+": array x has 3 samples, and 4 were asked for; set EOSS_N to 1 … 3")
	_, _, err = NPZ(path, 3, 2, 0)
	wantNPZError(t, err, "EOSS_DATASET="+path+": array x_test has 1 samples, and 2 were asked for; set EOSS_N_TEST to 1 … 1")
}

func wantNPZError(t *testing.T, err error, want string) {
	t.Helper()
	var mistake *NPZError
	if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestNPZFiles: what is no .npz file, and a bit that flips.
func TestNPZFiles(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.npz")
	os.WriteFile(text, []byte("hello"), 0o666)
	for path, want := range map[string]string{
		filepath.Join(dir, "none.npz"): "does not exist; give the path of a file that numpy.savez wrote",
		dir:                            "is not a file",
		text:                           "is not an .npz file",
	} {
		_, err := NPZSizeOf(path)
		wantNPZError(t, err, "EOSS_DATASET="+path+": "+want)
	}
	path := npz(t, zip.Store, sixFloats, labels201)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(whole, []byte{0, 0, 0x40, 0x40}) // the value 3
	whole[at] ^= 1
	os.WriteFile(path, whole, 0o666)
	_, _, err = NPZ(path, All, All, 0)
	wantNPZError(t, err, "EOSS_DATASET="+path+": array x is damaged: zip: checksum error")
	column := entry{"x", "<f4", "3, 2", make([]float32, 6)}.npy(binary.LittleEndian)
	column = bytes.Replace(column, []byte("False, 'shape': (3, 2), }"), []byte("True, 'shape': (3, 2), } "), 1)
	os.WriteFile(path, zipped(zip.Store, []string{"x.npy"}, column), 0o666)
	_, _, err = NPZ(path, All, All, 0)
	wantNPZError(t, err, "EOSS_DATASET="+path+": array x is stored by columns")
	os.WriteFile(path, boasting(entry{"x", "<f4", "1000000000, 2", []float32{1, 2}}.npy(binary.LittleEndian), 8e9-8), 0o666)
	_, err = NPZSizeOf(path)
	wantNPZError(t, err, "EOSS_DATASET="+path+": array x is damaged: its shape (1000000000, 2) needs 8000000000 bytes")
}

// boasting is an archive whose x.npy is so many bytes longer by its directory than it is.
func boasting(x []byte, by uint64) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.CreateRaw(&zip.FileHeader{Name: "x.npy", CompressedSize64: uint64(len(x)), UncompressedSize64: uint64(len(x)) + by})
	f.Write(x)
	w.Close()
	return b.Bytes()
}

// TestNPZOfNumPy reads what NumPy itself writes.
func TestNPZOfNumPy(t *testing.T) {
	const python = "/usr/bin/python3"
	dir := t.TempDir()
	script := `import numpy as np, sys
x = (np.arange(5*3*4*4) % 251).astype(np.uint8).reshape(5, 3, 4, 4)
y = np.array([0, 1, 2, 1, 0])
np.savez(sys.argv[1] + "/plain.npz", x=x, y=y, x_test=x[:2], y_test=y[:2])
np.savez_compressed(sys.argv[1] + "/small.npz", x=x, y=np.eye(3)[y], x_test=x[:2], y_test=y[:2])
np.savez(sys.argv[1] + "/columns.npz", x=np.asfortranarray(np.ones((3, 2))), y=y[:3])
`
	if out, err := exec.Command(python, "-c", script, dir).CombinedOutput(); err != nil {
		t.Skipf("%s with NumPy is needed: %v %s", python, err, out)
	}
	plain, test, err := NPZ(filepath.Join(dir, "plain.npz"), All, All, 5)
	if err != nil {
		t.Fatal(err)
	}
	small, _, err := NPZ(filepath.Join(dir, "small.npz"), All, All, 5)
	if err != nil {
		t.Fatal(err)
	}
	if plain.Checksum() != small.Checksum() || plain.Classes != 3 || test.Len() != 2 || !slices.Equal(test.Labels, []int{0, 1}) {
		t.Errorf("%+v\n%+v", plain, small)
	}
	columns := filepath.Join(dir, "columns.npz")
	_, _, err = NPZ(columns, All, All, 0)
	wantNPZError(t, err, "EOSS_DATASET="+columns+": array x is stored by columns (Fortran order); save numpy.ascontiguousarray(x)")
}

// FuzzNPZ feeds arbitrary header texts with values, and arbitrary files: a set of the right sizes or an NPZError, never a
// panic.
func FuzzNPZ(f *testing.F) {
	header := func(e entry) (text string, values []byte) {
		raw := e.npy(binary.LittleEndian)
		size := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
		return strings.TrimRight(string(raw[10:size]), " \n"), raw[size:]
	}
	seed := func(method uint16, x, y entry) {
		hx, vx := header(x)
		hy, vy := header(y)
		ax, ay := x.npy(binary.LittleEndian), y.npy(binary.LittleEndian)
		f.Add(hx, vx, hy, vy, zipped(method, []string{"x.npy", "y.npy", "x_test.npy", "y_test.npy"}, ax, ay, ax, ay))
	}
	seed(zip.Store, sixFloats, labels201)
	seed(zip.Deflate, entry{"x", "|u1", "2, 1, 1, 2", []uint8{1, 2, 3, 4}}, entry{"y", "<f8", "2, 1", []float64{1, 2}})
	seed(zip.Store, entry{"x", "<f4", "2, 1", []float32{1, 2}}, entry{"y", "|i1", "2, 2", []int8{1, 0, 0, 1}})
	f.Fuzz(func(t *testing.T, hx string, vx []byte, hy string, vy, file []byte) {
		array := func(header string, values []byte) []byte {
			b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)+1), byte((len(header)+1)>>8))
			return append(append(b, header+"\n"...), values...)
		}
		x, y := array(hx, vx), array(hy, vy)
		for _, file := range [][]byte{file, zipped(zip.Store, []string{"x.npy", "y.npy", "x_test.npy", "y_test.npy"}, x, y, x, y)} {
			checkAnyNPZ(t, file)
		}
	})
}

func checkAnyNPZ(t *testing.T, file []byte) {
	a, err := newNPZFile("f", bytes.NewReader(file), int64(len(file)))
	var train, test *Set
	if err == nil {
		train, test, err = a.sets(All, All, 1)
	}
	if err != nil {
		var mistake *NPZError
		if !errors.As(err, &mistake) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Fatalf("%T %v", err, err)
		}
		return
	}
	for _, s := range []*Set{train, test} {
		if s != nil && (s.Len() < 1 || len(s.X) != s.Len()*s.Size()) {
			t.Fatalf("%d values for %d samples of %v", len(s.X), s.Len(), s.Shape)
		}
	}
}
