package record

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// TestPrefix: what was written up to a moment can be told from the file, and cut back to, also by a later writer.
func TestPrefix(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	var marks []Prefix
	for range 2 {
		w, err := OpenWriter(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			marks = append(marks, w.Written())
			if err := w.Write(Row{Name: "loss", Step: len(marks)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(marks) - 1; i >= 0; i-- {
		if err := marks[i].Cut(path); err != nil {
			t.Fatal(err)
		}
		if rows, _, err := ReadRows(path); err != nil || len(rows) != i {
			t.Errorf("%d rows (%v), want %d", len(rows), err, i)
		}
	}
	os.WriteFile(path, data, 0o666)
	for at := range marks[2].Bytes {
		data[at] ^= 1
		os.WriteFile(path, data, 0o666)
		if err := marks[2].Cut(path); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Fatalf("byte %d changed: %v", at, err)
		}
		data[at] ^= 1
	}
	os.WriteFile(path, data[:marks[2].Bytes-1], 0o666)
	if err := marks[2].Check(path); err == nil || !strings.Contains(err.Error(), "lost rows") {
		t.Error(err)
	}
	os.Remove(path)
	if err := marks[2].Check(path); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Error(err)
	}
	if err := marks[0].Cut(path); err != nil {
		t.Error(err)
	}
}

// TestOriginalConfig: an edited value is noticed, and only where it matters.
func TestOriginalConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), ConfigFile)
	c := Config{Study: "eoss", Variables: map[string]string{"EOSS_LR": "0.01"}, Parent: &Parent{Run: "a", Step: 3}}
	if err := WriteConfig(path, c); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadOriginalConfig(path); err != nil {
		t.Error(err)
	}
	text, _ := os.ReadFile(path)
	os.WriteFile(path, []byte(strings.Replace(string(text), "0.01", "0.03", 1)), 0o666)
	if c, err := ReadConfig(path); err != nil || c.Variables["EOSS_LR"] != "0.03" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := ReadOriginalConfig(path); err == nil || !strings.Contains(err.Error(), "edited") {
		t.Error(err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	first, err := LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LockDir(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("a second lock gives %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	second.Release()
}

// TestLockOfARemovedFolder: who has opened the lock of a folder that was then removed, or made anew, does not hold it.
func TestLockOfARemovedFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	open := func() *os.File {
		f, err := os.OpenFile(filepath.Join(dir, LockFile), os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	first := open()
	if !isAt(first, first.Name()) {
		t.Error("a lock that is there is not")
	}
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	if isAt(first, first.Name()) {
		t.Error("a lock that is gone is there")
	}
	open()
	if isAt(first, first.Name()) {
		t.Error("the lock of the new folder is the old one's")
	}
}

// TestLockWhileLooking: a process that looks whether a run is being written does not keep another from writing it.
func TestLockWhileLooking(t *testing.T) {
	dir := t.TempDir()
	looking, err := LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(15*time.Millisecond, func() { looking.Release() })
	l, err := LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

// TestLocked: a run is being written while a process has its lock, not while others look.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	locked := func(when string, want bool) {
		t.Helper()
		if got, err := Locked(dir); err != nil || got != want {
			t.Errorf("%s it is locked: %v, %v", when, got, err)
		}
	}
	locked("without a lock", false)
	l, err := LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	locked("under a writer", true)
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	looking, err := os.Open(filepath.Join(dir, LockFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := share(looking); err != nil {
		t.Fatal(err)
	}
	locked("while another looks", false)
	if _, err := LockDir(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("a writer under a look gets %v", err)
	}
	looking.Close()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // which would close a file that was left open
	locked("once nobody looks", false)
	if l, err := LockDir(dir); err != nil {
		t.Errorf("a writer after a look gets %v", err)
	} else {
		l.Release()
	}
}
