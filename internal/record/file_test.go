package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
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

// TestSynced: each change of a folder, and each new file before its name, is synced, and fails when that does.
func TestSynced(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("directories cannot be synced there")
	}
	defer func() { syncFile = (*os.File).Sync }()
	dir := filepath.Join(t.TempDir(), "run")
	for _, c := range []struct {
		name, want string
		do         func() error
	}{
		{"WriteFile", "[new run]", func() error { return WriteFile(filepath.Join(dir, "f"), func(io.Writer) error { return nil }) }},
		{"OpenWriter", "[run]", func() error {
			w, err := OpenWriter(filepath.Join(dir, MetricsFile))
			if err == nil {
				err = w.Close()
			}
			return err
		}},
		{"WriteDensity", "[run new spectral_density]", func() error { return WriteDensity(dir, Density{}) }},
		{"RemoveDensities", "[spectral_density]", func() error { return RemoveDensities(dir, 0) }},
	} {
		os.MkdirAll(filepath.Join(dir, DensityDir), 0o777)
		for failing := range strings.Count(c.want, " ") + 2 { // the last time none
			var synced []string
			syncFile = func(f *os.File) error {
				synced = append(synced, filepath.Base(f.Name()))
				if strings.HasSuffix(f.Name(), ".tmp") {
					synced[len(synced)-1] = "new"
				}
				if len(synced) == failing+1 {
					return errFull
				}
				return nil
			}
			fails := failing <= strings.Count(c.want, " ")
			if err := c.do(); errors.Is(err, errFull) != fails || !fails && fmt.Sprint(synced) != c.want {
				t.Errorf("%s, whose sync %d fails: %v; %v was synced, not %s", c.name, failing, err, synced, c.want)
			}
		}
	}
}
