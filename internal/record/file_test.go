package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteFileLeavesNothingOnFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	os.WriteFile(path, []byte("old"), 0o666)
	check := func(how string, want string) {
		t.Helper()
		got, _ := os.ReadFile(path)
		entries, _ := os.ReadDir(dir)
		if string(got) != want || len(entries) != 1 {
			t.Errorf("%s: content %q, directory %v", how, got, entries)
		}
	}
	err := WriteFile(path, func(w io.Writer) error {
		io.WriteString(w, strings.Repeat("half", 1<<16))
		return errFull
	})
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	check("failure", "old")
	func() {
		defer func() { recover() }()
		WriteFile(path, func(w io.Writer) error { panic("in write") })
	}()
	check("panic", "old")
	if err := WriteJSON(path, func() {}); err == nil {
		t.Error("a function was written as JSON")
	}
	check("unmarshalable", "old")
	if err := WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Error(err)
	}
	check("success", "new")
	if err := WriteFile(filepath.Join(dir, "none", "f"), func(io.Writer) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing directory: %v", err)
	}
}

// TestWriteFileTakesNoNameOfAnother: a temporary file that is there already, of a process with the same number in another container, is not
// written to, and the file has the mode of any new file.
func TestWriteFileTakesNoNameOfAnother(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "f"), temporaries.Load()+1
	others := []string{fmt.Sprintf(".f.%d.%d.tmp", os.Getpid(), next), fmt.Sprintf(".f.%d.%d.tmp", os.Getpid(), next+1)}
	for _, name := range others {
		os.WriteFile(filepath.Join(dir, name), []byte("other"), 0o666)
	}
	if err := WriteFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	for _, name := range others {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != "other" {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if got, err := os.ReadFile(path); string(got) != "new" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	mine, _ := os.Stat(path)
	usual, _ := os.Stat(filepath.Join(dir, others[0]))
	if mine.Mode() != usual.Mode() {
		t.Errorf("its mode is %v, want %v", mine.Mode(), usual.Mode())
	}
}

// A directory in the place of the target makes the rename fail.
func TestWriteFileFailingRename(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	os.MkdirAll(filepath.Join(path, "x"), 0o777)
	if err := WriteFile(path, func(io.Writer) error { return nil }); err == nil {
		t.Error("no error")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}
