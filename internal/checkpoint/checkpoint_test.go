package checkpoint

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/internal/safetensors"
)

func example(step int) Checkpoint {
	return Checkpoint{
		Step: step, Metrics: record.Prefix{Bytes: 7, SHA256: "abc"}, Interim: step == 20,
		Parameters: []safetensors.Tensor{{Name: "0.weight", Dtype: safetensors.F32, Shape: []int{2, 3}, F32: []float32{1, 2, 3, 4, 5, 6}}},
		State:      []safetensors.Tensor{{Name: "count", Dtype: safetensors.I64, Shape: []int{}, I64: []int64{int64(step)}}},
	}
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for _, step := range []int{0, 20, 100, 20} { // the second 20 takes the place of the first
		if err := Write(dir, example(step)); err != nil {
			t.Fatal(err)
		}
	}
	if steps, err := Steps(dir); err != nil || !slices.Equal(steps, []int{0, 20, 100}) {
		t.Errorf("%v, %v", steps, err)
	}
	got, err := Read(dir, 20)
	if want := example(20); err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := Remove(dir, 20); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(filepath.Join(dir, "checkpoints"))
	if len(entries) != 2 {
		t.Errorf("left: %v", entries)
	}
}

// TestEveryBit: no bit of any file can change, and no byte be lost, unnoticed.
func TestEveryBit(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, example(3)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{parametersFile, stateFile, aboutFile, sumsFile} {
		path := filepath.Join(Dir(dir, 3), name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(what string, at int) {
			if _, err := Read(dir, 3); err == nil || !strings.Contains(err.Error(), "step-3 is damaged") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %s %d: %v", name, what, at, err)
			}
		}
		for at := range data {
			data[at] ^= 1 << (at % 8)
			os.WriteFile(path, data, 0o666)
			refused("bit flipped at", at)
			data[at] ^= 1 << (at % 8)
			os.WriteFile(path, data[:at], 0o666)
			refused("cut at", at)
		}
		os.Remove(path)
		refused("deleted", 0)
		os.WriteFile(path, data, 0o666)
	}
	os.Rename(Dir(dir, 3), Dir(dir, 4))
	if _, err := Read(dir, 4); err == nil || !strings.Contains(err.Error(), "renamed") {
		t.Error(err)
	}
}

// TestFailingWriter: when a file cannot be written, the checkpoint that was there stays, and nothing else does.
func TestFailingWriter(t *testing.T) {
	dir, full := t.TempDir(), errors.New("no space left on device")
	if err := Write(dir, example(3)); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		files := []file{{"a", func(w io.Writer) error { _, err := w.Write(make([]byte, 100_000)); return err }}}
		for range n {
			files = append(files, file{"b", files[0].write})
		}
		files = append(files, file{"c", func(w io.Writer) error { w.Write(make([]byte, 100_000)); return full }})
		err := writeWhole(folder(dir), "step-3", files)
		if !errors.Is(err, full) || !strings.Contains(err.Error(), Dir(dir, 3)) {
			t.Error(err)
		}
		if _, err := Read(dir, 3); err != nil {
			t.Error(err)
		}
		if entries, _ := os.ReadDir(folder(dir)); len(entries) != 1 {
			t.Errorf("left: %v", entries)
		}
	}
}
