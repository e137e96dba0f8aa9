package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
)

var temporaries atomic.Int64 // keeps two writers of one process apart

var syncFile = (*os.File).Sync // tests let it fail

// WriteFile replaces path by what write produces, all of it or nothing: the
// bytes go to a temporary file in the same directory, which is synced and then
// renamed to path, and the directory is synced last. When anything fails, or
// write panics, the temporary file is removed and path stays as it was.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := createTemporary(dir, base)
	if err != nil {
		return err
	}
	name := f.Name()
	renamed := false
	defer func() {
		if !renamed {
			f.Close()
			os.Remove(name)
		}
		if err != nil {
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	buf := bufio.NewWriterSize(f, 1<<16)
	if err := write(buf); err != nil {
		return err
	}
	if err := buf.Flush(); err != nil {
		return err
	}
	if err := syncFile(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return err
	}
	renamed = true
	return SyncDir(dir)
}

// createTemporary makes a file of its own beside the file base of dir. A name may be taken: processes of two containers can have one number.
// (os.CreateTemp would let nobody else read the file.)
func createTemporary(dir, base string) (f *os.File, err error) {
	for range 10000 {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d.%d.tmp", base, os.Getpid(), temporaries.Add(1)))
		f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// SyncDir makes what was renamed, made or removed in dir survive a loss of power.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" { // directories cannot be synced there
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = syncFile(d)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) { // some network and user-space file systems
		err = nil
	}
	return errors.Join(err, d.Close())
}

// WriteJSON replaces path by v as indented JSON, in the manner of WriteFile.
func WriteJSON(path string, v any) error {
	return WriteFile(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	})
}
