package record

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Locked says whether a process is writing the run directory dir. It shares the lock for a moment to find out, with all who look and no
// writer, and makes no file.
func Locked(dir string) (bool, error) {
	f, err := os.Open(filepath.Join(dir, LockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if err := share(f); !errors.Is(err, ErrLocked) {
		return false, err
	}
	return true, nil
}
