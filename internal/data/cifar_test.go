package data

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eoss/internal/reference"
)

// records makes n records. The first and last pixel of each plane of record i say which it is.
func records(n int) []byte {
	var raw []byte
	for i := range n {
		r := make([]byte, cifarRecord)
		r[0] = byte(i % cifarClasses)
		for c := range 3 {
			r[1+c*cifarPlane] = byte(i)
			r[(c+1)*cifarPlane] = byte(50*c + 7*i)
		}
		raw = append(raw, r...)
	}
	return raw
}

// folder writes files into a new folder.
func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCIFAR10Decodes(t *testing.T) {
	raw := records(9)
	dir := folder(t, map[string][]byte{"data_batch_3.bin": raw[5*cifarRecord:], "data_batch_1.bin": raw[:5*cifarRecord]})
	s, err := CIFAR10Train(dir, All, 3)
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != 9 || !slices.Equal(s.Shape, []int{3, 32, 32}) || len(s.X) != 9*s.Size() || s.Classes != 10 {
		t.Fatalf("%d images of %v, %d values, %d classes", s.Len(), s.Shape, len(s.X), s.Classes)
	}
	mean, std := [3]float64{0.4914, 0.4822, 0.4465}, [3]float64{0.2023, 0.1994, 0.2010}
	for i, r := range subset(9, 9, 3) {
		if s.Labels[i] != r%10 {
			t.Errorf("image %d has label %d, want %d", i, s.Labels[i], r%10)
		}
		for c := range 3 {
			for at, pixel := range map[int]byte{0: byte(r), 1023: byte(50*c + 7*r), 500: 0} {
				want := float32((float64(pixel)/255 - mean[c]) / std[c])
				if got := s.X[i*3072+c*1024+at]; got != want {
					t.Errorf("image %d channel %d pixel %d: %v, want %v", i, c, at, got, want)
				}
			}
		}
	}
}

func TestCIFAR10Subsets(t *testing.T) {
	dir := folder(t, map[string][]byte{"data_batch_1.bin": records(40), "test_batch.bin": records(6)})
	load := func(s *Set, err error) *Set {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	all, some := load(CIFAR10Train(dir, All, 1)), load(CIFAR10Train(dir, 25, 1))
	if !slices.Equal(some.X, all.X[:len(some.X)]) || !slices.Equal(some.Labels, all.Labels[:25]) {
		t.Error("25 images are not the first of 40 under the same seed")
	}
	if load(CIFAR10Train(dir, 40, 1)).Checksum() != all.Checksum() {
		t.Error("n = 40 differs from All")
	}
	if load(CIFAR10Train(dir, 25, 2)).Checksum() == some.Checksum() {
		t.Error("two seeds drew the same subset")
	}
	if test := load(CIFAR10Test(dir, 4)); !slices.Equal(test.Labels, []int{0, 1, 2, 3}) {
		t.Errorf("the test set's first labels are %v", test.Labels)
	}
	if test := load(CIFAR10Test(dir, All)); test.Len() != 6 {
		t.Errorf("the whole test set has %d images", test.Len())
	}
}

func TestCIFAR10Mistakes(t *testing.T) {
	badLabel := records(4)
	badLabel[2*cifarRecord] = 10
	above := folder(t, nil)
	if err := os.Mkdir(filepath.Join(above, batchesDir), 0o700); err != nil {
		t.Fatal(err)
	}
	isFolder := folder(t, nil)
	if err := os.Mkdir(filepath.Join(isFolder, "data_batch_2.bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	const train, test = "data_batch_1.bin", "test_batch.bin"
	good := folder(t, map[string][]byte{train: records(3), test: records(2)})
	for _, c := range []struct {
		name, dir string
		n         int
		test      bool
		path      string // of the file or folder at fault, below dir
		want      string // the problem and the remedy
	}{
		{"missing folder", filepath.Join(above, "nowhere"), 1, false, "", "does not exist; point EOSS_DATA_DIR at a cifar-10-batches-bin folder"},
		{"missing folder, test", filepath.Join(above, "nowhere"), 1, true, "", "does not exist; point EOSS_DATA_DIR at"},
		{"a file for a folder", filepath.Join(good, train), 1, false, "", "is not a folder; point EOSS_DATA_DIR at"},
		{"empty folder", folder(t, nil), 1, false, "", "holds no data_batch_1.bin … data_batch_5.bin; point EOSS_DATA_DIR at"},
		{"python version", folder(t, map[string][]byte{"data_batch_1": {1}}), 1, false, "", "(CIFAR-10's binary version), which `just data` downloads"},
		{"folder above", above, 1, false, "", "holds no data_batch_1.bin … data_batch_5.bin; set EOSS_DATA_DIR=" + filepath.Join(above, batchesDir)},
		{"no test batch", folder(t, map[string][]byte{train: records(1)}), 1, true, test, "is missing; point EOSS_DATA_DIR at"},
		{"truncated", folder(t, map[string][]byte{train: records(2)[:5000]}), 1, false, train, "is truncated: 5000 bytes are not a multiple of 3073"},
		{"second file truncated", folder(t, map[string][]byte{train: records(2), "data_batch_2.bin": records(1)[1:]}), 1, false, "data_batch_2.bin", "is truncated: 3072 bytes"},
		{"test truncated", folder(t, map[string][]byte{test: {0}}), 1, true, test, "is truncated: 1 bytes"},
		{"empty file", folder(t, map[string][]byte{train: {}}), 1, false, train, "is empty; get CIFAR-10's binary version again (`just data`)"},
		{"label", folder(t, map[string][]byte{train: badLabel}), 1, false, train, "record 2 (counted from 0) has label 10, over 9; get"},
		{"test label", folder(t, map[string][]byte{test: badLabel}), All, true, test, "record 2 (counted from 0) has label 10"},
		{"batch is a folder", isFolder, 1, false, "data_batch_2.bin", "can't be read: is a directory; make it a readable file"},
		{"too many", good, 4, false, "", "holds 3 training images, and 4 were asked for; set EOSS_N to 1 … 3 or"},
		{"negative", good, -1, false, "", "holds 3 training images, and -1 were asked for; set EOSS_N to 1 … 3 or"},
		{"too many, test", good, 3, true, test, "holds 2 test images, and 3 were asked for; set EOSS_N_TEST to 1 … 2 or"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := CIFAR10Train(c.dir, c.n, 0)
			if c.test {
				_, err = CIFAR10Test(c.dir, c.n)
			}
			checkMistake(t, err, filepath.Join(c.dir, c.path), c.want)
		})
	}
	_, err := CIFAR10Train("", 1, 0)
	checkMistake(t, err, "the folder of CIFAR-10", "is not given; point EOSS_DATA_DIR at")
}

// TestCIFAR10AtAGlance: the sizes of the files alone give the errors that reading them gives, but for what is in them.
func TestCIFAR10AtAGlance(t *testing.T) {
	const first, second, test = "data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"
	isFolder := folder(t, map[string][]byte{test: records(2)})
	if err := os.Mkdir(filepath.Join(isFolder, second), 0o700); err != nil {
		t.Fatal(err)
	}
	good := folder(t, map[string][]byte{first: records(3), second: records(2), test: records(2)})
	for name, c := range map[string]struct {
		dir      string
		n, tests int
		sound    bool
	}{
		"all": {good, 5, 2, true}, "some": {good, 4, 1, true}, "too many": {good, 6, 2, false}, "too many tests": {good, 5, 3, false},
		"a file":    {filepath.Join(good, first), 1, 1, false},
		"nowhere":   {filepath.Join(good, "nowhere"), 1, 1, false},
		"nothing":   {folder(t, nil), 1, 1, false},
		"no tests":  {folder(t, map[string][]byte{first: records(1)}), 1, 1, false},
		"truncated": {folder(t, map[string][]byte{first: records(2), second: records(2)[:5000], test: records(2)}), 1, 1, false},
		"cut tests": {folder(t, map[string][]byte{first: records(2), test: records(2)[:5000]}), 1, 1, false},
		"empty":     {folder(t, map[string][]byte{first: {}, test: records(2)}), 1, 1, false},
		"folder":    {isFolder, 1, 1, false},
	} {
		_, want := CIFAR10Train(c.dir, c.n, 0)
		if want == nil {
			_, want = CIFAR10Test(c.dir, c.tests)
		}
		if got := CheckCIFAR10(c.dir, c.n, c.tests); fmt.Sprint(got) != fmt.Sprint(want) || (got == nil) != c.sound {
			t.Errorf("%s: %v, and reading them: %v", name, got, want)
		}
	}
}

// checkMistake wants one line: the variable, the path, the problem and the remedy.
func checkMistake(t *testing.T, err error, path, want string) {
	t.Helper()
	var mistake *Error
	if !errors.As(err, &mistake) {
		t.Fatalf("%v is not an *Error", err)
	}
	line := err.Error()
	if mistake.Path != path || !strings.HasPrefix(line, "EOSS_DATA_DIR: "+path+" ") ||
		!strings.Contains(line, want) || strings.Contains(line, "\n") {
		t.Errorf("got  %s\nwant EOSS_DATA_DIR: %s … %s", line, path, want)
	}
}

// The folder that the user has, if any: whole files, plausible statistics.
func TestCIFAR10OfTheUser(t *testing.T) {
	dir := reference.Path("EOSS_DATA_DIR")
	if dir == "" {
		t.Skip("EOSS_DATA_DIR is not set")
	}
	s, err := CIFAR10Train(dir, All, 0)
	if err != nil {
		t.Fatal(err)
	}
	test, err := CIFAR10Test(dir, All)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Set{s, test} {
		var count [10]int
		for _, label := range s.Labels {
			count[label]++
		}
		for class, n := range count {
			// A tenth each, give or take 5 binomial deviations.
			if p := float64(s.Len()) / 10; math.Abs(float64(n)-p) > 5*math.Sqrt(0.9*p) {
				t.Errorf("%d of %d images have label %d", n, s.Len(), class)
			}
		}
		// The constants are the channels' own mean and (the authors' choice) the mean of the images' standard
		// deviations, so that the overall deviation is about 1.2; a mixed-up channel or plane is far off.
		for c := range 3 {
			mean, std := moments(s, c)
			if math.Abs(mean) > 0.1 || std < 1.1 || std > 1.4 {
				t.Errorf("channel %d: mean %.3f, standard deviation %.3f", c, mean, std)
			}
		}
	}
}

// moments returns the mean and standard deviation of one channel of a set.
func moments(s *Set, channel int) (mean, std float64) {
	var sum, squares float64
	for i := range s.Len() {
		for _, v := range s.X[(3*i+channel)*1024 : (3*i+channel+1)*1024] {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
	}
	n := float64(1024 * s.Len())
	return sum / n, math.Sqrt(squares/n - sum/n*sum/n)
}

// A file of records with the given labels, then a tail: accepted exactly when it is whole, every label is a digit and
// n images are there; refused in one line that names it.
func FuzzCIFAR(f *testing.F) {
	f.Add([]byte{}, []byte{}, 1)
	f.Add([]byte{3, 9}, []byte{}, All)
	f.Add([]byte{1, 2}, []byte{}, 3)
	f.Add([]byte{0, 10}, []byte{}, 1)
	f.Add([]byte{5}, []byte{0}, 1)
	f.Add([]byte{}, bytes.Repeat([]byte{7}, cifarRecord), -1)
	dir := f.TempDir()
	path := filepath.Join(dir, "data_batch_1.bin")
	f.Fuzz(func(t *testing.T, labels, tail []byte, n int) {
		labels = labels[:min(len(labels), 20)]
		raw := records(len(labels))
		for i, label := range labels {
			raw[i*cifarRecord] = label
		}
		raw = append(raw, tail...)
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		total, whole := len(raw)/cifarRecord, len(raw) > 0 && len(raw)%cifarRecord == 0
		for i := range total {
			whole = whole && raw[i*cifarRecord] <= 9
		}
		s, err := CIFAR10Train(dir, n, 0)
		switch {
		case err != nil && (whole && n >= 0 && n <= total):
			t.Errorf("%d of %d images are refused: %v", n, total, err)
		case err == nil && (!whole || n < 0 || n > total):
			t.Errorf("%d bytes are accepted, %d images asked for", len(raw), n)
		case err != nil && (!strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n")):
			t.Errorf("the error does not name the file in one line: %v", err)
		case err == nil && (len(s.Labels)*cifarPixels != len(s.X) || s.Len() != n && n != All || n == All && s.Len() != total):
			t.Errorf("%d labels and %d values of %d images, %d asked for", s.Len(), len(s.X), total, n)
		}
	})
}

func ExampleError() {
	_, err := CIFAR10Train("no/such/folder", 8192, 0)
	fmt.Println(err)
	// Output:
	// EOSS_DATA_DIR: no/such/folder does not exist; point EOSS_DATA_DIR at a cifar-10-batches-bin folder (CIFAR-10's binary version), which `just data` downloads
}
